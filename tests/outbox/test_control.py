"""A person steers a mailing, and nobody is skipped or doubled by it."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import update

from outbox import control, status
from outbox.problem import MailingError
from outbox.tables import Delivery, DeliveryState, MailingState
from store import Database
from tests.outbox.servers import FaultServer
from tests.outbox.world import address, handed_over, relay, send, states

SENT, FAILED = DeliveryState.SENT, DeliveryState.FAILED


def now() -> datetime:
    return datetime.now(UTC)


def state(database: Database, number: int) -> MailingState:
    with database.reading() as session:
        return MailingState(status.find(session, number).state)


def test_failed_deliveries_can_be_tried_again_and_the_others_get_nothing(database: Database) -> None:
    number = handed_over(database, 6)
    refusing = [True]
    server = FaultServer(
        lambda stage, to, _: "550 5.7.1 no" if refusing[0] and stage == "rcpt" and to == address(4) else None
    )
    with server.running():
        send(database, number, relay(server.port))
        assert states(database, number) == {SENT: 5, FAILED: 1}
        assert state(database, number) == MailingState.DONE
        refusing[0] = False
        with database.writing() as session:
            assert control.retry(session, number, now(), failed=True) == 1
        send(database, number, relay(server.port))
    assert states(database, number) == {SENT: 6}
    assert sorted(server.recipients) == sorted(address(n) for n in range(1, 7))
    assert state(database, number) == MailingState.DONE


def test_a_cancelled_mailing_never_leaves(database: Database) -> None:
    number = handed_over(database, 6)
    with database.writing() as session:
        assert control.cancel(session, number, now()) == 6
    server = FaultServer()
    with server.running():
        send(database, number, relay(server.port))
    assert server.accepted == []
    assert state(database, number) == MailingState.CANCELLED
    with database.reading() as session:
        assert status.balance(session, number).balances


@pytest.mark.parametrize(
    "step",
    [
        lambda session, number: control.resume(session, number),
        lambda session, number: control.pause(session, number, "Wait."),
        lambda session, number: control.cancel(session, number, now()),
        lambda session, number: control.retry(session, number, now()),
        lambda session, number: control.release(session, number, now()),
    ],
    ids=["resume", "pause", "cancel", "retry", "release"],
)
def test_what_is_cancelled_cannot_be_steered(database: Database, step) -> None:  # type: ignore[no-untyped-def]
    number = handed_over(database, 2)
    with database.writing() as session:
        control.cancel(session, number, now())
    with pytest.raises(MailingError, match=f"Mailing {number} is cancelled"), database.writing() as session:
        step(session, number)


def test_releasing_sends_what_was_uncertain_again(database: Database) -> None:
    number = handed_over(database, 3, uncertain="hold")
    with database.writing() as session:
        session.execute(update(Delivery).where(Delivery.recipient_id == 2).values(state="uncertain"))
    server = FaultServer()
    with server.running():
        send(database, number, relay(server.port))
        assert server.recipients.count(address(2)) == 0
        with database.writing() as session:
            assert control.release(session, number, now()) == 1
        send(database, number, relay(server.port))
    assert server.recipients.count(address(2)) == 1
    assert state(database, number) == MailingState.DONE


def test_pausing_keeps_the_first_reason(database: Database) -> None:
    number = handed_over(database, 2)
    with database.writing() as session:
        control.pause(session, number, "First.")
        control.pause(session, number, "Second.")
        assert status.find(session, number).reason == "First."


def test_an_unknown_mailing_is_named(database: Database) -> None:
    with pytest.raises(MailingError, match="no mailing 77"), database.writing() as session:
        control.pause(session, 77, "Wait.")


def test_the_servers_words_are_counted_most_frequent_first(database: Database) -> None:
    number = handed_over(database, 9)
    server = FaultServer(
        lambda stage, to, _: (
            ("550 5.1.1 gone" if to != address(9) else "552 5.2.2 full")
            if stage == "rcpt" and to > address(5)
            else None
        )
    )
    with server.running():
        send(database, number, relay(server.port))
    with database.reading() as session:
        words = status.complaints(session, number)
        listed = status.mailings(session)
    assert [(word.count, word.code, word.reply) for word in words] == [
        (3, 550, "5.1.1 gone"),
        (1, 552, "5.2.2 full"),
    ]
    assert [(one.id, one.state, one.balance[FAILED]) for one in listed] == [(number, MailingState.DONE, 4)]


def test_a_mailing_whose_rows_went_missing_is_not_called_done(database: Database) -> None:
    number = handed_over(database, 4)
    with database.writing() as session:
        session.delete(session.query(Delivery).filter_by(recipient_id=3).one())
    server = FaultServer()
    with server.running():
        send(database, number, relay(server.port))
    with database.reading() as session:
        mailing = status.find(session, number)
        assert mailing.state == MailingState.PAUSED
        assert "do not balance: 3 of 4" in (mailing.reason or "")
