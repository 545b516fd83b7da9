"""Sign up: a stranger asks for lists. Taken into a queue, and answered alike whoever it is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from digest.actions.context import Context
from digest.actions.look import Look, look, spoken
from digest.issues import IssueState
from digest.problem import Problem
from digest.signups import proof_of_work
from digest.signups.limits import Limits, Verdict, network
from digest.signups.taking import Arrival, Entry, Origin, take
from subscribers.addresses import Address, normalise
from subscribers.cleaning import clean_name, clean_tags
from subscribers.suppression import fingerprint
from subscribers.tables import MailingList

WORDING = "1"
"""The version of the sentence above the button; it is kept with each consent."""
LIMITS = Limits()
HELD = Limits(network_hour=3, network_day=6)
"""For those who were asked for a proof of work and gave none, as a browser without JavaScript."""
JOIN, MOVE, WELCOME = "join", "move", "welcome"
MOST_LISTS = 20
READABLE = (IssueState.SENDING, IssueState.PAUSED, IssueState.SENT)


class NoSuchList(Problem):
    """Nobody can sign up for a list of that name."""


@dataclass(frozen=True)
class Wish:
    """What somebody filled in. `trapped` when the field that no person sees holds something, `held` when
    the proof of work that was asked for is missing.
    """

    address: str
    lists: Sequence[str]
    name: str = ""
    language: str = ""
    topics: Sequence[str] = ()
    wording: str = ""
    trapped: bool = False
    held: bool = False


@dataclass(frozen=True)
class Asking:
    """A wish, and where it came from: the sender's IP address, what they used, their Accept-Language header.

    `came_from` and `page` become the evidence of the consent.
    """

    wish: Wish
    came_from: str
    page: str
    accepted: str = ""


@dataclass(frozen=True)
class Taken:
    """What became of it, and the look of the answer."""

    verdict: Verdict
    look: Look


@dataclass(frozen=True)
class Work:
    """What the browser of who signs up has to do first (`digest.signups.proof_of_work`)."""

    challenge: str
    bits: int


def work_to_do(context: Context, now: datetime) -> Work | None:
    """The work for a form of this moment; None where the settings ask for none."""
    if not context.settings.web.proof_of_work:
        return None
    return Work(proof_of_work.challenge(context.signer, now), proof_of_work.BITS)


def worked(context: Context, challenge: str, address: str, answer: str, now: datetime) -> bool:
    """Whether the work was done for this address, or none was asked for."""
    return not context.settings.web.proof_of_work or proof_of_work.proven(
        context.signer, challenge, address, answer, now
    )


def sign_up(context: Context, wish: Wish, came_from: str, page: str, now: datetime) -> Verdict:
    """One sign-up by itself; raises what `sign_up_at_once` would give instead of a verdict."""
    (found,) = sign_up_at_once(context, [Asking(wish, came_from, page)], now)
    if isinstance(found, Problem):
        raise found
    return found.verdict


def sign_up_at_once(context: Context, asked: Sequence[Asking], now: datetime) -> list[Taken | Problem]:
    """Queue what was asked for, in one transaction; the same work for every address, so that nothing tells
    them apart. Instead of being taken, what cannot be asked for at all comes to an AddressError, a
    NoSuchList or a SubscribersError, and spoils no other.
    """
    found = [_arrival(context, one) for one in asked]
    looks: dict[tuple[str, str, str], Look] = {}
    with context.database.writing() as session:
        public = set(session.scalars(select(MailingList.slug).where(MailingList.public.is_(True))))
        found = [
            NoSuchList("There is no list of that name to sign up for.")
            if isinstance(one, Arrival) and not (one.entry.lists and public.issuperset(one.entry.lists))
            else one
            for one in found
        ]
        verdicts = iter(take(session, [one for one in found if isinstance(one, Arrival)], now=now))

        def taken(asking: Asking, lists: Sequence[str]) -> Taken:
            wanted = (lists[0], asking.wish.language, asking.accepted)
            if wanted not in looks:
                looks[wanted] = _look_of(session, *wanted)
            return Taken(next(verdicts), looks[wanted])

        return [
            one if isinstance(one, Problem) else taken(asking, one.entry.lists)
            for asking, one in zip(asked, found, strict=True)
        ]


def _arrival(context: Context, asking: Asking) -> Arrival | Problem:
    wish = asking.wish
    try:
        address = normalise(wish.address)
        row = Entry(
            JOIN,
            address.given,
            f"{asking.page}, from {asking.came_from}"[:500],
            name=clean_name(wish.name),
            language=spoken(wish.language),
            topics=clean_tags(wish.topics)[:MOST_LISTS],
            lists=list(dict.fromkeys(wish.lists))[:MOST_LISTS],
            wording=wish.wording[:64],
        )
    except Problem as problem:
        return problem
    return Arrival(
        row,
        origin_of(context, address, asking.came_from),
        HELD if wish.held else LIMITS,
        trapped=wish.trapped,
        held=wish.held,
    )


def _look_of(session: Session, slug: str, language: str, accepted: str) -> Look:
    list_id = session.scalar(select(MailingList.id).where(MailingList.slug == slug))
    return look(session, list_id, language=language or None, accepted=accepted)


def origin_of(context: Context, address: Address, came_from: str) -> Origin:
    """What the limits count by, as keyed fingerprints."""
    return Origin(
        fingerprint(context.signer, address.email),
        context.signer.digest("network", network(came_from)),
        address.email.rpartition("@")[2],
    )
