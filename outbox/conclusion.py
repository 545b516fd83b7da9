"""What becomes of a delivery, given how its transaction ended. Pure but for the count of lost connections."""

from datetime import datetime

from outbox.backlog import Job
from outbox.entries import Outcome
from outbox.replies import Decision, Result
from outbox.retry import RetrySchedule
from outbox.tables import DeliveryState

MOST_LOSSES = 5
"""Connections that may break under one message before it waits for its next time."""

MOST_UNCERTAIN = 3
"""Times that a message may be sent again because its fate was unknown, before a person decides."""

_WORDS = 500


def conclusion(
    job: Job, decision: Decision, result: Result, *, schedule: RetrySchedule, now: datetime, chance: float
) -> Outcome:
    """The outcome of a message that was not sent; `chance`, from 0 to 1, spreads the next tries."""
    state, due_at = decision.state, None
    attempts = job.attempts + (decision.counts or state is DeliveryState.UNCERTAIN)
    if state is DeliveryState.UNCERTAIN and job.mailing.uncertain == "retry" and attempts < MOST_UNCERTAIN:
        state = DeliveryState.DEFERRED
    if state is DeliveryState.QUEUED and decision.soon:
        job.losses += 1
        if job.losses >= MOST_LOSSES:
            state = DeliveryState.DEFERRED
    if state is DeliveryState.DEFERRED:
        due_at = schedule.next_time(now, attempts, chance)
        if due_at >= job.mailing.expires_at:
            state, due_at = DeliveryState.EXPIRED, None
    recipient = job.recipient
    return Outcome(
        recipient.delivery_id,
        recipient.recipient_id,
        job.shard_id,
        state,
        attempts,
        due_at,
        result.code or None,
        words(result.text, recipient.address) or None,
        decision.suppress,
    )


def sent(job: Job, result: Result) -> Outcome:
    """The usual outcome, which needs no clock: the server took it."""
    recipient = job.recipient
    said = words(result.text, recipient.address) or None
    return Outcome(
        recipient.delivery_id,
        recipient.recipient_id,
        job.shard_id,
        DeliveryState.SENT,
        job.attempts + 1,
        None,
        result.code,
        said,
    )


def words(text: str, address: str) -> str:
    """A server's words without the recipient's address, so that equal ones can be counted together."""
    return text.replace(address, "…")[:_WORDS]
