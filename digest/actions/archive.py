"""Archive: the issues of a public newsletter, for everybody to read, search and follow."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session, load_only

from digest import slots
from digest.actions.context import Context
from digest.actions.correct import Note, notes
from digest.actions.links import ISSUE, shared_values
from digest.actions.look import Look, look
from digest.actions.sign_up import READABLE
from digest.articles.tables import Article
from digest.issues import Issue, Item, Newsletter
from digest.problem import Problem
from digest.rendering import parse_brand
from digest.rendering.web_version import Card, web_version
from digest.signing import BadToken
from subscribers.tables import MailingList

PAGE = 20
"""Issues on one page of the archive."""
FEED = 20
SITEMAP = 5_000
_SHOWN = (
    Issue.number, Issue.subject, Issue.preheader, Issue.sent_at, Issue.approved_at, Issue.built_at,
    Issue.newsletter_id,
)  # fmt: skip


class NotPublic(Problem):
    """There is nothing to read there, or not for everybody."""


@dataclass(frozen=True)
class Entry:
    """An issue as a list shows it; `at` is when it went out."""

    number: int
    subject: str
    summary: str
    at: datetime
    url: str


@dataclass(frozen=True)
class Listing:
    """One page of an archive. `page` counts from 1; `total` is how many issues match."""

    look: Look
    newsletter: str
    list_slug: str
    zone: str
    entries: tuple[Entry, ...]
    page: int
    pages: int
    total: int
    query: str


@dataclass(frozen=True)
class Reading:
    """An issue to read: the whole page, its corrections, and the issues beside it (a subject and an address each)."""

    html: str
    look: Look
    url: str
    archive_url: str
    corrections: Sequence[Note]
    previous: Entry | None
    following: Entry | None


def listing(context: Context, slug: str, *, query: str = "", page: int = 1) -> Listing:
    """The newsletter's issues, the latest first; with `query` those in which all its words stand."""
    with context.database.reading() as session:
        newsletter, mailing_list = _public(session, slug)
        matching = _matching(newsletter.id, query)
        total = session.scalar(select(func.count()).select_from(matching.subquery())) or 0
        pages = max(1, -(-total // PAGE))
        page = min(max(1, page), pages)
        matching = matching.options(load_only(*_SHOWN)).order_by(Issue.number.desc())
        found = session.scalars(matching.limit(PAGE).offset((page - 1) * PAGE))
        return Listing(
            look(session, newsletter.list_id, language=newsletter.language),
            newsletter.slug,
            mailing_list.slug,
            newsletter.timezone,
            tuple(_entry(context, one) for one in found),
            page,
            pages,
            total,
            query,
        )


def latest(context: Context, slug: str) -> Listing:
    """The issues that a feed carries."""
    return listing(context, slug)


def reading(context: Context, slug: str, number: int) -> Reading:
    """The issue `number` under its lasting address; NotPublic where there is none for everybody."""
    with context.database.reading() as session:
        newsletter, _ = _public(session, slug)
        query = _readable(newsletter.id).where(Issue.number == number)
        issue = session.scalar(query)
        if issue is None:
            raise NotPublic("There is no such issue.")
        return _reading(context, session, issue, public=True)


def by_link(context: Context, token: str) -> Reading:
    """The issue of a mail's signed link, also of a private newsletter; BadToken when there is none to show."""
    (issue_id,) = context.signer.verify(ISSUE, token, 1)
    with context.database.reading() as session:
        issue = session.get(Issue, issue_id)
        if issue is None or issue.html is None:
            raise BadToken("There is no issue to read under this link.", "It belongs to a test mail.")
        public = session.get_one(MailingList, issue.newsletter.list_id).public and issue.state in READABLE
        return _reading(context, session, issue, public=public)


def newsletters(context: Context) -> list[tuple[str, str]]:
    """Slug and title of every newsletter that everybody may read, for the map of the site."""
    with context.database.reading() as session:
        rows = session.execute(
            select(Newsletter.slug, Newsletter.title)
            .join(MailingList, MailingList.id == Newsletter.list_id)
            .where(MailingList.public.is_(True))
            .order_by(Newsletter.id)
        )
        return [(slug, title) for slug, title in rows]


def site_map(context: Context) -> list[tuple[str, datetime | None]]:
    """Every public address with when it last changed, at most SITEMAP issues."""
    public = context.settings.public_url
    known = newsletters(context)
    found: list[tuple[str, datetime | None]] = [(f"{public}/a/{slug}", None) for slug, _ in known]
    with context.database.reading() as session:
        rows = session.execute(
            select(
                Newsletter.slug, Issue.number, func.coalesce(Issue.sent_at, Issue.approved_at, Issue.built_at)
            )
            .join(Newsletter, Newsletter.id == Issue.newsletter_id)
            .where(
                Newsletter.slug.in_([slug for slug, _ in known]),
                Issue.state.in_(READABLE),
                Issue.html.is_not(None),
            )
            .order_by(Issue.id.desc())
            .limit(SITEMAP)
        )
        found += [(f"{public}/a/{slug}/{number}", at) for slug, number, at in rows]
    return found


def _public(session: Session, slug: str) -> tuple[Newsletter, MailingList]:
    row = session.execute(
        select(Newsletter, MailingList)
        .join(MailingList, MailingList.id == Newsletter.list_id)
        .where(Newsletter.slug == slug, MailingList.public.is_(True))
    ).first()
    if row is None:
        raise NotPublic("There is no such newsletter, or it is private.")
    return row[0], row[1]


def _readable(newsletter_id: int) -> "Select[Issue]":
    return select(Issue).where(
        Issue.newsletter_id == newsletter_id, Issue.state.in_(READABLE), Issue.html.is_not(None)
    )


def _matching(newsletter_id: int, query: str) -> "Select[Issue]":
    found = _readable(newsletter_id)
    for word in query.split()[:8]:
        inside = select(Item.issue_id).where(
            Item.dropped.is_(False),
            or_(
                Item.headline.icontains(word, autoescape=True),
                Item.summary.icontains(word, autoescape=True),
            ),
        )
        found = found.where(or_(Issue.subject.icontains(word, autoescape=True), Issue.id.in_(inside)))
    return found


def _entry(context: Context, issue: Issue) -> Entry:
    return Entry(
        issue.number,
        issue.subject,
        issue.preheader,
        issue.sent_at or issue.approved_at or issue.built_at,
        f"{context.settings.public_url}/a/{issue.newsletter.slug}/{issue.number}",
    )


def _reading(context: Context, session: Session, issue: Issue, *, public: bool) -> Reading:
    newsletter, entry = issue.newsletter, _entry(context, issue)
    assert issue.html is not None
    brand = parse_brand(newsletter.brand)
    picture = brand.card_image or _lead_picture(session, issue)
    card = Card(
        title=issue.subject,
        description=issue.preheader,
        canonical=entry.url if public else shared_values(context, issue.id)["web_url"],
        site_name=newsletter.title,
        image=picture,
    )
    html = slots.fill(web_version(issue.html, card), shared_values(context, issue.id), html=True)
    beside = _readable(newsletter.id)
    before = beside.where(Issue.number < issue.number).order_by(Issue.number.desc()).limit(1)
    after = beside.where(Issue.number > issue.number).order_by(Issue.number).limit(1)
    previous, following = (
        session.scalar(query.options(load_only(*_SHOWN))) if public else None for query in (before, after)
    )
    return Reading(
        html,
        look(session, newsletter.list_id, language=newsletter.language),
        entry.url if public else "",
        f"{context.settings.public_url}/a/{newsletter.slug}" if public else "",
        notes(session, issue),
        _entry(context, previous) if previous else None,
        _entry(context, following) if following else None,
    )


def _lead_picture(session: Session, issue: Issue) -> str | None:
    """The lead's picture, as hosted where we host: a source's own file might weigh anything."""
    lead = next((item for item in issue.items if not item.dropped), None)
    own = session.scalar(select(Article.image_url).where(Article.id == lead.article_id)) if lead else None
    if own is None or own not in issue.pictures:
        return own
    hosted = issue.pictures[own]
    return str(hosted["url"]) if hosted else None
