"""Asking for consent: when a confirmation mail may leave, until when it counts, when a request is forgotten."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, exists, func, select
from sqlalchemy.orm import Session

from digest.signing import Signer
from subscribers.addresses import Address
from subscribers.problem import SubscribersError
from subscribers.states import Change
from subscribers.subscribing import Outcome, Proof, change_state, confirm, join, record
from subscribers.tables import MailingList, Subscriber, Subscription, SubscriptionState


class ExpiredRequest(SubscribersError):
    """The confirmation comes too late; the person has to ask again."""


@dataclass(frozen=True)
class Limits:
    """How often an address is asked to confirm, and how long the answer counts."""

    pause: timedelta = timedelta(hours=24)
    most: int = 3
    expires: timedelta = timedelta(days=7)
    forgotten: timedelta = timedelta(days=30)


@dataclass(frozen=True)
class Request:
    """What a request to join came to. `ask`: send the confirmation mail; `joined`: on the list at once.

    The person who asked must be answered alike whatever this says.
    """

    subscriber_id: int | None
    ask: bool = False
    joined: bool = False


def request(
    session: Session,
    mailing_list: MailingList,
    address: Address,
    proof: Proof,
    *,
    signer: Signer,
    now: datetime,
    name: str = "",
    language: str | None = None,
    limits: Limits = Limits(),
) -> Request:
    """A person asks to be put on a list. Known, suppressed and too frequent requests change nothing."""
    change = Change.JOIN if mailing_list.opt_in == "single" else Change.REQUEST
    outcome = join(
        session,
        mailing_list,
        address,
        change,
        proof,
        signer=signer,
        now=now,
        consent=f"sign-up, wording {proof.wording}" if proof.wording else "sign-up",
        name=name,
        language=language,
    )
    if outcome.subscriber_id is None or outcome.state is SubscriptionState.CONFIRMED:
        return Request(outcome.subscriber_id, joined=outcome.changed)
    found = session.get_one(Subscription, (outcome.subscriber_id, mailing_list.id))
    if not _may_ask(session, found, now, limits):
        return Request(outcome.subscriber_id)
    found.requests += 1
    found.requested_at = now
    if not outcome.changed:
        record(session, found, Change.REQUEST, proof, now)
    session.flush()
    return Request(outcome.subscriber_id, ask=True)


def confirm_request(
    session: Session,
    subscriber_id: int,
    list_id: int,
    proof: Proof,
    *,
    now: datetime,
    limits: Limits = Limits(),
) -> Outcome:
    """The person presses the button of the confirmation mail. A second press changes nothing.

    Raises ExpiredRequest when the request is older than it counts; the person may then ask again.
    """
    found = session.get(Subscription, (subscriber_id, list_id))
    if (
        found is not None
        and found.state == SubscriptionState.UNCONFIRMED
        and now - found.requested_at > limits.expires
    ):
        raise ExpiredRequest(
            f"This link was good for {limits.expires.days} days.", "Sign up again, and a new one will come."
        )
    return confirm(session, subscriber_id, list_id, proof, now=now)


def purge_unconfirmed(session: Session, *, now: datetime, limits: Limits = Limits()) -> int:
    """Forget requests that were never confirmed; how many.

    Who had left before goes back to having left. Everybody else's membership is deleted, and the
    person too if nothing else is known of them.
    """
    old = (
        select(Subscription.subscriber_id, Subscription.list_id, Subscription.left_at)
        .where(
            Subscription.state == SubscriptionState.UNCONFIRMED,
            Subscription.requested_at < now - limits.forgotten,
        )
        .order_by(Subscription.subscriber_id)
    )
    proof = Proof("retention", f"not confirmed within {limits.forgotten.days} days")
    rows = session.execute(old).all()
    for row in rows:
        if row.left_at is not None:
            change_state(session, row.subscriber_id, row.list_id, Change.EXPIRE, proof, now=now)
            continue
        session.delete(session.get_one(Subscription, (row.subscriber_id, row.list_id)))
    session.flush()
    touched = sorted({row.subscriber_id for row in rows})
    for start in range(0, len(touched), 500):
        session.execute(
            delete(Subscriber).where(
                Subscriber.id.in_(touched[start : start + 500]),
                ~exists().where(Subscription.subscriber_id == Subscriber.id),
            )
        )
    return len(rows)


def _may_ask(session: Session, found: Subscription, now: datetime, limits: Limits) -> bool:
    """At most one confirmation mail to an address in `pause`, over all lists, and `most` for one consent."""
    if found.requests >= limits.most:
        return False
    latest = session.scalar(
        select(func.max(Subscription.requested_at)).where(
            Subscription.subscriber_id == found.subscriber_id, Subscription.requests > 0
        )
    )
    return latest is None or now - latest >= limits.pause
