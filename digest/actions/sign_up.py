"""Sign up: a stranger asks for lists. Taken into a queue, and answered alike whoever it is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from digest.actions.context import Context
from digest.actions.look import Look, look, newsletter_of, spoken
from digest.actions.preferences import told
from digest.issues import Issue, IssueState, Item
from digest.problem import Problem
from digest.signups import queue
from digest.signups.limits import Limits, Verdict, network
from digest.signups.tables import SignUp
from subscribers.addresses import Address, normalise
from subscribers.people import clean_name, clean_tags
from subscribers.suppression import fingerprint
from subscribers.tables import MailingList

WORDING = "1"
"""The version of the sentence above the button; it is kept with each consent."""
LIMITS = Limits()
JOIN, MOVE, WELCOME = "join", "move", "welcome"
MOST_LISTS = 20
SAMPLE = 5
READABLE = (IssueState.SENDING, IssueState.PAUSED, IssueState.SENT)


class NoSuchList(Problem):
    """Nobody can sign up for a list of that name."""


@dataclass(frozen=True)
class Offered:
    """A list as the form offers it."""

    slug: str
    name: str
    description: str


@dataclass(frozen=True)
class Offer:
    """What a sign-up page shows: its own list first, and the headlines of the last issue."""

    lists: tuple[Offered, ...]
    look: Look
    subject: str = ""
    headlines: tuple[str, ...] = ()


@dataclass(frozen=True)
class Wish:
    """What somebody filled in. `trapped` when the field that no person sees holds something."""

    address: str
    lists: Sequence[str]
    name: str = ""
    language: str = ""
    topics: Sequence[str] = ()
    wording: str = ""
    trapped: bool = False


def offer(context: Context, slug: str | None, accepted: str, language: str = "") -> Offer:
    """The public lists, `slug` first; NoSuchList when it is none of them, or there is none."""
    with context.database.reading() as session:
        public = session.scalars(
            select(MailingList).where(MailingList.public.is_(True)).order_by(MailingList.id)
        ).all()
        first = next((one for one in public if one.slug == slug), None) if slug else next(iter(public), None)
        if first is None:
            raise NoSuchList("There is no list of that name to sign up for.")
        seen = look(session, first.id, language=language or None, accepted=accepted)
        subject, headlines = _sample(session, first.id)
        ordered = [first, *(one for one in public if one is not first)]
        return Offer(
            tuple(Offered(one.slug, one.name, told(one.description, seen.language)) for one in ordered),
            seen,
            subject,
            headlines,
        )


def look_of(context: Context, slug: str, accepted: str, language: str = "") -> Look:
    """The look of the answer to a sign-up for this list."""
    with context.database.reading() as session:
        list_id = session.scalar(select(MailingList.id).where(MailingList.slug == slug))
        return look(session, list_id, language=language or None, accepted=accepted)


def sign_up(context: Context, wish: Wish, came_from: str, page: str, now: datetime) -> Verdict:
    """Queue what was asked for; the same work for every address, so that nothing tells them apart.

    `came_from` is the sender's IP address and `page` what they used; both become the evidence of the
    consent. Raises AddressError, NoSuchList and SubscribersError for what cannot be asked for at all.
    """
    address = normalise(wish.address)
    slugs = list(dict.fromkeys(wish.lists))[:MOST_LISTS]
    row = SignUp(
        kind=JOIN,
        address=address.given,
        name=clean_name(wish.name),
        language=spoken(wish.language),
        topics=clean_tags(wish.topics)[:MOST_LISTS],
        lists=slugs,
        evidence=f"{page}, from {came_from}"[:500],
        wording=wish.wording[:64],
        subscriber_id=None,
    )
    with context.database.writing() as session:
        known = select(MailingList.slug).where(MailingList.slug.in_(slugs), MailingList.public.is_(True))
        if not slugs or set(session.scalars(known)) != set(slugs):
            raise NoSuchList("There is no list of that name to sign up for.")
        origin = origin_of(context, address, came_from)
        return queue.take(session, row, origin, now=now, limits=LIMITS, trapped=wish.trapped)


def origin_of(context: Context, address: Address, came_from: str) -> queue.Origin:
    """What the limits count by, as keyed fingerprints."""
    return queue.Origin(
        fingerprint(context.signer, address.email),
        context.signer.digest("network", network(came_from)),
        address.email.rpartition("@")[2],
    )


def _sample(session: Session, list_id: int) -> tuple[str, tuple[str, ...]]:
    newsletter = newsletter_of(session, list_id)
    if newsletter is None or newsletter.list_id != list_id:
        return "", ()
    issue = session.execute(
        select(Issue.id, Issue.subject)
        .where(Issue.newsletter_id == newsletter.id, Issue.state.in_(READABLE))
        .order_by(Issue.number.desc())
        .limit(1)
    ).first()
    if issue is None:
        return "", ()
    headlines = session.scalars(
        select(Item.headline)
        .where(Item.issue_id == issue.id, Item.dropped.is_(False))
        .order_by(Item.position)
        .limit(SAMPLE)
    )
    return issue.subject, tuple(headlines)
