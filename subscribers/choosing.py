"""What a member chooses: to pause, to get less mail, to move to another address."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from digest.signing import Signer
from subscribers import suppression
from subscribers.addresses import Address
from subscribers.problem import SubscribersError
from subscribers.recipients import PERIODS
from subscribers.subscribing import Proof, record
from subscribers.tables import Subscriber, Subscription


def pause(
    session: Session, subscriber_id: int, list_id: int, until: datetime | None, proof: Proof, *, now: datetime
) -> bool:
    """Send nothing from this list until then; None goes on at once. Whether anything changed."""
    found = session.get(Subscription, (subscriber_id, list_id))
    if found is None or found.paused_until == until:
        return False
    found.paused_until = until
    record(session, found, "resume" if until is None else "pause", proof, now)
    return True


def set_frequency(
    session: Session, subscriber_id: int, list_id: int, frequency: str | None, proof: Proof, *, now: datetime
) -> bool:
    """Get this list `weekly` or `monthly` at most, None for every mailing. Whether anything changed."""
    if frequency is not None and frequency not in PERIODS:
        raise SubscribersError(
            f"The frequency {frequency!r} is unknown.", f"Write one of {', '.join(PERIODS)}."
        )
    found = session.get(Subscription, (subscriber_id, list_id))
    if found is None or found.frequency == frequency:
        return False
    found.frequency = frequency
    record(session, found, "frequency", proof, now)
    return True


def move(
    session: Session, subscriber_id: int, address: Address, proof: Proof, *, signer: Signer, now: datetime
) -> None:
    """The person is reached at another address from now on, which they have confirmed.

    SubscribersError if the address is somebody's already, or suppressed.
    """
    person = session.get_one(Subscriber, subscriber_id)
    if person.email == address.email:
        person.address = address.given
        return
    mark = suppression.fingerprint(signer, address.email)
    taken = session.scalar(select(Subscriber.id).where(Subscriber.email == address.email))
    if taken is not None or suppression.reasons(session, mark):
        raise SubscribersError(f"{address.given} cannot be used.", "Sign up with it instead.")
    person.email, person.address, person.fingerprint = address.email, address.given, mark
    for found in session.scalars(select(Subscription).where(Subscription.subscriber_id == subscriber_id)):
        record(session, found, "move", proof, now)
    session.flush()
