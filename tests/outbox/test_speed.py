"""How fast a mailing goes is seen from its rows."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from outbox.speed import speed
from outbox.status import balance
from outbox.tables import Delivery, DeliveryState
from store import Database
from tests.outbox.world import handed_over

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)


def ended(database: Database, number: int, since: timedelta, *, first: int, last: int, state: str) -> None:
    with database.writing() as session:
        session.execute(
            update(Delivery)
            .where(Delivery.mailing_id == number, Delivery.recipient_id.between(first, last))
            .values(state=state, changed_at=NOW - since)
        )


@pytest.mark.parametrize(
    ("ago", "rate", "left"), [(0, 40.0, 1.5), (10, 4.0, 15.0), (50, 0.8, 75.0), (90, 0.0, None)]
)
def test_the_rate_is_that_of_the_last_minute_or_of_the_time_since_it_began(
    database: Database, ago: int, rate: float, left: float | None
) -> None:
    number = handed_over(database, 100)
    ended(database, number, timedelta(seconds=ago), first=1, last=30, state=DeliveryState.SENT)
    ended(database, number, timedelta(seconds=ago), first=31, last=40, state=DeliveryState.FAILED)
    with database.reading() as session:
        found = speed(session, number, balance(session, number), NOW)
    assert (found.rate, found.seconds_left) == (rate, left)


def test_no_time_is_told_for_what_waits_for_its_next_try(database: Database) -> None:
    number = handed_over(database, 100)
    ended(database, number, timedelta(seconds=5), first=1, last=90, state=DeliveryState.SENT)
    ended(database, number, timedelta(seconds=5), first=91, last=100, state=DeliveryState.DEFERRED)
    with database.reading() as session:
        found = speed(session, number, balance(session, number), NOW)
    assert (found.rate, found.seconds_left) == (18.0, None)
