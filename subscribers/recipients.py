"""Who is mailed: confirmed, not paused, not suppressed."""

from collections.abc import Collection
from datetime import datetime, timedelta
from functools import cache

from sqlalchemy import BindParameter, Select, and_, bindparam, or_, select, update
from sqlalchemy.orm import Session
from sqlalchemy.sql.elements import ColumnElement

from subscribers.suppression import suppressed
from subscribers.tables import Subscriber, Subscription, SubscriptionState

# A day less than the period, so that a mailing that leaves an hour earlier than the last one still counts.
PERIODS = {"weekly": timedelta(days=6), "monthly": timedelta(days=27)}


def recipients(
    list_id: int, *, now: datetime, segment: ColumnElement[bool] | None = None
) -> "Select[int, str, str]":
    """A query of (recipient_id, address, name) of everybody who gets a mailing to this list at `now`.

    `segment` is a condition over Subscriber and Subscription that narrows it further. People who
    chose a slower frequency are left out until their period has passed since their last mailing.
    """
    query = (
        select(
            Subscriber.id.label("recipient_id"),
            Subscriber.address.label("address"),
            Subscriber.name.label("name"),
        )
        .join(Subscription, Subscription.subscriber_id == Subscriber.id)
        .where(_receives(list_id, now), _due(now))
    )
    return query if segment is None else query.where(segment)


def members_among(list_id: int, people: ColumnElement[bool], *, now: datetime) -> "Select[int, str, str]":
    """A query of (recipient_id, address, name) of those `people` who may be mailed, however often they wish.

    `people` is a condition over Subscriber. For what belongs to a mailing they had, such as a correction.
    """
    return (
        select(
            Subscriber.id.label("recipient_id"),
            Subscriber.address.label("address"),
            Subscriber.name.label("name"),
        )
        .join(Subscription, Subscription.subscriber_id == Subscriber.id)
        .where(people, _receives(list_id, now))
    )


def may_still_receive(session: Session, list_id: int, ids: Collection[int], *, now: datetime) -> set[int]:
    """Those of these subscribers who may be mailed right now, in one query."""
    found = session.connection().execute(
        _still_receiving(), {"ids": list(ids), "list_id": list_id, "now": now}
    )
    return {row[0] for row in found}


@cache
def _still_receiving() -> "Select[int]":
    """Made once: a sender asks it hundreds of times a second."""
    person = Subscriber.__table__.c
    return (
        select(person.id)
        .select_from(Subscriber)
        .join(Subscription, Subscription.subscriber_id == Subscriber.id)
        .where(
            person.id.in_(bindparam("ids", expanding=True)),
            _receives(bindparam("list_id"), bindparam("now")),
        )
    )


def mark_mailed(
    session: Session, list_id: int, *, now: datetime, segment: ColumnElement[bool] | None = None
) -> None:
    """Remember that those who chose a slower frequency, and were due, got a mailing of this list now.

    `segment` as in `recipients`.
    """
    due = recipients(list_id, now=now, segment=segment).with_only_columns(Subscriber.id)
    session.execute(
        update(Subscription)
        .where(
            Subscription.list_id == list_id,
            Subscription.frequency.is_not(None),
            Subscription.subscriber_id.in_(due.where(Subscription.frequency.is_not(None))),
        )
        .values(mailed_at=now)
        .execution_options(synchronize_session=False)
    )


def _receives(
    list_id: "int | BindParameter[int]", now: "datetime | BindParameter[datetime]"
) -> ColumnElement[bool]:
    return and_(
        Subscription.list_id == list_id,
        Subscription.state == SubscriptionState.CONFIRMED,
        or_(Subscription.paused_until.is_(None), Subscription.paused_until <= now),
        ~suppressed(list_id),
    )


def _due(now: datetime) -> ColumnElement[bool]:
    return or_(
        Subscription.frequency.is_(None),
        Subscription.mailed_at.is_(None),
        *(
            and_(Subscription.frequency == frequency, Subscription.mailed_at <= now - period)
            for frequency, period in PERIODS.items()
        ),
    )
