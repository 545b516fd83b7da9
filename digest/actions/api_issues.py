"""What programs do with issues through the API."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, load_only

from digest.actions.context import Context
from digest.actions.mailings import standing_of
from digest.issues import Issue, Item, Newsletter, find_issue, newsletters, progress, show

_SHOWN = (Issue.number, Issue.state, Issue.subject, Issue.slot, Issue.built_at, Issue.sent_at)


@dataclass(frozen=True)
class Listed:
    """An issue as a list of issues shows it."""

    id: int
    newsletter: str
    number: int
    state: str
    subject: str
    items: int
    slot: datetime | None
    built_at: datetime
    sent_at: datetime | None


def page_of_issues(
    context: Context, *, newsletter: str, before: int | None, limit: int
) -> tuple[list[Listed], int | None]:
    """The latest issues by id, newest first, and the id to go on before; NewsletterError for a wrong name."""
    items = (
        select(func.count(Item.id))
        .where(Item.issue_id == Issue.id, Item.dropped.is_(False))
        .correlate(Issue)
        .scalar_subquery()
    )
    query = (
        select(Issue, Newsletter.slug, items)
        .join(Newsletter, Newsletter.id == Issue.newsletter_id)
        .options(load_only(*_SHOWN))
        .order_by(Issue.id.desc())
        .limit(limit + 1)
    )
    with context.database.reading() as session:
        if newsletter:
            query = query.where(Issue.newsletter_id == newsletters.get(session, newsletter).id)
        if before is not None:
            query = query.where(Issue.id < before)
        found = [
            Listed(
                one.id,
                slug,
                one.number,
                str(one.state),
                one.subject,
                count,
                one.slot,
                one.built_at,
                one.sent_at,
            )
            for one, slug, count in session.execute(query)
        ]
    return found[:limit], found[limit - 1].id if len(found) > limit else None


def whole(context: Context, newsletter: str, number: int) -> dict[str, Any]:
    """Everything that stands in an issue; IssueError, NewsletterError where there is none."""
    with context.database.reading() as session:
        return show.whole(_issue(session, newsletter, number))


def explained(context: Context, newsletter: str, number: int) -> dict[str, Any]:
    """What was decided for the issue, and for every candidate why it is in or out."""
    with context.database.reading() as session:
        issue = _issue(session, newsletter, number)
        return {"decision": issue.decision, "verdicts": show.explain(issue)}


def status(context: Context, newsletter: str, number: int) -> dict[str, Any]:
    """How far its mailings are, added up, and what the servers said."""
    with context.database.reading() as session:
        issue = _issue(session, newsletter, number)
        found = standing_of(session, issue).to_json()
        return {**found, "issue": str(issue.state), "mailing": found["state"]}


def build_draft(context: Context, newsletter: str, now: datetime) -> dict[str, Any]:
    """The newsletter's draft, new or rebuilt."""
    # What builds issues is loaded where one is built: the pages' process stays 12 MB smaller.
    from digest.actions.build import build

    return build(context, newsletter, now).issue


def approve_issue(context: Context, newsletter: str, number: int, by: str, now: datetime) -> dict[str, Any]:
    """A person's word, given through a program; IssueError where preflight finds an error."""
    from digest.actions.publish import approve

    approve(context, f"{newsletter}/{number}", by, now)
    return whole(context, newsletter, number)


def schedule(context: Context, newsletter: str, number: int, at: datetime | None) -> dict[str, Any]:
    """Let the approved issue wait for its hour, or the one given."""
    with context.database.writing() as session:
        issue = _issue(session, newsletter, number)
        progress.schedule(session, issue, at)
        return show.whole(issue)


def _issue(session: Session, newsletter: str, number: int) -> Issue:
    return find_issue(session, f"{newsletter}/{number}")
