"""Leave: what a person's own signed link lets them do to their memberships, effective at once."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from digest.actions.context import Context
from digest.actions.goodbye import UNDO_WITHIN, queue_goodbyes
from digest.actions.links import LEAVE, UNDO, fields_of, preferences_url
from digest.actions.look import Look, look
from digest.signing import BadToken
from store.database import deadlocks_undone
from subscribers.leaving import Pair, leave_together
from subscribers.states import Change
from subscribers.subscribing import (
    Proof,
    change_state,
    confirm,
    record,
    unsubscribe,
    unsubscribe_from_all,
)
from subscribers.tables import MailingList, Subscriber, Subscription, SubscriptionState

FORM = "leave-form"
REASONS = ("too-many", "not-mine", "not-asked", "other")
"""What a person can give as the reason for leaving; it is never asked before they have left."""


@dataclass(frozen=True)
class Leaving:
    """Who leaves what, as a page may show it: the address is masked, since links get forwarded.

    `others` counts the further lists that the person is on. `undo` is the token that takes this leaving
    back; it is empty where nothing was left.
    """

    list_name: str
    masked_address: str
    look: Look
    subscribed: bool
    others: int
    preferences_url: str
    undo: str = ""


def look_at(context: Context, token: str) -> Leaving:
    """What the link is about; changes nothing. BadToken for a link that is not ours."""
    list_id, subscriber_id = context.signer.verify(LEAVE, token, 2)
    with context.database.reading() as session:
        return _leaving(context, session, list_id, subscriber_id)


def leave(context: Context, token: str, evidence: str, now: datetime, *, all_lists: bool = False) -> Leaving:
    """End the membership, or every one, in a transaction that is committed before this returns.

    Doing it again is fine. Messages still queued for this person are not sent: the outbox asks again
    right before each one.
    """
    list_id, subscriber_id = context.signer.verify(LEAVE, token, 2)
    proof = Proof("person", evidence)
    with context.database.writing() as session:
        before = set(_confirmed(session, subscriber_id))
        if all_lists:
            unsubscribe_from_all(session, subscriber_id, proof, now=now)
        else:
            unsubscribe(session, subscriber_id, list_id, proof, now=now)
        left = sorted(before - set(_confirmed(session, subscriber_id)))
        for one in left:
            queue_goodbyes(context, session, one, [subscriber_id], now)
        undo = context.signer.sign(UNDO, subscriber_id, int(now.timestamp()), *left) if left else ""
        return _leaving(context, session, list_id, subscriber_id, undo)


def leave_at_once(context: Context, tokens: Sequence[str], now: datetime) -> list[BadToken | None]:
    """The one click of mail programs (RFC 8058), for many people in one transaction, committed on return.

    For each token None, or why nothing could be done for it; one bad token spoils no other.
    """
    asked = [_pair(context, token) for token in tokens]
    pairs = {pair for pair in asked if not isinstance(pair, BadToken)}
    known = deadlocks_undone(lambda: _left_together(context, pairs, now)) if pairs else ()
    return [pair if isinstance(pair, BadToken) else None if pair in known else _nothing() for pair in asked]


def _left_together(context: Context, pairs: Collection[Pair], now: datetime) -> Collection[Pair]:
    """End these memberships in one transaction; those that there are."""
    with context.database.writing() as session:
        known, left = leave_together(session, pairs, Proof("person", "one-click POST"), now=now)
        for list_id in {list_id for _, list_id in left}:
            people = [person for person, of_list in left if of_list == list_id]
            queue_goodbyes(context, session, list_id, people, now)
        return known


def _pair(context: Context, token: str) -> Pair | BadToken:
    try:
        list_id, subscriber_id = context.signer.verify(LEAVE, token, 2)
    except BadToken as bad:
        return bad
    return subscriber_id, list_id


def undo(context: Context, token: str, undo_token: str, now: datetime) -> Leaving:
    """Take a leaving back: the person is where they were. BadToken after ten minutes, or for another's link.

    The token stands only on the page that this person's own leaving showed, so it is their request and
    their confirmation.
    """
    list_id, subscriber_id = context.signer.verify(LEAVE, token, 2)
    whose, moment, *lists = fields_of(context.signer, UNDO, undo_token)
    if whose != subscriber_id:
        raise BadToken("This form belongs to another link.", "Open the link from your mail again.")
    if now.timestamp() - moment > UNDO_WITHIN.total_seconds():
        raise BadToken(
            "The ten minutes in which leaving can be taken back are over.", "You can subscribe again."
        )
    proof = Proof("person", "took leaving back, on the page that followed it")
    with context.database.writing() as session:
        for one in lists:
            membership = session.get(Subscription, (subscriber_id, one))
            if membership is not None and int((membership.left_at or now).timestamp()) == moment:
                change_state(session, subscriber_id, one, Change.REQUEST, proof, now=now)
                confirm(session, subscriber_id, one, proof, now=now)
        return _leaving(context, session, list_id, subscriber_id)


def give_reason(context: Context, token: str, reason: str, now: datetime) -> Leaving:
    """Keep why the person left, in their history; anything but one of REASONS is not kept."""
    list_id, subscriber_id = context.signer.verify(LEAVE, token, 2)
    with context.database.writing() as session:
        leaving = _leaving(context, session, list_id, subscriber_id)
        membership = session.get(Subscription, (subscriber_id, list_id))
        if reason in REASONS and membership is not None and not leaving.subscribed:
            record(session, membership, "reason", Proof("person", reason), now)
        return leaving


def form_token(context: Context, token: str) -> str:
    """The hidden value of the page's form: only our own page can have read it."""
    return context.signer.sign(FORM, *context.signer.verify(LEAVE, token, 2))


def check_form(context: Context, token: str, hidden: str) -> None:
    """BadToken unless `hidden` is the form token of this link."""
    if context.signer.verify(FORM, hidden, 2) != context.signer.verify(LEAVE, token, 2):
        raise BadToken("This form belongs to another link.", "Open the link from your mail again.")


def masked(address: str) -> str:
    """The address with most of its local part hidden, `a…@example.org`; no line ends at the ellipsis."""
    local, _, domain = address.rpartition("@")
    return f"{local[:1]}…\u2060@{domain}"


def _confirmed(session: Session, subscriber_id: int) -> list[int]:
    return list(
        session.scalars(
            select(Subscription.list_id).where(
                Subscription.subscriber_id == subscriber_id, Subscription.state == SubscriptionState.CONFIRMED
            )
        )
    )


def _nothing() -> BadToken:
    return BadToken(
        "This link belongs to a test mail, or to somebody whose data was erased.",
        "There is nothing to leave.",
    )


def _leaving(
    context: Context, session: Session, list_id: int, subscriber_id: int, undo_token: str = ""
) -> Leaving:
    mailing_list = session.get(MailingList, list_id)
    person = session.get(Subscriber, subscriber_id)
    if mailing_list is None or person is None:
        raise _nothing()
    confirmed = _confirmed(session, subscriber_id)
    return Leaving(
        mailing_list.name,
        masked(person.address),
        look(session, list_id, language=person.language),
        list_id in confirmed,
        len([one for one in confirmed if one != list_id]),
        preferences_url(context.settings.public_url, context.signer, subscriber_id),
        undo_token,
    )
