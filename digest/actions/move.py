"""Move: a person's mail goes to another address, once the new one has confirmed it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from digest.actions.context import Context
from digest.actions.leave import masked
from digest.actions.links import MOVE as PURPOSE
from digest.actions.links import PREFERENCES, preferences_url
from digest.actions.look import Look, look
from digest.actions.sign_up import LIMITS, MOVE, origin_of
from digest.signing import BadToken
from digest.signups import queue
from digest.signups.limits import Verdict
from digest.signups.tables import SignUp, SignUpState
from digest.signups.taking import Arrival, Entry, take
from subscribers import choosing
from subscribers.addresses import normalise
from subscribers.subscribing import Proof
from subscribers.tables import Subscriber

FORM = "move-form"


@dataclass(frozen=True)
class Moving:
    """Whose mail shall go where, both addresses masked."""

    old: str
    new: str
    look: Look
    preferences_url: str


def ask(context: Context, token: str, address: str, came_from: str, now: datetime) -> Verdict:
    """Send a letter to the new address of the person of this preferences link. AddressError for no address.

    The answer is the same whoever has the new address: only its owner learns more.
    """
    (subscriber_id,) = context.signer.verify(PREFERENCES, token, 1)
    wanted = normalise(address)
    with context.database.writing() as session:
        person = _person(session, subscriber_id)
        entry = Entry(
            MOVE, wanted.given, f"preferences page, from {came_from}", language=person.language,
            subscriber_id=person.id,
        )  # fmt: skip
        arrival = Arrival(entry, origin_of(context, wanted, came_from), LIMITS)
        return take(session, [arrival], now=now)[0]


def move_url(context: Context, row_id: int, subscriber_id: int) -> str:
    """The link in the letter to the new address."""
    return f"{context.settings.public_url}/m/{context.signer.sign(PURPOSE, row_id, subscriber_id)}"


def look_at(context: Context, token: str, now: datetime) -> Moving:
    """What the link asks; changes nothing. BadToken when it is not ours, too old or used up."""
    with context.database.reading() as session:
        return _moving(context, session, token, now)[0]


def move(context: Context, token: str, now: datetime) -> Moving:
    """From now on mail goes to the new address; SubscribersError where it is somebody else's already."""
    with context.database.writing() as session:
        moving, row, person = _moving(context, session, token, now)
        proof = Proof("person", f"link sent to the new address; {row.evidence}")
        choosing.move(session, person.id, normalise(row.address), proof, signer=context.signer, now=now)
        row.state = SignUpState.DONE
        queue.blank(row)
        return moving


def form_token(context: Context, token: str) -> str:
    """The hidden value of the page's form: only our own page can have read it."""
    return context.signer.sign(FORM, *context.signer.verify(PURPOSE, token, 2))


def check_form(context: Context, token: str, hidden: str) -> None:
    """BadToken unless `hidden` is the form token of this link."""
    if context.signer.verify(FORM, hidden, 2) != context.signer.verify(PURPOSE, token, 2):
        raise BadToken("This form belongs to another link.", "Open the link from your mail again.")


def _moving(
    context: Context, session: Session, token: str, now: datetime
) -> tuple[Moving, SignUp, Subscriber]:
    row_id, subscriber_id = context.signer.verify(PURPOSE, token, 2)
    row = session.get(SignUp, row_id)
    open_still = (
        row is not None
        and row.kind == MOVE
        and row.subscriber_id == subscriber_id
        and row.state == SignUpState.MAILED
        and now - row.at <= queue.KEPT
    )
    if row is None or not open_still:
        raise BadToken("This link is not good any more.", "Ask for a new one where you choose what you get.")
    person = _person(session, subscriber_id)
    link = preferences_url(context.settings.public_url, context.signer, person.id)
    seen = look(session, language=person.language)
    return Moving(masked(person.address), masked(row.address), seen, link), row, person


def _person(session: Session, subscriber_id: int) -> Subscriber:
    person = session.get(Subscriber, subscriber_id)
    if person is None:
        raise BadToken("This link is not good any more.", "Sign up again, and a new one will come.")
    return person
