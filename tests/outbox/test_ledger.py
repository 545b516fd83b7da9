"""The ledger says yes only to what is durable, ours, and allowed."""

import asyncio
import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

import outbox.ledger
from outbox import claims, control
from outbox.claims import Claim
from outbox.entries import Answer, Intent, Outcome
from outbox.ledger import Ledger
from outbox.problem import OutboxError
from outbox.statements import _Sqlite
from outbox.tables import Delivery, DeliveryState, Shard
from store import Database
from tests.outbox.world import OpenGate, delivery, handed_over, states

ME = "here:1:me"


class Listener:
    """Remembers whom it was told about."""

    def __init__(self) -> None:
        self.heard: list[tuple[int, str]] = []

    def gone(self, session: Session, recipients: list[tuple[int, str]]) -> None:  # type: ignore[override]
        self.heard.extend(recipients)


def intent(claim: Claim, place: int) -> Intent:
    person = claim.due[place].recipient
    return Intent(person.delivery_id, person.recipient_id, claim.shard_id, claim.mailing, 0)


def outcome(claim: Claim, place: int, state: DeliveryState, **more: object) -> Outcome:
    person = claim.due[place].recipient
    return Outcome(person.delivery_id, person.recipient_id, claim.shard_id, state, 1, **more)  # type: ignore[arg-type]


async def submitted(ledger: Ledger, outcomes: list[Outcome], wish: Intent | None) -> Answer:
    answer: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
    ledger.submit(outcomes, wish, answer.set_result)
    return await answer


def with_ledger(
    database: Database, work: Callable[[Ledger, Claim], object], *, people: int = 4, **options: object
) -> None:
    number = handed_over(database, people)

    async def run() -> None:
        ledger = Ledger(database, ME, options.pop("gate", OpenGate()), **options)  # type: ignore[arg-type]
        try:
            claim = await claims.claim(ledger, ME, datetime.now(UTC), number)
            assert claim is not None
            await work(ledger, claim)  # type: ignore[misc]
        finally:
            await ledger.close()

    asyncio.run(run(), debug=True)


def test_an_intent_holds_once_it_is_durable(database: Database) -> None:
    async def work(ledger: Ledger, claim: Claim) -> None:
        assert await submitted(ledger, [], intent(claim, 0)) == Answer(True)
        assert delivery(database, 1).state == DeliveryState.SENDING

    with_ledger(database, work)


def test_outcomes_of_all_connections_go_into_few_transactions(database: Database) -> None:
    async def work(ledger: Ledger, claim: Claim) -> None:
        before = ledger.transactions
        answers = await asyncio.gather(*(submitted(ledger, [], intent(claim, n)) for n in range(4)))
        assert answers == [Answer(True)] * 4
        assert ledger.transactions == before + 1

    with_ledger(database, work)


def test_an_outcome_is_recorded_with_the_servers_words(database: Database) -> None:
    later = datetime.now(UTC).replace(microsecond=0) + timedelta(minutes=30)

    async def work(ledger: Ledger, claim: Claim) -> None:
        words = {"due_at": later, "code": 451, "reply": "4.3.0 später, 'bitte'"}
        await submitted(ledger, [outcome(claim, 1, DeliveryState.DEFERRED, **words)], None)
        row = delivery(database, 2)
        assert (row.state, row.attempts, row.due_at) == (DeliveryState.DEFERRED, 1, later)
        assert (row.code, row.reply) == (451, "4.3.0 später, 'bitte'")

    with_ledger(database, work)


def test_the_outcomes_of_a_large_group_are_all_recorded_each_as_its_own(database: Database) -> None:
    async def work(ledger: Ledger, claim: Claim) -> None:
        ends = [outcome(claim, n, DeliveryState.FAILED, code=550, reply=f"5.0.0 {n}") for n in range(150)]
        await submitted(ledger, ends, None)
        with database.reading() as session:
            rows = session.execute(select(Delivery.id, Delivery.state, Delivery.reply).order_by(Delivery.id))
            assert [tuple(row) for row in rows] == [
                (end.delivery_id, DeliveryState.FAILED, end.reply) for end in ends
            ]

    with_ledger(database, work, people=150)


def test_sent_is_never_overwritten(database: Database) -> None:
    async def work(ledger: Ledger, claim: Claim) -> None:
        await submitted(ledger, [outcome(claim, 0, DeliveryState.SENT)], None)
        await submitted(ledger, [outcome(claim, 0, DeliveryState.FAILED)], None)
        assert not (await submitted(ledger, [], intent(claim, 0))).holds
        assert delivery(database, 1).state == DeliveryState.SENT

    with_ledger(database, work)


def test_who_lost_the_shard_may_send_no_more_but_what_was_sent_is_recorded(database: Database) -> None:
    async def work(ledger: Ledger, claim: Claim) -> None:
        assert (await submitted(ledger, [], intent(claim, 0))).holds
        with database.writing() as session:
            session.execute(update(Shard).values(owner="there:2:other"))
        answer = await submitted(ledger, [outcome(claim, 0, DeliveryState.SENT)], intent(claim, 1))
        assert answer == Answer(False)
        await submitted(ledger, [outcome(claim, 2, DeliveryState.FAILED)], None)
        assert delivery(database, 1).state == DeliveryState.SENT
        assert delivery(database, 3).state == DeliveryState.QUEUED

    with_ledger(database, work)


def test_a_paused_mailing_sends_no_more(database: Database) -> None:
    async def work(ledger: Ledger, claim: Claim) -> None:
        with database.writing() as session:
            control.pause(session, claim.mailing.id, "Wait.")
        assert await submitted(ledger, [], intent(claim, 0)) == Answer(False)

    with_ledger(database, work)


def test_the_gate_is_asked_in_the_same_transaction(database: Database) -> None:
    gate = OpenGate(closed_for={2})

    async def work(ledger: Ledger, claim: Claim) -> None:
        answers = await asyncio.gather(*(submitted(ledger, [], intent(claim, n)) for n in range(3)))
        assert answers == [Answer(True), Answer(False, suppressed=True), Answer(True)]
        assert delivery(database, 2).state == DeliveryState.SUPPRESSED

    with_ledger(database, work, gate=gate)


def test_who_is_gone_for_good_is_told_on(database: Database) -> None:
    listener = Listener()

    async def work(ledger: Ledger, claim: Claim) -> None:
        gone = outcome(claim, 3, DeliveryState.FAILED, reply="5.1.1 gone", gone=True)
        await submitted(ledger, [gone, outcome(claim, 0, DeliveryState.SENT)], None)

    with_ledger(database, work, bounced=listener)
    assert listener.heard == [(4, "5.1.1 gone")]


def refusing(monkeypatch: pytest.MonkeyPatch, times: float) -> list[float]:
    """Let the database refuse so many commits; how many are left."""
    left = [times]
    record = _Sqlite.record

    def refuse(self: _Sqlite, *arguments: Any) -> set[int]:
        if left[0] and arguments[3]:
            left[0] -= 1
            raise sqlite3.OperationalError("database or disk is full")
        return record(self, *arguments)

    monkeypatch.setattr(_Sqlite, "record", refuse)
    return left


def test_a_database_that_refuses_for_a_while_is_waited_for(
    sqlite_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    left = refusing(monkeypatch, 3)

    async def work(ledger: Ledger, claim: Claim) -> None:
        assert (await submitted(ledger, [], intent(claim, 0))).holds

    with_ledger(sqlite_database, work, patience=10.0)
    assert left == [0]
    assert delivery(sqlite_database, 1).state == DeliveryState.SENDING


def test_a_database_that_goes_on_refusing_ends_the_sending_with_its_words(
    sqlite_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    refusing(monkeypatch, float("inf"))

    async def work(ledger: Ledger, claim: Claim) -> None:
        assert not (await submitted(ledger, [], intent(claim, 0))).holds
        assert isinstance(ledger.failed, OutboxError)
        assert "database or disk is full" in str(ledger.failed)
        with pytest.raises(OutboxError):
            await ledger.call(claims.renew, ME, datetime.now(UTC))

    with_ledger(sqlite_database, work, patience=0.1)
    assert states(sqlite_database, 1) == {DeliveryState.QUEUED: 4}


def test_changes_wait_for_company_and_half_of_those_in_flight_suffice(database: Database) -> None:
    async def work(ledger: Ledger, claim: Claim) -> None:
        ledger.in_flight = lambda: 4
        before = ledger.transactions
        first = asyncio.create_task(submitted(ledger, [], intent(claim, 0)))
        await asyncio.sleep(0)
        second = asyncio.create_task(submitted(ledger, [], intent(claim, 1)))
        assert [await first, await second] == [Answer(True)] * 2
        assert ledger.transactions == before + 1
        assert (await submitted(ledger, [], intent(claim, 2))).holds  # nobody comes: it goes alone

    with_ledger(database, work)


def test_who_talks_to_a_server_far_away_waits_for_no_company(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox.ledger, "LONGEST_GATHERING", 60.0)

    async def work(ledger: Ledger, claim: Claim) -> None:
        ledger.in_flight = lambda: 100
        async with asyncio.timeout(20):
            wish = intent(claim, 0)
            assert (await submitted(ledger, [], wish._replace(announced=True))).holds

    with_ledger(database, work)


def test_some_of_a_group_hold_and_others_do_not(database: Database) -> None:
    async def work(ledger: Ledger, claim: Claim) -> None:
        await submitted(ledger, [outcome(claim, 1, DeliveryState.FAILED)], None)
        answers = await asyncio.gather(*(submitted(ledger, [], intent(claim, n)) for n in range(3)))
        assert answers == [Answer(True), Answer(False), Answer(True)]

    with_ledger(database, work)


def test_an_announced_message_is_announced_until_it_is_meant(database: Database) -> None:
    async def work(ledger: Ledger, claim: Claim) -> None:
        wish = intent(claim, 0)
        assert (await submitted(ledger, [], wish._replace(announced=True))).holds
        row = delivery(database, 1)
        assert (row.state, row.announced) == (DeliveryState.SENDING, True)
        assert (await submitted(ledger, [], wish)).holds
        row = delivery(database, 1)
        assert (row.state, row.announced) == (DeliveryState.SENDING, None)

    with_ledger(database, work)


def test_a_message_that_has_ended_is_not_intended_by_the_same_commit(database: Database) -> None:
    async def work(ledger: Ledger, claim: Claim) -> None:
        ledger.in_flight = lambda: 4
        wish = asyncio.create_task(submitted(ledger, [], intent(claim, 0)))
        await asyncio.sleep(0)
        end = [outcome(claim, 0, DeliveryState.DEFERRED), outcome(claim, 1, DeliveryState.QUEUED)]
        await submitted(ledger, end, intent(claim, 2))
        assert not (await wish).holds
        assert delivery(database, 1).state == DeliveryState.DEFERRED

    with_ledger(database, work)


def test_of_two_intents_of_one_commit_the_later_counts(database: Database) -> None:
    async def work(ledger: Ledger, claim: Claim) -> None:
        ledger.in_flight = lambda: 4
        wish = intent(claim, 0)
        first = asyncio.create_task(submitted(ledger, [], wish._replace(announced=True)))
        await asyncio.sleep(0)
        assert (await submitted(ledger, [], wish)).holds
        assert (await first).holds
        assert delivery(database, 1).announced is None

    with_ledger(database, work)
