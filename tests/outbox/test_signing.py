"""Messages signed beside the event loop are the same as those signed at once, and none leaves unsigned."""

import asyncio
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from outbox.connection import Features
from outbox.dkim import DkimKey, DkimSigner, Draft
from outbox.envelope import Composer
from outbox.options import SenderOptions
from outbox.protocols import Recipient
from outbox.signing import SigningThreads
from outbox.tables import DeliveryState
from store import Database
from tests.outbox.servers import Fault, FaultServer, aiosmtpd_process
from tests.outbox.test_dkim import signer
from tests.outbox.test_envelope import MAILING
from tests.outbox.test_order import BOTH, Witness
from tests.outbox.world import (
    PATHS,
    QUICK,
    Links,
    address,
    composed,
    handed_over,
    relay,
    rendition,
    send,
    states,
)

__all__ = ["signer"]


def key(sign: Callable[[bytes], bytes]) -> DkimKey:
    return DkimKey("example.org", "s1", "rsa-sha256", sign)


@BOTH
def test_what_arrives_is_what_would_have_been_signed_at_once(
    signer: DkimSigner, database: Database, tmp_path: Path, overlap: bool
) -> None:
    number = handed_over(database, 60)
    with aiosmtpd_process(tmp_path / "mail") as server:
        send(database, number, relay(server.port), dkim=signer, options=SenderOptions(overlap=overlap))
        accepted = {message.content for message in server.accepted()}
    assert accepted == set(composed(database, number, signer).values())
    assert len(accepted) == 60


def late(data: bytes) -> bytes:
    """A signature that comes when the intent has been durable for a while."""
    time.sleep(0.005)
    return b"x" * 256


@BOTH
def test_the_promise_holds_while_signatures_are_late(database: Database, overlap: bool) -> None:
    number = handed_over(database, 25)
    witness = Witness(database)
    server = FaultServer(witness, delay=0.001)
    with server.running():
        send(
            database,
            number,
            relay(server.port, connections=1),
            dkim=DkimSigner([key(late)]),
            options=SenderOptions(overlap=overlap),
        )
    assert witness.complaints == []
    assert states(database, number) == {DeliveryState.SENT: 24, DeliveryState.FAILED: 1}
    assert server.errors == []


@BOTH
@pytest.mark.parametrize("stage", ["data", "dot"])
def test_a_connection_lost_while_a_signature_is_made_loses_nobody(
    database: Database, overlap: bool, stage: str
) -> None:
    number = handed_over(database, 12)
    met: list[str] = []

    def fault(at: str, to: str, count: int) -> Fault:
        if at == stage and count % 4 == 0 and len(met) < 3:
            met.append(to)
            return "close"
        return None

    server = FaultServer(fault)
    options = replace(QUICK, overlap=overlap)
    with server.running():
        signer = DkimSigner([key(late)])
        send(database, number, relay(server.port, connections=2), dkim=signer, options=options, runs=4)
    assert len(met) == 3
    assert states(database, number) == {DeliveryState.SENT: 12}
    assert sorted(server.recipients) == sorted(address(n) for n in range(1, 13))


@BOTH
def test_without_its_signature_nothing_leaves_and_the_run_ends_with_the_error(
    database: Database, overlap: bool
) -> None:
    def broken(data: bytes) -> bytes:
        raise MemoryError("no room to sign")

    number = handed_over(database, 20)
    server = FaultServer()
    with server.running(), pytest.raises(MemoryError, match="no room to sign"):
        options = SenderOptions(overlap=overlap)
        send(database, number, relay(server.port), dkim=DkimSigner([key(broken)]), options=options)
    assert server.accepted == []
    assert DeliveryState.SENT not in states(database, number)


def test_the_announced_size_is_that_of_the_signed_message(signer: DkimSigner) -> None:
    made = Composer(PATHS, Links(), signer).compose(
        rendition(1), MAILING, Recipient(26, 1, "ann@example.org", "Ann"), Features(size=0)
    )
    assert made.signature is None
    assert made.mail.decode().endswith(f"> SIZE={len(made.wire)}")
    assert made.wire.count(b"DKIM-Signature: ") == len(signer.keys) == 2


@pytest.mark.parametrize("bits", [2048, 3072, 4096])
def test_the_length_of_a_field_is_known_before_it_is_signed(bits: int) -> None:
    size = bits // 8
    draft = Draft(DkimKey("example.org", "s1", "rsa-sha256", lambda _: b"x" * size, b"", size), b"start", b"")
    assert draft.length == len(draft.signed())


def test_who_asks_before_it_is_made_is_told_on_the_event_loop_and_who_asks_later_at_once() -> None:
    may_sign = threading.Event()

    def sign(data: bytes) -> bytes:
        assert may_sign.wait(10)
        return data

    async def ask() -> tuple[bytes | Exception, str]:
        told: asyncio.Future[tuple[bytes | Exception, str]] = asyncio.get_running_loop().create_future()
        with SigningThreads() as threads:
            signature = threads.sign([Draft(key(sign), b"b=", b"abc")])
            signature.then(lambda fields: told.set_result((fields, threading.current_thread().name)))
            assert not told.done()
            may_sign.set()
            await asyncio.wait_for(told, 10)
        later: list[bytes | Exception] = []
        signature.then(later.append)
        assert later == [told.result()[0]]
        return told.result()

    assert asyncio.run(ask()) == (b"b=YWJj\r\n", threading.current_thread().name)


def test_the_threads_start_with_the_first_message_and_end_with_the_block() -> None:
    def names() -> list[str]:
        return [thread.name for thread in threading.enumerate() if thread.name.startswith("outbox-signing")]

    async def sign() -> None:
        with SigningThreads() as threads:
            assert names() == []
            threads.sign([Draft(key(bytes), b"", b"")])
            assert len(names()) == 2

    asyncio.run(sign())
    assert names() == []
