"""Clocks that jump, laptops that sleep, databases that are locked or full: nobody is lost. `make faults` is longer."""

import signal
import sqlite3
import subprocess
import time
from collections.abc import Sequence
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from outbox import claims
from outbox.protocols import MailingRef
from outbox.tables import DeliveryState
from store import Database
from tests.outbox.kills import at_work, sending, stop_between_commits, toll
from tests.outbox.servers import FaultServer, aiosmtpd_process, until
from tests.outbox.world import OpenGate, address, handed_over, relay, send, states

PEOPLE, CONNECTIONS = 300, 5

pytestmark = pytest.mark.faults


def move(file: Path, seconds: float) -> None:
    """Set the sender's clock so many seconds off, in one step, as somebody who reads it sees it."""
    fresh = file.with_suffix(".new")
    fresh.write_text(str(seconds))
    fresh.replace(file)


def test_a_clock_that_jumps_expires_nobody_and_doubles_nobody(database: Database, tmp_path: Path) -> None:
    number = handed_over(database, PEOPLE, paragraphs=2)
    file = tmp_path / "clock"
    move(file, 0)
    with ExitStack() as stack:
        server = stack.enter_context(aiosmtpd_process(tmp_path / "mail"))
        process = stack.enter_context(
            at_work(database, server.port, number, CONNECTIONS, SENDING_CLOCK=str(file))
        )
        for turn, off in enumerate((30 * 86_400, -30 * 86_400, 7200, -7200), 1):
            until(lambda turn=turn: server.count() >= turn * 40 or process.poll() is not None, 60)
            move(file, off)
        assert process.wait(60) == 0
        result = toll(database, number, PEOPLE, server.accepted(), 0, CONNECTIONS)
    assert states(database, number) == {DeliveryState.SENT: PEOPLE}
    assert (result.lost, result.duplicates) == (0, 0)


def test_a_sender_that_sleeps_goes_on_where_it_was(database: Database, tmp_path: Path) -> None:
    number = handed_over(database, PEOPLE, paragraphs=2)
    with ExitStack() as stack:
        server = stack.enter_context(aiosmtpd_process(tmp_path / "mail"))
        process = stack.enter_context(at_work(database, server.port, number, CONNECTIONS))
        until(lambda: server.count() > 40, 60)
        process.send_signal(signal.SIGSTOP)
        time.sleep(2)
        process.send_signal(signal.SIGCONT)
        assert process.wait(60) == 0
        assert server.count() == PEOPLE
    assert states(database, number) == {DeliveryState.SENT: PEOPLE}


def test_who_wakes_up_after_its_lease_sends_nothing_twice_but_what_was_in_flight(
    database: Database, tmp_path: Path
) -> None:
    number = handed_over(database, PEOPLE, paragraphs=2)
    with ExitStack() as stack:
        server = stack.enter_context(aiosmtpd_process(tmp_path / "mail"))

        def start() -> "subprocess.Popen[bytes]":
            return stack.enter_context(at_work(database, server.port, number, CONNECTIONS, SENDING_LEASE="1"))

        sleeper = start()
        until(lambda: server.count() > 40, 60)
        stop_between_commits(sleeper, database)
        time.sleep(1.2)
        assert start().wait(60) == 0
        sleeper.send_signal(signal.SIGCONT)
        assert sleeper.wait(60) == 0
        result = toll(database, number, PEOPLE, server.accepted(), 1, CONNECTIONS)
    assert states(database, number) == {DeliveryState.SENT: PEOPLE}
    assert (result.lost, result.changed) == (0, 0)
    assert result.duplicates <= CONNECTIONS


def test_two_senders_by_mistake_and_one_of_them_told_to_stop(database: Database, tmp_path: Path) -> None:
    number = handed_over(database, PEOPLE, paragraphs=2)
    with ExitStack() as stack:
        server = stack.enter_context(aiosmtpd_process(tmp_path / "mail"))
        pair = [stack.enter_context(at_work(database, server.port, number, CONNECTIONS)) for _ in range(2)]
        until(lambda: server.count() > 40, 60)
        pair[0].send_signal(signal.SIGTERM)
        ended = [process.wait(60) for process in pair]
        # Told so early that it had not begun yet, it just ends: nothing was in its hands.
        assert ended[0] in (0, -signal.SIGTERM)
        assert ended[1] == 0
        assert sending(database, server.port, number, CONNECTIONS).wait(60) == 0
        assert server.count() == PEOPLE
    assert states(database, number) == {DeliveryState.SENT: PEOPLE}


def test_a_database_that_somebody_else_locks_is_waited_for(sqlite_database: Database, tmp_path: Path) -> None:
    number = handed_over(sqlite_database, PEOPLE, paragraphs=2)
    with ExitStack() as stack:
        server = stack.enter_context(aiosmtpd_process(tmp_path / "mail"))
        process = stack.enter_context(at_work(sqlite_database, server.port, number, CONNECTIONS))
        until(lambda: server.count() > 40, 60)
        lock = sqlite3.connect(sqlite_database.engine.url.database or "", isolation_level=None, timeout=30)
        lock.execute("BEGIN IMMEDIATE")
        time.sleep(1)
        lock.execute("ROLLBACK")
        lock.close()
        assert process.wait(60) == 0
        assert server.count() == PEOPLE
    assert states(sqlite_database, number) == {DeliveryState.SENT: PEOPLE}


class SleepyGate(OpenGate):
    """Sleeps past the lease in the middle of its first transaction, as a machine may."""

    def allowed(self, session: Session, mailing: MailingRef, recipient_ids: Sequence[int]) -> set[int]:
        if not self.asked:
            self.asked.append(0)
            time.sleep(1.5)
        return super().allowed(session, mailing, recipient_ids)


def test_a_transaction_that_the_server_ended_while_we_slept_is_made_again(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(claims, "LEASE", timedelta(seconds=1))
    number = handed_over(database, 8, paragraphs=1)
    server = FaultServer()
    with server.running():
        send(database, number, relay(server.port), gate=SleepyGate())
    assert states(database, number) == {DeliveryState.SENT: 8}
    assert sorted(server.recipients) == sorted(address(n) for n in range(1, 9))
