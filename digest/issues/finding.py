"""Finding an issue by what a person calls it: "weekly", "weekly/4" or "4"."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from digest.issues.newsletters import get, listed
from digest.issues.problems import IssueError, NewsletterError
from digest.issues.tables import Issue, IssueState, Newsletter


def find_newsletter(session: Session, slug: str = "") -> Newsletter:
    """The newsletter `slug`; without a slug the only one there is."""
    if slug:
        return get(session, slug)
    known = listed(session)
    if len(known) == 1:
        return known[0]
    if not known:
        raise NewsletterError("There is no newsletter yet.", "Make one with: digest newsletter add.")
    raise NewsletterError(
        "There are several newsletters.", f"Say which: {', '.join(one.slug for one in known)}."
    )


def find_issue(session: Session, reference: str = "") -> Issue:
    """The issue that `reference` names: a newsletter's latest ("weekly", or "" for the only newsletter),
    or one by its number ("weekly/4", or "4" for the only newsletter). IssueError where there is none.
    """
    slug, slash, number = reference.strip().partition("/")
    if not slash and slug.isdecimal():
        slug, number = "", slug
    newsletter = find_newsletter(session, slug)
    query = select(Issue).where(Issue.newsletter_id == newsletter.id).order_by(Issue.number.desc()).limit(1)
    if number:
        if not number.isdecimal() or len(number) > 9:
            raise IssueError(f"{number!r} is not an issue's number.", f"Example: {newsletter.slug}/4.")
        query = query.where(Issue.number == int(number))
    issue = session.scalar(query)
    if issue is not None:
        return issue
    if number:
        raise IssueError(
            f"{newsletter.title} has no issue No. {int(number)}.",
            f"See: digest issue list {newsletter.slug}.",
        )
    raise IssueError(
        f"{newsletter.title} has no issue yet.", f"Build one: digest issue build {newsletter.slug}."
    )


def issue_to_change(session: Session, reference: str = "") -> Issue:
    """As `find_issue`, read anew under a lock: of two people who save at once the second sees what the first did."""
    issue = find_issue(session, reference)
    session.refresh(issue, with_for_update=True)
    return issue


def open_draft(session: Session, newsletter: Newsletter) -> Issue | None:
    """The newsletter's latest issue that is still a draft."""
    return session.scalar(
        select(Issue)
        .where(Issue.newsletter_id == newsletter.id, Issue.state == IssueState.DRAFT)
        .order_by(Issue.number.desc())
        .limit(1)
    )


def name_of(issue: Issue) -> str:
    """The issue as a sentence calls it: "Weekly No. 4"."""
    return f"{issue.newsletter.title} No. {issue.number}"
