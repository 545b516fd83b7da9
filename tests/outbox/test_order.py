"""Promise 1 watched from the server's side: what is durable at the moment of DATA, and of the body."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from outbox import control
from outbox.sender import SenderOptions
from outbox.tables import Delivery, DeliveryState
from store import Database
from tests.outbox.servers import Fault, FaultServer
from tests.outbox.world import QUICK, OpenGate, address, handed_over, relay, send, states

SENDING, SENT = DeliveryState.SENDING, DeliveryState.SENT
BOTH = pytest.mark.parametrize("overlap", [False, True], ids=["strict", "overlapped"])


class Witness:
    """A server's faults that are none: at each stage it looks into the ledger."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.taken: list[str] = []
        self.complaints: list[str] = []

    def __call__(self, stage: str, to: str, number: int) -> Fault:
        if stage == "rcpt" and to == address(5):
            return "550 5.7.1 not you"
        if stage not in ("data", "dot") or not to:
            return None
        with self.database.reading() as session:
            rows = {
                row.address: (row.state, row.announced)
                for row in session.execute(select(Delivery.address, Delivery.state, Delivery.announced))
            }
        if rows[to][0] != SENDING:
            self.complaints.append(f"DATA for {to} while it was {rows[to]}")
        if stage == "dot":
            if rows[to][1]:
                self.complaints.append(f"the body for {to} while it was only announced")
            self.complaints += [
                f"{to} before {one} was recorded" for one in self.taken if rows[one][0] != SENT
            ]
            if sum(state == SENDING and not announced for state, announced in rows.values()) > 1:
                self.complaints.append(f"two bodies may be under way at {to}")
            self.taken.append(to)
        return None


@BOTH
def test_the_intent_is_durable_before_data_and_the_outcome_before_the_next_body(
    database: Database, overlap: bool
) -> None:
    number = handed_over(database, 25)
    witness = Witness(database)
    server = FaultServer(witness, delay=0.001)
    with server.running():
        send(database, number, relay(server.port, connections=1), options=_with(overlap))
    assert witness.complaints == []
    assert len(witness.taken) == 24
    assert states(database, number) == {SENT: 24, DeliveryState.FAILED: 1}
    assert server.errors == []


@BOTH
def test_nothing_stays_in_flight_when_the_relay_refuses_us(database: Database, overlap: bool) -> None:
    number = handed_over(database, 9)
    server = FaultServer(lambda stage, to, _: "553 5.7.1 not from here" if stage == "mail" else None)
    with server.running():
        send(database, number, relay(server.port), options=_with(overlap))
    assert states(database, number) == {DeliveryState.QUEUED: 9}


@BOTH
def test_whom_the_gate_refuses_gets_nothing_and_the_others_theirs(database: Database, overlap: bool) -> None:
    number = handed_over(database, 12)
    server = FaultServer()
    gate = OpenGate(closed_for={2, 3, 7, 12})
    with server.running():
        send(database, number, relay(server.port, connections=2), options=_with(overlap), gate=gate)
    assert states(database, number) == {SENT: 8, DeliveryState.SUPPRESSED: 4}
    assert sorted(server.recipients) == sorted(address(n) for n in (1, 4, 5, 6, 8, 9, 10, 11))


@BOTH
@pytest.mark.parametrize("stage", ["mail", "rcpt", "data", "dot"])
def test_a_connection_lost_at_any_stage_loses_nobody(database: Database, overlap: bool, stage: str) -> None:
    number = handed_over(database, 12)
    met: list[str] = []

    def fault(at: str, to: str, count: int) -> Fault:
        if at == stage and count % 4 == 0 and len(met) < 3:
            met.append(to)
            return "close"
        return None

    server = FaultServer(fault)
    with server.running():
        send(database, number, relay(server.port, connections=1), options=_with(overlap), runs=4)
    assert len(met) == 3
    assert states(database, number) == {SENT: 12}
    assert sorted(server.recipients) == sorted(address(n) for n in range(1, 13))


@BOTH
def test_a_pause_while_a_message_is_announced_leaves_nothing_in_flight(
    database: Database, overlap: bool
) -> None:
    number = handed_over(database, 30)
    paused: list[str] = []

    def pause(stage: str, to: str, count: int) -> Fault:
        if stage == "dot" and count >= 10 and not paused:
            paused.append(to)
            with database.writing() as session:
                control.pause(session, number, "The editor wants a word.")
        return None

    server = FaultServer(pause, delay=0.002)
    with server.running():
        send(database, number, relay(server.port, connections=2), options=_with(overlap))
        sent = len(server.accepted)
        assert 8 <= sent < 30
        assert states(database, number) == {SENT: sent, DeliveryState.QUEUED: 30 - sent}
        with database.writing() as session:
            control.resume(session, number)
        send(database, number, relay(server.port), options=_with(overlap))
    assert states(database, number) == {SENT: 30}
    assert sorted(server.recipients) == sorted(address(n) for n in range(1, 31))


def _with(overlap: bool) -> SenderOptions:
    return replace(QUICK, overlap=overlap)
