"""A sender delivers what was frozen: everybody once, whatever the server does."""

import asyncio
import threading
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from sqlalchemy import select

from outbox import control, status
from outbox.connection import Features
from outbox.courier import MOST_REFUSED
from outbox.envelope import Composer
from outbox.problem import RelayError
from outbox.protocols import MailingRef, Recipient
from outbox.relay import parse_relay
from outbox.status import balance
from outbox.tables import Delivery, DeliveryState, Mailing, MailingState
from store import Database
from tests.outbox.servers import FaultServer, aiosmtpd_process, free_port, until
from tests.outbox.world import (
    NOON,
    PATHS,
    Links,
    OpenGate,
    address,
    delivery,
    handed_over,
    relay,
    rendition,
    send,
    sender,
    states,
)

SENT, FAILED, QUEUED = DeliveryState.SENT, DeliveryState.FAILED, DeliveryState.QUEUED


def mailing(database: Database, mailing_id: int) -> Mailing:
    with database.reading() as session:
        found = status.find(session, mailing_id)
        session.expunge(found)
        return found


def test_everybody_gets_one_message_from_a_real_server(database: Database, tmp_path: Path) -> None:
    number = handed_over(database, 60)
    with aiosmtpd_process(tmp_path / "mail") as server:
        send(database, number, relay(server.port))
        accepted = server.accepted()
    assert sorted(message.recipient for message in accepted) == sorted(address(n) for n in range(1, 61))
    assert len({message.sender for message in accepted}) == 60
    one = message_from_bytes(accepted[0].content, policy=policy.default)
    assert one["Subject"] == "What happened"
    assert one["Message-ID"].endswith("@news.example.org>")
    with database.reading() as session:
        counted = balance(session, number)
    assert counted.balances
    assert counted[SENT] == 60
    assert mailing(database, number).state == MailingState.DONE


@pytest.mark.parametrize("extensions", [("PIPELINING", "SIZE 1000000"), ()], ids=["pipelined", "one by one"])
def test_one_refused_recipient_fails_alone_with_the_servers_words(
    database: Database, extensions: tuple[str, ...]
) -> None:
    number = handed_over(database, 12)
    server = FaultServer(
        lambda stage, to, _: "550 5.1.1 no such person" if (stage, to) == ("rcpt", address(5)) else None,
        extensions=extensions,
    )
    with server.running():
        send(database, number, relay(server.port))
    assert states(database, number) == {SENT: 11, FAILED: 1}
    failed = delivery(database, 5)
    assert (failed.code, failed.reply) == (550, "5.1.1 no such person")
    assert sorted(server.recipients) == sorted(address(n) for n in range(1, 13) if n != 5)
    assert server.errors == []


def test_a_temporary_no_is_tried_again_with_the_same_bytes(database: Database) -> None:
    number = handed_over(database, 3)
    seen: list[int] = []

    def fault(stage: str, to: str, _: int) -> str | None:
        if (stage, to) == ("dot", address(2)) and not seen:
            seen.append(1)
            return "451 4.3.0 not now"
        return None

    server = FaultServer(fault)
    with server.running():
        send(database, number, relay(server.port), runs=3)
    assert states(database, number) == {SENT: 3}
    assert delivery(database, 2).attempts == 2


def test_421_counts_against_nobody(database: Database) -> None:
    number = handed_over(database, 20)
    asked: list[int] = []

    def fault(stage: str, to: str, _: int) -> str | None:
        asked.append(1)
        return "421 4.3.2 going down" if stage == "rcpt" and len(asked) % 9 == 0 else None

    server = FaultServer(fault)
    with server.running():
        send(database, number, relay(server.port))
    assert states(database, number) == {SENT: 20}
    assert len(server.accepted) == 20


def test_a_connection_lost_before_the_body_is_no_ones_fault(database: Database) -> None:
    number = handed_over(database, 20)
    lost: set[str] = set()

    def fault(stage: str, to: str, _: int) -> str | None:
        if stage == "rcpt" and to in (address(4), address(9)) and to not in lost:
            lost.add(to)
            return "close"
        return None

    server = FaultServer(fault)
    with server.running():
        send(database, number, relay(server.port))
    assert states(database, number) == {SENT: 20}
    assert sorted(server.recipients) == sorted(address(n) for n in range(1, 21))


def test_a_connection_lost_after_the_dot_is_sent_again_with_the_same_bytes(database: Database) -> None:
    number = handed_over(database, 6)
    server = FaultServer(_closes_once_after_the_dot_of(address(3)))
    with server.running():
        send(database, number, relay(server.port), runs=3)
    assert states(database, number) == {SENT: 6}
    twice = [message for message in server.accepted if message.recipient == address(3)]
    assert len(twice) == 2
    assert twice[0] == twice[1]
    assert len(server.accepted) == 7


def test_a_connection_lost_after_the_dot_waits_for_a_person_when_the_mailing_says_hold(
    database: Database,
) -> None:
    number = handed_over(database, 6, uncertain="hold")
    server = FaultServer(_closes_once_after_the_dot_of(address(3)))
    with server.running():
        send(database, number, relay(server.port), runs=2)
        assert states(database, number) == {SENT: 5, DeliveryState.UNCERTAIN: 1}
        held = mailing(database, number)
        assert held.state == MailingState.PAUSED
        assert "1 message is uncertain" in (held.reason or "")
        with database.writing() as session:
            control.release(session, number, datetime.now(UTC), as_sent=True)
        send(database, number, relay(server.port))
    assert states(database, number) == {SENT: 6}
    assert mailing(database, number).state == MailingState.DONE
    assert len(server.accepted) == 6


def _closes_once_after_the_dot_of(recipient: str):  # type: ignore[no-untyped-def]
    done: list[int] = []

    def fault(stage: str, to: str, _: int) -> str | None:
        if (stage, to) == ("dot", recipient) and not done:
            done.append(1)
            return "close after"
        return None

    return fault


def test_a_wrong_password_pauses_the_mailing_and_fails_nobody(database: Database) -> None:
    number = handed_over(database, 5)
    server = FaultServer(
        lambda stage, to, _: "535 5.7.8 wrong password" if stage == "auth" else None,
        extensions=("PIPELINING", "AUTH PLAIN LOGIN"),
    )
    with (
        server.running(),
        pytest.raises(RelayError, match="does not accept the user or the password") as caught,
    ):
        send(database, number, relay(server.port, username="me", password="not-the-one"))
    assert "not-the-one" not in str(caught.value)
    assert states(database, number) == {QUEUED: 5}
    paused = mailing(database, number)
    assert paused.state == MailingState.PAUSED
    assert "535 5.7.8 wrong password" in (paused.reason or "")
    assert "not-the-one" not in (paused.reason or "")


def test_no_relay_pauses_the_mailing_and_it_goes_on_when_one_is_back(database: Database) -> None:
    number = handed_over(database, 5)
    port = free_port()
    with pytest.raises(RelayError, match="cannot be reached"):
        send(database, number, relay(port))
    assert states(database, number) == {QUEUED: 5}
    assert mailing(database, number).state == MailingState.PAUSED
    with database.writing() as session:
        control.resume(session, number)
    server = FaultServer(port=port)
    with server.running():
        send(database, number, relay(port))
    assert states(database, number) == {SENT: 5}


def test_a_relay_gone_in_the_middle_is_tried_again_then_the_mailing_pauses(database: Database) -> None:
    number = handed_over(database, 40)
    gone = threading.Event()

    def fault(stage: str, to: str, transactions: int) -> str | None:
        if transactions > 15:
            gone.set()
        return "close" if gone.is_set() else None

    server = FaultServer(fault)
    with server.running(), pytest.raises(RelayError):
        send(database, number, relay(server.port))
    counted = states(database, number)
    assert counted[SENT] == len(server.accepted)
    assert FAILED not in counted
    assert mailing(database, number).state == MailingState.PAUSED
    with database.writing() as session:
        control.resume(session, number)
    gone.clear()
    server.transactions = -1000
    with server.running():
        send(database, number, relay(server.port), runs=2)
    assert states(database, number) == {SENT: 40}
    assert sorted(server.recipients) == sorted(address(n) for n in range(1, 41))


def test_a_sender_that_the_relay_refuses_pauses_the_mailing(database: Database) -> None:
    number = handed_over(database, 5)
    server = FaultServer(lambda stage, to, _: "553 5.7.1 not from here" if stage == "mail" else None)
    with server.running():
        send(database, number, relay(server.port))
    assert states(database, number) == {QUEUED: 5}
    paused = mailing(database, number)
    assert paused.state == MailingState.PAUSED
    assert "refuses our sender: 553 5.7.1 not from here" in (paused.reason or "")


def test_who_left_before_their_turn_is_not_written_to(database: Database) -> None:
    number = handed_over(database, 10)
    gate = OpenGate(closed_for={3, 7})
    server = FaultServer()
    with server.running():
        send(database, number, relay(server.port), gate=gate)
    assert states(database, number) == {SENT: 8, DeliveryState.SUPPRESSED: 2}
    assert {address(3), address(7)}.isdisjoint(server.recipients)
    assert set(gate.asked) == set(range(1, 11))


def test_an_address_that_cannot_be_mailed_fails_alone(database: Database) -> None:
    number = handed_over(
        database, 5, addresses={2: "a@b.org>\r\nRCPT TO:<victim@example.org", 4: "Արամ@example.org"}
    )
    server = FaultServer()
    with server.running():
        send(database, number, relay(server.port))
    assert states(database, number) == {SENT: 3, FAILED: 2}
    assert "not an address" in (delivery(database, 2).reply or "")
    assert "SMTPUTF8" in (delivery(database, 4).reply or "")
    assert not any("victim" in command for command in server.commands)


def test_an_international_address_is_served_where_smtputf8_is_offered(
    database: Database, tmp_path: Path
) -> None:
    number = handed_over(database, 2, addresses={2: "Արամ@օրինակ.org"})
    with aiosmtpd_process(tmp_path / "mail") as server:
        send(database, number, relay(server.port))
        recipients = {message.recipient for message in server.accepted()}
    assert recipients == {address(1), "Արամ@xn--mgbb7b3a7a.org"} or any("Արամ@xn--" in r for r in recipients)
    assert states(database, number) == {SENT: 2}


def test_what_is_past_its_time_is_not_sent(database: Database) -> None:
    number = handed_over(database, 4, lifetime=timedelta(seconds=-1))
    server = FaultServer()
    with server.running():
        send(database, number, relay(server.port))
    assert states(database, number) == {DeliveryState.EXPIRED: 4}
    assert server.accepted == []
    assert mailing(database, number).state == MailingState.DONE


def test_stopping_finishes_what_is_in_flight_and_the_next_run_goes_on(database: Database) -> None:
    number = handed_over(database, 120)
    server = FaultServer(delay=0.005)
    with server.running():
        running = sender(database, relay(server.port))
        stopper = threading.Thread(target=lambda: (until(lambda: len(server.accepted) >= 20), running.stop()))
        stopper.start()
        asyncio.run(running.run(number))
        stopper.join()
        counted = states(database, number)
        assert counted[SENT] == len(server.accepted) < 120
        assert counted[SENT] + counted[QUEUED] == 120
        send(database, number, relay(server.port))
    assert states(database, number) == {SENT: 120}
    assert sorted(server.recipients) == sorted(address(n) for n in range(1, 121))


def test_two_senders_at_once_send_everything_once(database: Database) -> None:
    number = handed_over(database, 1200, paragraphs=1)
    server = FaultServer()

    async def both() -> None:
        await asyncio.gather(
            sender(database, relay(server.port)).run(number), sender(database, relay(server.port)).run(number)
        )

    with server.running():
        asyncio.run(both())
    assert states(database, number) == {SENT: 1200}
    assert len(server.accepted) == len(set(server.recipients)) == 1200


def test_pausing_in_the_middle_and_resuming_skips_and_doubles_nobody(database: Database) -> None:
    number = handed_over(database, 200)
    server = FaultServer(delay=0.003)

    def pauser() -> None:
        until(lambda: len(server.accepted) >= 30)
        with database.writing() as session:
            control.pause(session, number, "The editor wants a word.")

    with server.running():
        thread = threading.Thread(target=pauser)
        thread.start()
        send(database, number, relay(server.port))
        thread.join()
        assert 30 <= len(server.accepted) < 200
        assert mailing(database, number).reason == "The editor wants a word."
        with database.writing() as session:
            control.resume(session, number)
        send(database, number, relay(server.port))
    assert states(database, number) == {SENT: 200}
    assert sorted(server.recipients) == sorted(address(n) for n in range(1, 201))


def test_a_folder_takes_the_mail_as_files(database: Database, tmp_path: Path) -> None:
    number = handed_over(database, 7)
    send(database, number, parse_relay(f"folder:{tmp_path / 'mail'}"))
    files = sorted((tmp_path / "mail").iterdir())
    assert len(files) == 7
    assert {path.suffix for path in files} == {".eml"}
    readers = {message_from_bytes(path.read_bytes(), policy=policy.default)["To"] for path in files}
    assert readers == {f"Reader {n} <{address(n)}>" for n in range(1, 8)}
    assert states(database, number) == {SENT: 7}


def test_a_far_server_gets_overlapped_messages_each_once(database: Database) -> None:
    number = handed_over(database, 40)
    server = FaultServer(
        lambda stage, to, _: 550 if stage == "rcpt" and to in (address(8), address(9)) else None, delay=0.006
    )
    with server.running():
        send(database, number, relay(server.port))
    assert states(database, number) == {SENT: 38, FAILED: 2}
    assert len(set(server.recipients)) == len(server.accepted) == 38
    assert server.errors == []


def test_what_arrives_is_byte_for_byte_what_was_composed(database: Database, tmp_path: Path) -> None:
    number = handed_over(database, 50, addresses={7: "reader7@bücher.example"})
    composer = Composer(PATHS, Links())
    with database.reading() as session:
        rows = session.scalars(select(Delivery)).all()
        composed = {
            composer.compose(
                rendition(),
                MailingRef(number, "issue", 1, NOON, "retry"),
                Recipient(row.id, row.recipient_id, row.address, row.name),
                Features(),
            ).wire
            for row in rows
        }
    with aiosmtpd_process(tmp_path / "mail") as server:
        send(database, number, relay(server.port))
        accepted = {message.content for message in server.accepted()}
    assert len(accepted) == 50
    assert accepted == composed


def test_a_dead_relay_leaves_its_share_to_the_others(database: Database) -> None:
    number = handed_over(database, 30)
    server = FaultServer()
    with server.running():
        send(database, number, relay(free_port()), relay(server.port))
    assert states(database, number) == {SENT: 30}
    assert len(server.accepted) == 30


def test_relays_share_the_connections_by_weight(database: Database) -> None:
    number = handed_over(database, 300)
    heavy, light = FaultServer(delay=0.002), FaultServer(delay=0.002)
    with heavy.running(), light.running():
        send(
            database,
            number,
            parse_relay(f"smtp://127.0.0.1:{heavy.port}?weight=3&connections=6"),
            parse_relay(f"smtp://127.0.0.1:{light.port}?weight=1&connections=2"),
        )
    assert states(database, number) == {SENT: 300}
    assert len(heavy.accepted) > len(light.accepted) > 0


def test_a_connection_carries_no_more_messages_than_it_may(database: Database) -> None:
    number = handed_over(database, 40)
    server = FaultServer()
    with server.running():
        send(database, number, relay(server.port, connections=2, messages_per_connection=5))
    assert states(database, number) == {SENT: 40}
    assert server.connections >= 8
    assert server.most_at_once <= 3


def test_an_error_of_ours_ends_the_run_instead_of_hanging_it(database: Database) -> None:
    number = handed_over(database, 3)
    server = FaultServer()
    with server.running():
        sending = sender(database, relay(server.port), personal=NoLinks())
        with pytest.raises(KeyError, match="unsubscribe_url"):
            asyncio.run(asyncio.wait_for(sending.run(number), 20))
    assert states(database, number) == {QUEUED: 3}


def test_logs_and_recorded_words_name_no_address(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    number = handed_over(database, 3)
    server = FaultServer(
        lambda stage, to, _: f"550 5.1.1 <{to}>: unknown" if stage == "rcpt" and to != address(1) else None
    )
    with server.running(), caplog.at_level("INFO", logger="outbox"):
        send(database, number, relay(server.port))
    messages = [record.getMessage() for record in caplog.records if record.name == "outbox"]
    assert len(messages) == 2
    assert all("state=failed code=550 stage=rcpt" in message for message in messages)
    assert not any("@" in message for message in messages)
    with database.reading() as session:
        assert [(one.count, one.reply) for one in status.complaints(session, number)] == [
            (2, "5.1.1 <…>: unknown")
        ]


def test_a_server_that_refuses_everybody_pauses_the_mailing_before_it_fails_them_all(
    database: Database,
) -> None:
    number = handed_over(database, 200)
    refusing = [True]
    server = FaultServer(lambda stage, to, _: "554 not for you" if refusing[0] and stage == "rcpt" else None)
    with server.running():
        send(database, number, relay(server.port, connections=1))
        failed = states(database, number)[FAILED]
        # An envelope that rode behind the last one may be refused as well.
        assert failed in (MOST_REFUSED, MOST_REFUSED + 1)
        assert states(database, number) == {FAILED: failed, QUEUED: 200 - failed}
        assert "554 not for you" in (mailing(database, number).reason or "")
        refusing[0] = False
        with database.writing() as session:
            control.retry(session, number, datetime.now(UTC), failed=True)
            control.resume(session, number)
        send(database, number, relay(server.port))
    assert states(database, number) == {SENT: 200}


class NoLinks:
    """Forgets a value that the rendition needs."""

    def values(self, mailing: MailingRef, recipient: Recipient) -> dict[str, str]:
        return {}
