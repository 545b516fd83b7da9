"""Whatever a server does, every message ends in the state that is true of it."""

import asyncio
from dataclasses import replace

import pytest

from outbox import control
from outbox.problem import RelayError
from outbox.relay import Timeouts
from outbox.tables import DeliveryState
from store import Database
from tests.outbox.servers import Fault, FaultServer
from tests.outbox.world import address, handed_over, relay, sender, states

SHORT = Timeouts(connect=0.5, envelope=0.4, data=0.4, dot=0.4)
PEOPLE = 8


def at(where: str, fault: Fault, *, person: int | None = None, once: bool = True):  # type: ignore[no-untyped-def]
    """A fault at one stage, for one person or the third transaction, once or each time."""
    done: list[int] = []

    def decide(stage: str, to: str, number: int) -> Fault:
        hit = stage == where and (to == address(person) if person else number >= 3)
        if hit and not (once and done):
            done.append(1)
            return fault
        return None

    return decide


def after_a_refusal(fault: Fault):  # type: ignore[no-untyped-def]
    """One address is refused, and the RSET that follows is answered badly, once."""
    done: list[int] = []

    def decide(stage: str, to: str, number: int) -> Fault:
        if stage == "rcpt" and to == address(4):
            return "550 5.1.1 gone"
        if stage == "rset" and not done:
            done.append(1)
            return fault
        return None

    return decide


def from_the_third_on(fault: str):  # type: ignore[no-untyped-def]
    """Every third recipient is one too many, once each."""
    told: set[str] = set()

    def decide(stage: str, to: str, number: int) -> Fault:
        if stage == "rcpt" and number % 3 == 0 and to not in told:
            told.add(to)
            return fault
        return None

    return decide


CASES = [
    *[
        pytest.param(at(stage, fault), id=f"{fault} once at {stage}")
        for stage in ("rcpt", "data", "dot")
        for fault in (
            "421 4.3.2 bye",
            "450 4.2.1 later",
            "452 4.5.3 too many",
            "close",
            "hang",
            "junk",
            "endless",
            "slow",
            "cut",
            "trickle",
            "bare",
            "twice",
        )
    ],
    *[
        pytest.param(at("mail", fault), id=f"{fault} once at mail")
        for fault in ("421 4.3.2 bye", "451 4.3.0 later", "close", "hang", "junk", "slow", "cut", "354 go on")
    ],
    *[
        pytest.param(after_a_refusal(fault), id=f"{fault} at RSET")
        for fault in ("421 4.3.2 bye", "451 4.3.0 later", "554 5.5.1 what", "close", "hang")
    ],
    pytest.param(at("rcpt", "354 go on"), id="go on instead of a recipient"),
    pytest.param(at("data", "250 2.0.0 ok"), id="taken before it was sent"),
    pytest.param(at("dot", "354 go on"), id="more when it has all"),
    pytest.param(at("rcpt", "251 2.1.5 will forward", once=False), id="forwarded"),
    pytest.param(from_the_third_on("452 4.5.3 too many"), id="452 after n in a connection"),
    pytest.param(from_the_third_on("421 4.7.0 too many"), id="421 after n in a connection"),
    pytest.param(at("dot", "close after"), id="accepted, then silent"),
    pytest.param(at("greeting", "421 4.3.2 full", once=True), id="full at the greeting"),
    pytest.param(at("ehlo", "close", once=True), id="closed after EHLO"),
    pytest.param(at("rcpt", "550 5.1.1 gone", person=4, once=False), id="one address is gone"),
    pytest.param(at("rcpt", "550", person=4, once=False), id="refused without a reason"),
    pytest.param(at("data", "554 5.7.1 no", person=4, once=False), id="DATA refused for one"),
    pytest.param(at("dot", "554 5.6.0 no", person=4, once=False), id="content refused for one"),
]


def test_there_are_forty_ways() -> None:
    assert len({case.id for case in CASES}) >= 40


@pytest.mark.parametrize("extensions", [("PIPELINING",), ()], ids=["pipelined", "one by one"])
@pytest.mark.parametrize("fault", CASES)
def test_nobody_is_lost_and_sent_means_accepted(
    database: Database, fault: object, extensions: tuple[str, ...]
) -> None:
    number = handed_over(database, PEOPLE, paragraphs=1)
    server = FaultServer(fault, extensions=extensions)  # type: ignore[arg-type]

    async def until_nothing_is_open() -> None:
        for _ in range(6):
            try:
                await sender(database, replace(relay(server.port, connections=2), timeouts=SHORT)).run(number)
            except RelayError:
                with database.writing() as session:
                    control.resume(session, number)
            if set(states(database, number)) <= {DeliveryState.SENT, DeliveryState.FAILED}:
                return
            await asyncio.sleep(0.1)

    with server.running():
        asyncio.run(until_nothing_is_open())
        counted = states(database, number)
    assert sum(counted.values()) == PEOPLE
    assert set(counted) <= {DeliveryState.SENT, DeliveryState.FAILED}
    copies = {to: server.recipients.count(to) for to in server.recipients}
    assert len(copies) >= counted[DeliveryState.SENT]
    assert max(copies.values()) <= 2
    assert sum(copies.values()) - len(copies) <= 1
    assert server.errors == []
