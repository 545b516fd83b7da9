"""Freezing makes one row for each recipient, all or nothing, and only once."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, literal, select

from outbox.freeze import SHARD_SIZE, freeze
from outbox.problem import AlreadyHandedOverError, NobodyError
from outbox.tables import Delivery, DeliveryState, Mailing, Shard
from store import Database
from tests.outbox.world import NOON, handed_over, rendition


def count(database: Database, table: type) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def test_every_recipient_is_queued_and_lies_in_exactly_one_shard(database: Database) -> None:
    handed_over(database, 3, reference=1)
    number = handed_over(database, 2 * SHARD_SIZE + 7, reference=2)
    with database.reading() as session:
        rows = session.execute(
            select(Delivery.recipient_id, Delivery.state, func.count(Shard.id))
            .join(
                Shard,
                (Shard.mailing_id == Delivery.mailing_id)
                & Delivery.id.between(Shard.first_id, Shard.last_id),
            )
            .where(Delivery.mailing_id == number)
            .group_by(Delivery.id, Delivery.recipient_id, Delivery.state)
        ).all()
        mailing = session.get_one(Mailing, number)
        assert mailing.recipients == 2 * SHARD_SIZE + 7
    assert sorted(row[0] for row in rows) == list(range(1, 2 * SHARD_SIZE + 8))
    assert {(row[1], row[2]) for row in rows} == {(DeliveryState.QUEUED, 1)}


def test_the_same_issue_is_not_handed_over_twice(database: Database) -> None:
    handed_over(database, 3)
    with pytest.raises(AlreadyHandedOverError, match="issue 1 was already handed"):
        handed_over(database, 3)
    assert count(database, Mailing) == 1
    assert count(database, Delivery) == 3


def test_a_mailing_to_nobody_is_refused_and_leaves_nothing(database: Database) -> None:
    nobody = select(literal(1), literal("a@example.org"), literal("A")).where(literal(1) == 2)
    with pytest.raises(NobodyError, match="no recipients"), database.writing() as session:
        freeze(
            session,
            kind="issue",
            reference=1,
            rendition=rendition(),
            recipients=nobody,
            date=NOON,
            expires_at=NOON + timedelta(days=1),
        )
    assert count(database, Mailing) == 0


def test_a_crash_before_the_commit_leaves_nothing(database: Database) -> None:
    def interrupted() -> None:
        with database.writing() as session:
            freeze(
                session,
                kind="issue",
                reference=1,
                rendition=rendition(),
                recipients=select(literal(1), literal("a@example.org"), literal("A")),
                date=datetime.now(UTC),
                expires_at=datetime.now(UTC),
            )
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert count(database, Mailing) == count(database, Delivery) == count(database, Shard) == 0
