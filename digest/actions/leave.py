"""Leave: what a person's own signed link lets them do to their memberships, effective at once."""

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy.orm import Session

from digest.actions.context import Context
from digest.actions.links import LEAVE
from digest.signing import BadToken
from subscribers.subscribing import Proof, unsubscribe
from subscribers.tables import MailingList, Subscriber, Subscription, SubscriptionState

FORM = "leave-form"


@dataclass(frozen=True)
class Leaving:
    """Who leaves what, as a page may show it: the address is masked, since links get forwarded."""

    list_name: str
    masked_address: str
    language: str
    subscribed: bool


def look(context: Context, token: str) -> Leaving:
    """What the link is about; changes nothing. BadToken for a link that is not ours."""
    list_id, subscriber_id = context.signer.verify(LEAVE, token, 2)
    with context.database.reading() as session:
        return _leaving(session, list_id, subscriber_id)


def leave(context: Context, token: str, evidence: str) -> Leaving:
    """End the membership, in a transaction that is committed before this returns. Doing it again is fine.

    Messages still queued for this person are not sent: the outbox asks again right before each one.
    """
    list_id, subscriber_id = context.signer.verify(LEAVE, token, 2)
    with context.database.writing() as session:
        unsubscribe(session, subscriber_id, list_id, Proof("subscriber", evidence), now=datetime.now(UTC))
        return _leaving(session, list_id, subscriber_id)


def form_token(context: Context, token: str) -> str:
    """The hidden value of the page's form: only our own page can have read it."""
    return context.signer.sign(FORM, *context.signer.verify(LEAVE, token, 2))


def check_form(context: Context, token: str, hidden: str) -> None:
    """BadToken unless `hidden` is the form token of this link."""
    if context.signer.verify(FORM, hidden, 2) != context.signer.verify(LEAVE, token, 2):
        raise BadToken("This form belongs to another link.", "Open the link from your mail again.")


def masked(address: str) -> str:
    """The address with most of its local part hidden: `a…@example.org`."""
    local, _, domain = address.rpartition("@")
    return f"{local[:1]}…@{domain}"


def _leaving(session: Session, list_id: int, subscriber_id: int) -> Leaving:
    mailing_list = session.get(MailingList, list_id)
    person = session.get(Subscriber, subscriber_id)
    if mailing_list is None or person is None:
        raise BadToken(
            "This link belongs to a test mail, or to somebody whose data was erased.",
            "There is nothing to leave.",
        )
    membership = session.get(Subscription, (subscriber_id, list_id))
    return Leaving(
        mailing_list.name,
        masked(person.address),
        person.language or "en",
        membership is not None and membership.state == SubscriptionState.CONFIRMED,
    )
