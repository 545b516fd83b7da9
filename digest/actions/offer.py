"""Offer: what a sign-up page shows before anybody has filled in anything."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from digest.actions.context import Context
from digest.actions.look import Look, look, newsletter_of
from digest.actions.preferences import told
from digest.actions.sign_up import READABLE, NoSuchList
from digest.actions.topics import topics_offered
from digest.issues import Issue, Item, Newsletter
from subscribers.tables import MailingList

SAMPLE = 5
"""Stories of the last issue that are shown."""


@dataclass(frozen=True)
class Offered:
    """A list as the form offers it."""

    slug: str
    name: str
    description: str


@dataclass(frozen=True)
class Sampled:
    """A story of the last issue; `summary` only of the first."""

    headline: str
    summary: str = ""


@dataclass(frozen=True)
class Offer:
    """What a sign-up page shows: its own list first, and the beginning of the last issue, which is read at
    `sample_path`.
    """

    lists: tuple[Offered, ...]
    look: Look
    topics: tuple[str, ...] = ()
    sample: tuple[Sampled, ...] = ()
    sample_path: str = ""


def offer(context: Context, slug: str | None, accepted: str, now: datetime, language: str = "") -> Offer:
    """The public lists, that of `slug` first; NoSuchList when it is none of them, or there is none.

    `slug` is a list's name or that of the newsletter which is sent to it.
    """
    with context.database.reading() as session:
        public = session.scalars(
            select(MailingList).where(MailingList.public.is_(True)).order_by(MailingList.id)
        ).all()
        first = _first(session, public, slug)
        if first is None:
            raise NoSuchList("There is no list of that name to sign up for.")
        seen = look(session, first.id, language=language or None, accepted=accepted)
        sample, path = _sample(session, first.id)
        ordered = [first, *(one for one in public if one is not first)]
        return Offer(
            tuple(Offered(one.slug, one.name, told(one.description, seen.language)) for one in ordered),
            seen,
            tuple(topics_offered(session, [first.id], now)),
            sample,
            path,
        )


def _first(session: Session, public: Sequence[MailingList], slug: str | None) -> MailingList | None:
    if not slug:
        return next(iter(public), None)
    named = next((one for one in public if one.slug == slug), None)
    if named is not None:
        return named
    list_id = session.scalar(select(Newsletter.list_id).where(Newsletter.slug == slug))
    return next((one for one in public if one.id == list_id), None)


def _sample(session: Session, list_id: int) -> tuple[tuple[Sampled, ...], str]:
    newsletter = newsletter_of(session, list_id)
    if newsletter is None or newsletter.list_id != list_id:
        return (), ""
    issue = session.execute(
        select(Issue.id, Issue.number)
        .where(Issue.newsletter_id == newsletter.id, Issue.state.in_(READABLE))
        .order_by(Issue.number.desc())
        .limit(1)
    ).first()
    if issue is None:
        return (), ""
    stories = session.execute(
        select(Item.headline, Item.summary)
        .where(Item.issue_id == issue.id, Item.dropped.is_(False))
        .order_by(Item.position)
        .limit(SAMPLE)
    ).all()
    sample = [Sampled(one.headline, "" if place else one.summary) for place, one in enumerate(stories)]
    return tuple(sample), f"/a/{newsletter.slug}/{issue.number}"
