"""How fast a mailing goes, seen from its rows, by whichever process it is sent."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from outbox.status import Balance
from outbox.tables import Delivery, DeliveryState

WINDOW = timedelta(seconds=60)
_OVER = (DeliveryState.SENT, DeliveryState.FAILED, DeliveryState.SUPPRESSED, DeliveryState.EXPIRED)


@dataclass(frozen=True, slots=True)
class Speed:
    """Deliveries that came to their end each second of the last minute, and the seconds left at that rate.

    `seconds_left` is None when nothing went in that time, or when all that is open waits for its next try.
    """

    rate: float
    seconds_left: float | None


def speed(session: Session, mailing_id: int, balance: Balance, now: datetime) -> Speed:
    """The speed of a mailing that is as far as `balance` says."""
    count, first = session.execute(
        select(func.count(), func.min(Delivery.changed_at)).where(
            Delivery.mailing_id == mailing_id,
            Delivery.state.in_(_OVER),
            Delivery.changed_at > now - WINDOW,
            Delivery.changed_at <= now,
        )
    ).one()
    if not count or first is None:
        return Speed(0.0, None)
    # A sender that has just begun is not measured by the whole minute.
    rate = count / max((now - first).total_seconds(), 1.0)
    going = balance[DeliveryState.QUEUED] + balance[DeliveryState.SENDING]
    return Speed(rate, going / rate if going else None)
