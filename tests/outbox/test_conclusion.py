"""What becomes of a delivery, by how its transaction ended."""

from datetime import timedelta

import pytest

from outbox.backlog import Job
from outbox.conclusion import MOST_LOSSES, MOST_UNCERTAIN, conclusion, sent
from outbox.protocols import MailingRef, Recipient
from outbox.replies import End, Result, decide
from outbox.retry import RetrySchedule
from outbox.tables import DeliveryState
from tests.outbox.world import NOON

SCHEDULE = RetrySchedule(first=1800, factor=2.0, jitter=0.0)


def job(policy: str = "retry", attempts: int = 0) -> Job:
    mailing = MailingRef(1, "issue", 1, NOON + timedelta(hours=1), policy)
    return Job(1, mailing, Recipient(7, 8, "ani@example.org", "Ani"), attempts, "example.org")


def state(one: Job, result: Result) -> DeliveryState:
    return conclusion(one, decide(result), result, schedule=SCHEDULE, now=NOON, chance=0.5).state


def test_what_the_server_took_is_sent_with_its_words_but_not_the_address() -> None:
    outcome = sent(job(), Result(End.ANSWERED, "dot", 250, "2.0.0 ani@example.org: queued as 1"))
    assert (outcome.state, outcome.attempts, outcome.code) == (DeliveryState.SENT, 1, 250)
    assert outcome.reply == "2.0.0 …: queued as 1"


@pytest.mark.parametrize(
    ("policy", "attempts", "left"),
    [
        ("retry", 0, DeliveryState.DEFERRED),
        ("retry", MOST_UNCERTAIN - 1, DeliveryState.UNCERTAIN),
        ("hold", 0, DeliveryState.UNCERTAIN),
    ],
)
def test_an_unknown_fate_is_decided_by_the_policy_and_not_for_ever(
    policy: str, attempts: int, left: DeliveryState
) -> None:
    assert state(job(policy, attempts), Result(End.UNCERTAIN, "lost")) == left


def test_a_message_under_which_connections_break_again_and_again_waits() -> None:
    one = job()
    lost = Result(End.UNSENT, "lost")
    states = [state(one, lost) for _ in range(MOST_LOSSES)]
    assert states == [DeliveryState.QUEUED] * (MOST_LOSSES - 1) + [DeliveryState.DEFERRED]


def test_what_would_be_due_after_the_expiry_is_expired() -> None:
    later = Result(End.ANSWERED, "rcpt", 451, "4.3.0 later")
    assert state(job(attempts=0), later) == DeliveryState.DEFERRED
    assert state(job(attempts=3), later) == DeliveryState.EXPIRED
