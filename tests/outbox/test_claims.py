"""A shard is worked on by one sender at a time, and a dead sender's shard is taken over."""

import asyncio
import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event, select, update

from outbox.claims import LEASE, claim, next_due, release, renew, settle
from outbox.freeze import SHARD_SIZE
from outbox.owner import is_gone, new_owner
from outbox.tables import Delivery, DeliveryState, Mailing, MailingState, Shard
from store import Database
from tests.outbox.world import Doors, claimed, handed_over, states


def now() -> datetime:
    return datetime.now(UTC)


def dead_owner() -> str:
    """The name of a sender whose process has ended."""
    script = "from outbox.owner import new_owner; print(new_owner())"
    return subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    ).stdout.strip()


def set_state(database: Database, recipients: list[int], state: DeliveryState) -> None:
    with database.writing() as session:
        session.execute(
            update(Delivery).where(Delivery.recipient_id.in_(recipients)).values(state=state.value)
        )


def test_a_shard_is_claimed_once(database: Database) -> None:
    number = handed_over(database, 5)
    first = claimed(database, "one:1:a", now(), number)
    assert claimed(database, "two:2:b", now(), number) is None
    assert first is not None
    assert [due.recipient.recipient_id for due in first.due] == [1, 2, 3, 4, 5]
    assert first.orphans == 0


def test_a_lease_that_ran_out_is_taken_over_and_one_that_was_renewed_is_not(database: Database) -> None:
    number = handed_over(database, 5)
    late = now() + LEASE + timedelta(seconds=1)
    claimed(database, "one:1:a", now(), number)
    with database.writing() as session:
        renew(session, "one:1:a", late)
    assert claimed(database, "two:2:b", late, number) is None
    assert claimed(database, "two:2:b", late + LEASE + timedelta(seconds=1), number) is not None


@pytest.mark.parametrize(
    ("policy", "left"), [("retry", DeliveryState.QUEUED), ("hold", DeliveryState.UNCERTAIN)]
)
def test_what_a_dead_sender_had_in_flight_is_decided_by_the_mailings_policy(
    database: Database, policy: str, left: DeliveryState
) -> None:
    number = handed_over(database, 5, uncertain=policy)
    claimed(database, dead_owner(), now(), number)
    set_state(database, [2, 3], DeliveryState.SENDING)
    taken = claimed(database, new_owner(), now(), number)
    assert taken is not None
    assert taken.orphans == 2
    due = {one.recipient.recipient_id for one in taken.due}
    assert due == ({1, 2, 3, 4, 5} if policy == "retry" else {1, 4, 5})
    assert states(database, number).get(left, 0) >= 2


@pytest.mark.parametrize("policy", ["retry", "hold"])
def test_what_was_only_announced_is_sent_again_whatever_the_policy(database: Database, policy: str) -> None:
    number = handed_over(database, 5, uncertain=policy)
    claimed(database, dead_owner(), now(), number)
    set_state(database, [2, 3], DeliveryState.SENDING)
    with database.writing() as session:
        session.execute(update(Delivery).where(Delivery.recipient_id == 3).values(announced=True))
    taken = claimed(database, new_owner(), now(), number)
    assert taken is not None
    assert taken.orphans == 1
    due = {one.recipient.recipient_id for one in taken.due}
    assert due == ({1, 2, 3, 4, 5} if policy == "retry" else {1, 3, 4, 5})


def test_a_living_process_is_not_gone_and_a_foreign_one_is_never_called_gone() -> None:
    assert not is_gone(new_owner())
    assert is_gone(dead_owner())
    assert not is_gone(f"elsewhere:{2**22 + 1}:x")
    assert not is_gone("nonsense")
    assert str(os.getpid()) in new_owner()


def test_a_settled_shard_is_due_when_its_first_deferred_delivery_is(database: Database) -> None:
    number = handed_over(database, 3)
    soon = now() + timedelta(minutes=30)
    taken = claimed(database, "one:1:a", now(), number)
    assert taken is not None
    with database.writing() as session:
        session.execute(update(Delivery).values(state="sent"))
        session.execute(
            update(Delivery).where(Delivery.recipient_id == 2).values(state="deferred", due_at=soon)
        )
        settle(session, taken.shard_id, "one:1:a", now())
    with database.reading() as session:
        assert next_due(session, number) == soon
    assert claimed(database, "one:1:a", now(), number) is None
    again = claimed(database, "one:1:a", soon, number)
    assert again is not None
    assert [one.recipient.recipient_id for one in again.due] == [2]


def test_a_shard_with_nothing_open_is_done_for_ever(database: Database) -> None:
    number = handed_over(database, 3)
    taken = claimed(database, "one:1:a", now(), number)
    assert taken is not None
    with database.writing() as session:
        session.execute(update(Delivery).values(state="sent"))
        settle(session, taken.shard_id, "one:1:a", now())
        assert next_due(session, number) is None
        assert session.scalars(select(Shard.done)).all() == [True]


def test_a_stopped_sender_gives_everything_back(database: Database) -> None:
    number = handed_over(database, 3)
    claimed(database, "one:1:a", now(), number)
    with database.writing() as session:
        release(session, "one:1:a", now())
    assert claimed(database, "two:2:b", now(), number) is not None


@pytest.mark.parametrize("state", [MailingState.PAUSED, MailingState.CANCELLED, MailingState.DONE])
def test_only_a_mailing_that_is_being_sent_is_claimed(database: Database, state: MailingState) -> None:
    number = handed_over(database, 3)
    with database.writing() as session:
        session.get_one(Mailing, number).state = state
    assert claimed(database, "one:1:a", now()) is None


def test_a_mailing_is_not_claimed_before_its_hour(database: Database) -> None:
    handed_over(database, 3)
    assert claimed(database, "one:1:a", now() - timedelta(hours=1)) is None


class Interrupted(Doors):
    """Lets something happen before a step of a claim."""

    def __init__(self, database: Database, step: str, happens: Callable[[], None]) -> None:
        super().__init__(database)
        self._step, self._happens = step, happens

    async def call(self, work: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        return await super().call(self._before(work), *args, **kwargs)

    async def read(self, work: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        return await super().read(self._before(work), *args, **kwargs)

    def _before(self, work: Callable[..., Any]) -> Callable[..., Any]:
        if work.__name__ == self._step:
            self._happens()
        return work


def test_what_was_sent_after_all_while_a_shard_is_taken_over_is_not_due(database: Database) -> None:
    number = handed_over(database, 5)
    claimed(database, dead_owner(), now(), number)
    set_state(database, [2, 3], DeliveryState.SENDING)
    doors = Interrupted(database, "mend", lambda: set_state(database, [2], DeliveryState.SENT))
    taken = asyncio.run(claim(doors, new_owner(), now(), number))
    assert taken is not None
    assert taken.orphans == 1
    assert [one.recipient.recipient_id for one in taken.due] == [1, 3, 4, 5]


def test_a_sender_that_slept_until_its_shard_was_anothers_mends_nothing_in_it(database: Database) -> None:
    number = handed_over(database, 3, uncertain="hold")
    claimed(database, dead_owner(), now(), number)
    set_state(database, [2], DeliveryState.SENDING)

    def taken_over() -> None:
        with database.writing() as session:
            session.execute(update(Shard).values(owner="two:2:b"))

    taken = asyncio.run(claim(Interrupted(database, "mend", taken_over), new_owner(), now(), number))
    assert taken is not None
    assert [one.recipient.recipient_id for one in taken.due] == [1, 3]
    assert states(database, number) == {DeliveryState.QUEUED: 2, DeliveryState.SENDING: 1}


def test_what_is_too_old_expires_also_what_was_in_flight(database: Database) -> None:
    number = handed_over(database, 3, lifetime=timedelta(seconds=0))
    claimed(database, dead_owner(), now() - timedelta(seconds=0.5), number)
    set_state(database, [2], DeliveryState.SENDING)
    taken = claimed(database, new_owner(), now(), number)
    assert taken is not None
    assert (taken.due, taken.orphans) == ([], 1)
    assert states(database, number) == {DeliveryState.EXPIRED: 3}


def steps_of_a_claim(database: Database, recipients: int, reference: int) -> int:
    """How many hundred instructions of SQLite a claim and its settlement take in a mailing of that size."""
    number = handed_over(database, recipients, reference=reference, paragraphs=1)
    counted = 0

    def step() -> int:
        nonlocal counted
        counted += 1
        return 0

    def count(connection: sqlite3.Connection) -> None:
        connection.set_progress_handler(step, 100)

    database.engine.dispose()
    event.listen(database.engine, "connect", lambda connection, _: count(connection))
    taken = claimed(database, "one:1:a", now(), number)
    assert taken is not None
    with database.writing() as session:
        settle(session, taken.shard_id, "one:1:a", now())
    return counted


def test_a_claim_in_a_large_mailing_looks_at_no_more_rows_than_in_a_small_one(
    sqlite_database: Database,
) -> None:
    small = steps_of_a_claim(sqlite_database, SHARD_SIZE, 1)
    assert steps_of_a_claim(sqlite_database, 15 * SHARD_SIZE, 2) < 2 * small
