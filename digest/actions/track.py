"""Track: a rendition's links led past us where its newsletter counts them, and back again."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from digest import slots
from digest.actions.context import Context
from digest.issues import Issue, Newsletter
from digest.signing import BadToken
from digest.tracking import recording, rewriting
from digest.tracking.modes import Mode, least
from digest.tracking.tables import TrackedLink

LINK, PIXEL, READER = "click", "open", "reader"
"""Purposes of the tokens: which link, whose pixel, and who reads."""


def tracked(context: Context, session: Session, issue: Issue, html: str, text: str) -> tuple[str, str]:
    """Both bodies as they are mailed: links and pixel as the issue was approved and its newsletter still wants.

    The same for every recipient but for the slot `reader`, which stands in them only where persons are noted.
    """
    newsletter = issue.newsletter
    clicks, opens = least(issue.clicks, newsletter.clicks), least(issue.opens, newsletter.opens)
    public, sign = context.settings.public_url, context.signer.sign
    if clicks is not Mode.OFF:
        whole = {
            href: url
            for href in rewriting.countable(html, public)
            if (url := rewriting.as_ascii(href)) is not None
        }
        rows = recording.links_of(session, issue.id, list(whole.values()))
        addresses = {
            href: f"{public}/r/{sign(LINK, rows[url])}{_reader(clicks)}" for href, url in whole.items()
        }
        html, text = rewriting.rewritten(html, text, addresses)
    if opens is not Mode.OFF:
        html = rewriting.with_pixel(html, f"{public}/o/{sign(PIXEL, issue.id)}{_reader(opens)}")
    return html, text


def notes_persons(issue: Issue) -> bool:
    """Whether mails of this issue may carry a token of their reader."""
    return Mode.PERSONS in (issue.clicks, issue.opens)


def reader_token(context: Context, issue_id: int, subscriber_id: int) -> str:
    """The value of the slot `reader`."""
    return context.signer.sign(READER, issue_id, subscriber_id)


@dataclass(frozen=True)
class Target:
    """Where a counted link leads, and what may be kept of it now."""

    url: str
    issue_id: int
    link_id: int
    mode: Mode


def target(context: Context, token: str) -> Target:
    """The address of a link's token; BadToken for one that is not ours, or whose issue is gone."""
    (link_id,) = context.signer.verify(LINK, token, 1)
    with context.database.reading() as session:
        row = session.execute(
            select(TrackedLink.url, Issue.id, Issue.clicks, Newsletter.clicks)
            .join(Issue, Issue.id == TrackedLink.issue_id)
            .join(Newsletter, Newsletter.id == Issue.newsletter_id)
            .where(TrackedLink.id == link_id)
        ).one_or_none()
    if row is None:
        raise BadToken("This link leads nowhere any more.", "Look for the story on the site itself.")
    url, issue_id, approved, wanted = row
    return Target(url, issue_id, link_id, least(approved, wanted))


def opened(context: Context, token: str) -> tuple[int, Mode]:
    """The issue of a pixel's token, and what may be kept of it now; BadToken for one that is not ours."""
    (issue_id,) = context.signer.verify(PIXEL, token, 1)
    with context.database.reading() as session:
        row = session.execute(
            select(Issue.opens, Newsletter.opens)
            .join(Newsletter, Newsletter.id == Issue.newsletter_id)
            .where(Issue.id == issue_id)
        ).one_or_none()
    return (issue_id, least(*row)) if row is not None else (issue_id, Mode.OFF)


def reader_of(context: Context, issue_id: int, token: str) -> int:
    """The person of a reader's token; BadToken for one that is not ours or belongs to another issue."""
    whose, subscriber_id = context.signer.verify(READER, token, 2)
    if whose != issue_id:
        raise BadToken("This link belongs to another issue.")
    return subscriber_id


def _reader(mode: Mode) -> str:
    return f"/{slots.marker(slots.READER)}" if mode is Mode.PERSONS else ""
