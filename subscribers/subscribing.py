"""Changes of a membership. Each is idempotent, and each leaves its row in the history."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from digest.signing import Signer
from subscribers import suppression
from subscribers.addresses import Address
from subscribers.people import ensure_person
from subscribers.states import Change, after, leaves
from subscribers.suppression import EVERY_LIST, LIFTED_BY_CONFIRMATION, Reason
from subscribers.tables import MailingList, Subscriber, Subscription, SubscriptionEvent, SubscriptionState


@dataclass(frozen=True)
class Proof:
    """Who or what made a change, and what shows it: the row's evidence in the history.

    `actor` is `person`, `admin`, `import 7`, `smtp` and the like; `wording` the version of the text
    that was consented to; `evidence` an IP address, a Message-ID, a sentence.
    """

    actor: str
    evidence: str = ""
    wording: str = ""


@dataclass(frozen=True)
class Outcome:
    """What a change came to: `state` is the state now, None if suppressed or not on the list."""

    subscriber_id: int | None
    state: SubscriptionState | None
    changed: bool
    suppressed: bool = False


def join(
    session: Session,
    mailing_list: MailingList,
    address: Address,
    change: Change,
    proof: Proof,
    *,
    signer: Signer,
    now: datetime,
    consent: str = "",
    name: str = "",
    language: str | None = None,
) -> Outcome:
    """Put an address on a list by `change` (REQUEST, JOIN, STATE or BRING). Suppressed: nothing is stored.

    A suppression for having left or bounced does not stop the person's own REQUEST or JOIN: it stands
    until they confirm.
    """
    mark = suppression.fingerprint(signer, address.email)
    reasons = set(suppression.reasons(session, mark, mailing_list.id).values())
    own = change in (Change.REQUEST, Change.JOIN)
    if reasons and not (own and reasons <= LIFTED_BY_CONFIRMATION):
        return Outcome(None, None, changed=False, suppressed=True)
    person = ensure_person(session, address, mark, now=now, name=name, language=language)
    found = session.get(Subscription, (person.id, mailing_list.id))
    left = bool(reasons) or (found is not None and found.left_at is not None)
    state = None if found is None else SubscriptionState(found.state)
    if reasons and state is None and change is Change.JOIN:
        change = Change.REQUEST
    target = after(state, change, left=left)
    if found is None:
        assert target is not None, "nobody is too far gone to be put on a list they are not on"
        found = Subscription(
            subscriber_id=person.id,
            list_id=mailing_list.id,
            state=target,
            consent=consent,
            requested_at=now,
            changed_at=now,
            left_at=now if reasons else None,
            requests=0,
        )
        session.add(found)
    elif target is None:
        return Outcome(person.id, state, changed=False)
    else:
        found.consent, found.requested_at = consent or found.consent, now
    _move(session, found, change, target, proof, now)
    return Outcome(person.id, target, changed=True)


def confirm(session: Session, subscriber_id: int, list_id: int, proof: Proof, *, now: datetime) -> Outcome:
    """The person confirms their request: the new consent that also lifts what having left had set."""
    outcome = change_state(session, subscriber_id, list_id, Change.CONFIRM, proof, now=now)
    if outcome.changed:
        mark = session.scalars(select(Subscriber.fingerprint).where(Subscriber.id == subscriber_id)).one()
        suppression.lift(session, mark, list_id=list_id, only=LIFTED_BY_CONFIRMATION)
    return outcome


def unsubscribe(
    session: Session, subscriber_id: int, list_id: int, proof: Proof, *, now: datetime
) -> Outcome:
    """The person leaves one list."""
    return change_state(session, subscriber_id, list_id, Change.LEAVE, proof, now=now)


def unsubscribe_from_all(
    session: Session, subscriber_id: int, proof: Proof, *, now: datetime
) -> list[Outcome]:
    """The person leaves every list, and the address is suppressed for lists to come."""
    return _end_all(session, subscriber_id, Change.LEAVE, Reason.UNSUBSCRIBED, proof, now)


def bounce(session: Session, subscriber_id: int, proof: Proof, *, now: datetime) -> list[Outcome]:
    """Mail to this person cannot be delivered: every membership ends and the address is suppressed."""
    return _end_all(session, subscriber_id, Change.BOUNCE, Reason.BOUNCED, proof, now)


def complain(session: Session, subscriber_id: int, proof: Proof, *, now: datetime) -> list[Outcome]:
    """The person called the mail spam: every membership ends and the address is suppressed."""
    return _end_all(session, subscriber_id, Change.COMPLAIN, Reason.COMPLAINED, proof, now)


def change_state(
    session: Session, subscriber_id: int, list_id: int, change: Change, proof: Proof, *, now: datetime
) -> Outcome:
    """One change of one membership that exists; without one, nothing happens."""
    found = session.get(Subscription, (subscriber_id, list_id))
    if found is None:
        return Outcome(subscriber_id, None, changed=False)
    state = SubscriptionState(found.state)
    target = after(state, change, left=found.left_at is not None)
    if target is None:
        return Outcome(subscriber_id, state, changed=False)
    _move(session, found, change, target, proof, now)
    return Outcome(subscriber_id, target, changed=True)


def _end_all(
    session: Session, subscriber_id: int, change: Change, reason: Reason, proof: Proof, now: datetime
) -> list[Outcome]:
    mark = session.scalar(select(Subscriber.fingerprint).where(Subscriber.id == subscriber_id))
    if mark is None:
        return []
    suppression.suppress(session, [mark], reason=reason, now=now, list_id=EVERY_LIST)
    list_ids = session.scalars(
        select(Subscription.list_id)
        .where(Subscription.subscriber_id == subscriber_id)
        .order_by(Subscription.list_id)
    ).all()
    return [change_state(session, subscriber_id, list_id, change, proof, now=now) for list_id in list_ids]


def _move(
    session: Session,
    found: Subscription,
    change: Change,
    target: SubscriptionState,
    proof: Proof,
    now: datetime,
) -> None:
    found.state, found.changed_at = target, now
    if target is SubscriptionState.CONFIRMED:
        found.confirmed_at = now
        found.left_at = None
        found.requests = 0
        found.paused_until = None
    elif leaves(change):
        found.left_at = now
        found.requests = 0
    record(session, found, change, proof, now)
    session.flush()


def record(session: Session, found: Subscription, change: str, proof: Proof, now: datetime) -> None:
    """Add a row to the history: what changed in this membership, and the state it is in now."""
    session.add(
        SubscriptionEvent(
            subscriber_id=found.subscriber_id,
            list_id=found.list_id,
            at=now,
            change=change,
            state=found.state,
            actor=proof.actor[:100],
            evidence=proof.evidence[:500],
            wording=proof.wording[:64],
        )
    )
