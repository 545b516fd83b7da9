"""What is forgotten after a while, by a rule the installation sets and a purge that applies it."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from subscribers import personal
from subscribers.consent import Limits, purge_unconfirmed
from subscribers.tables import Bounce, Subscriber, Subscription, SubscriptionState

_LIVE = (SubscriptionState.CONFIRMED, SubscriptionState.UNCONFIRMED)


@dataclass(frozen=True)
class Retention:
    """How long things are kept. `ended` is for people who have left every list; None keeps them for good."""

    limits: Limits = field(default_factory=Limits)
    ended: timedelta | None = None
    bounces: timedelta = timedelta(days=180)


def purge(session: Session, *, now: datetime, retention: Retention = Retention()) -> dict[str, int]:
    """Forget what is older than its time; how much of each kind. Suppressions always stay."""
    counts = {
        "unconfirmed": purge_unconfirmed(session, now=now, limits=retention.limits),
        "bounces": _delete(session, delete(Bounce).where(Bounce.at < now - retention.bounces)),
        "ended": 0,
    }
    if retention.ended is not None:
        for subscriber_id in _ended_before(session, now - retention.ended):
            personal.erase(session, subscriber_id, now=now)
            counts["ended"] += 1
    return counts


def _ended_before(session: Session, moment: datetime) -> list[int]:
    """People with memberships, all of which ended before that moment."""
    live = select(Subscription.subscriber_id).where(Subscription.state.in_(_LIVE))
    ended = (
        select(Subscription.subscriber_id)
        .where(Subscription.subscriber_id.not_in(live))
        .group_by(Subscription.subscriber_id)
        .having(func.max(Subscription.changed_at) < moment)
    )
    return list(
        session.scalars(select(Subscriber.id).where(Subscriber.id.in_(ended)).order_by(Subscriber.id))
    )


def _delete(session: Session, statement: object) -> int:
    return int(session.execute(statement).rowcount)  # type: ignore[call-overload]
