"""A shard is worked on by one sender at a time, and a dead sender's shard is taken over."""

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update

from outbox import claims
from outbox.claims import LEASE, claim, next_due, release, renew, settle
from outbox.owner import is_gone, new_owner
from outbox.tables import Delivery, DeliveryState, Mailing, MailingState, Shard
from store import Database
from tests.outbox.world import handed_over, states


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
    with database.writing() as session:
        first = claim(session, "one:1:a", now(), number)
    with database.writing() as session:
        assert claim(session, "two:2:b", now(), number) is None
    assert first is not None
    assert [due.recipient.recipient_id for due in first.due] == [1, 2, 3, 4, 5]
    assert first.orphans == 0


def test_a_lease_that_ran_out_is_taken_over_and_one_that_was_renewed_is_not(database: Database) -> None:
    number = handed_over(database, 5)
    late = now() + LEASE + timedelta(seconds=1)
    with database.writing() as session:
        claim(session, "one:1:a", now(), number)
    with database.writing() as session:
        renew(session, "one:1:a", late)
    with database.writing() as session:
        assert claim(session, "two:2:b", late, number) is None
    with database.writing() as session:
        assert claim(session, "two:2:b", late + LEASE + timedelta(seconds=1), number) is not None


@pytest.mark.parametrize(
    ("policy", "left"), [("retry", DeliveryState.QUEUED), ("hold", DeliveryState.UNCERTAIN)]
)
def test_what_a_dead_sender_had_in_flight_is_decided_by_the_mailings_policy(
    database: Database, policy: str, left: DeliveryState
) -> None:
    number = handed_over(database, 5, uncertain=policy)
    with database.writing() as session:
        claim(session, dead_owner(), now(), number)
    set_state(database, [2, 3], DeliveryState.SENDING)
    with database.writing() as session:
        taken = claim(session, new_owner(), now(), number)
    assert taken is not None
    assert taken.orphans == 2
    due = {one.recipient.recipient_id for one in taken.due}
    assert due == ({1, 2, 3, 4, 5} if policy == "retry" else {1, 4, 5})
    assert states(database, number).get(left, 0) >= 2


@pytest.mark.parametrize("policy", ["retry", "hold"])
def test_what_was_only_announced_is_sent_again_whatever_the_policy(database: Database, policy: str) -> None:
    number = handed_over(database, 5, uncertain=policy)
    with database.writing() as session:
        claim(session, dead_owner(), now(), number)
    set_state(database, [2, 3], DeliveryState.SENDING)
    with database.writing() as session:
        session.execute(update(Delivery).where(Delivery.recipient_id == 3).values(announced=True))
    with database.writing() as session:
        taken = claim(session, new_owner(), now(), number)
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
    with database.writing() as session:
        taken = claim(session, "one:1:a", now(), number)
        assert taken is not None
        session.execute(update(Delivery).values(state="sent"))
        session.execute(
            update(Delivery).where(Delivery.recipient_id == 2).values(state="deferred", due_at=soon)
        )
        settle(session, taken.shard_id, "one:1:a", now())
    with database.writing() as session:
        assert next_due(session, number) == soon
        assert claim(session, "one:1:a", now(), number) is None
        again = claim(session, "one:1:a", soon, number)
    assert again is not None
    assert [one.recipient.recipient_id for one in again.due] == [2]


def test_a_shard_with_nothing_open_is_done_for_ever(database: Database) -> None:
    number = handed_over(database, 3)
    with database.writing() as session:
        taken = claim(session, "one:1:a", now(), number)
        assert taken is not None
        session.execute(update(Delivery).values(state="sent"))
        settle(session, taken.shard_id, "one:1:a", now())
        assert next_due(session, number) is None
        assert session.scalars(select(Shard.done)).all() == [True]


def test_a_stopped_sender_gives_everything_back(database: Database) -> None:
    number = handed_over(database, 3)
    with database.writing() as session:
        claim(session, "one:1:a", now(), number)
    with database.writing() as session:
        release(session, "one:1:a", now())
    with database.writing() as session:
        assert claim(session, "two:2:b", now(), number) is not None


@pytest.mark.parametrize("state", [MailingState.PAUSED, MailingState.CANCELLED, MailingState.DONE])
def test_only_a_mailing_that_is_being_sent_is_claimed(database: Database, state: MailingState) -> None:
    number = handed_over(database, 3)
    with database.writing() as session:
        session.get_one(Mailing, number).state = state
    with database.writing() as session:
        assert claims.claim(session, "one:1:a", now()) is None


def test_a_mailing_is_not_claimed_before_its_hour(database: Database) -> None:
    handed_over(database, 3)
    with database.writing() as session:
        assert claim(session, "one:1:a", now() - timedelta(hours=1)) is None
