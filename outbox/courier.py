"""Between one connection and the ledger: turns jobs into messages, and results into outcomes."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from functools import partial

from outbox import clock
from outbox.backlog import Job
from outbox.conclusion import conclusion, sent, words
from outbox.connection import Features
from outbox.desk import Desk
from outbox.dispatch import Dispatch
from outbox.entries import Answer, Intent, Outcome
from outbox.envelope import UndeliverableError
from outbox.pace import Bucket
from outbox.replies import Decision, End, Result, decide
from outbox.tables import DeliveryState

MOST_REFUSED = 25
"""Recipients of a mailing refused one after the other, before a person has a look."""

_log = logging.getLogger("outbox")


class MessageCourier:
    """The courier of one connection; `most` messages, then it takes no more."""

    def __init__(self, desk: Desk, features: Features, most: int, bucket: Bucket | None = None) -> None:
        self.delivered = 0
        self.ends: Callable[[], None] | None = None
        self._desk = desk
        self._features = features
        self._left = most
        self._bucket = bucket or Bucket(0.0)
        self._loop = asyncio.get_running_loop()
        self._jobs: dict[Dispatch, Job] = {}
        self._pending: list[tuple[Job, Outcome]] = []

    @property
    def spent(self) -> bool:
        """Whether it carried as many messages as one connection may."""
        return self._left <= 0

    def take(self) -> Dispatch | None:
        desk = self._desk
        now = self._loop.time()
        if not self.spent and not self._must_wait(now):
            while (job := self._next_job(now)) is not None:
                rendition = desk.renditions[job.mailing.id]
                try:
                    dispatch = desk.composer.compose(rendition, job.mailing, job.recipient, self._features)
                except UndeliverableError as error:
                    failed = Result(End.ANSWERED, "rcpt", 0, error.message)
                    self._conclude(job, Decision(DeliveryState.FAILED), failed)
                    continue
                self._began(job, dispatch, now)
                if desk.backlog.ran_low:
                    desk.wake()
                return dispatch
        self.flush()
        if self.spent and self.ends is not None:
            # The pipeline asked us just now: let it come to rest first.
            self._loop.call_soon(self.ends)
        desk.wake()
        return None

    def _must_wait(self, now: float) -> bool:
        """Whether the rate or the day's quota is used up; asks to be asked again in time."""
        desk = self._desk
        if desk.left_today is not None and desk.left_today <= 0:
            return True
        if not desk.bucket.rate and not self._bucket.rate:
            return False
        wait = max(desk.bucket.wait(now), self._bucket.wait(now))
        if wait:
            self._loop.call_later(wait, self._desk.wake)
        return wait > 0

    def _next_job(self, now: float) -> Job | None:
        """The next job whose domain takes one more; others are set aside or wait for their next time."""
        desk = self._desk
        while (job := desk.backlog.take()) is not None:
            if desk.domains.admits(job.domain, now):
                return job
            if desk.domains.hopeless(job.domain):
                later = Decision(DeliveryState.DEFERRED, counts=False)
                self._conclude(
                    job, later, Result(End.ANSWERED, "rcpt", 0, "Its domain asked us to slow down.")
                )
            else:
                desk.backlog.set_aside(job)
        return None

    def _began(self, job: Job, dispatch: Dispatch, now: float) -> None:
        desk = self._desk
        self._left -= 1
        if desk.left_today is not None:
            desk.left_today -= 1
        desk.bucket.take()
        self._bucket.take()
        desk.domains.began(job.domain, now)
        desk.in_flight += 1
        self._jobs[dispatch] = job

    def _ended(self, job: Job, *, slow: bool = False, taken: bool = False) -> None:
        desk = self._desk
        desk.in_flight -= 1
        now = self._loop.time()
        desk.domains.ended(job.domain, now, slow=slow, taken=taken)
        if desk.backlog.any_aside and desk.domains.admits(job.domain, now):
            desk.backlog.bring_back(job.domain, 2)

    def intend(
        self, dispatch: Dispatch, then: Callable[[Dispatch, bool], None], *, announced: bool = False
    ) -> None:
        job = self._jobs[dispatch]
        recipient = job.recipient
        intent = Intent(
            recipient.delivery_id,
            recipient.recipient_id,
            job.shard_id,
            job.mailing,
            job.attempts,
            announced,
        )
        pending, self._pending = self._pending, []

        def recorded(answer: Answer) -> None:
            if pending:
                self._settle(pending)
            if not answer.holds and (refused := self._jobs.pop(dispatch, None)) is not None:
                self._ended(refused)
                if dispatch.announced and not answer.suppressed:
                    back = Decision(DeliveryState.QUEUED, counts=False)
                    self._conclude(refused, back, Result(End.UNSENT, "lost"))
                    self.flush()
                else:
                    if answer.suppressed:
                        self._desk.counts[DeliveryState.SUPPRESSED] += 1
                    self._end(refused)
            if dispatch.signature is not None and answer.holds and not announced:
                dispatch.signature.then(partial(self._signed, dispatch, then))
            else:
                then(dispatch, answer.holds)

        self._desk.ledger.submit([outcome for _, outcome in pending], intent, recorded)

    def _signed(
        self, dispatch: Dispatch, then: Callable[[Dispatch, bool], None], fields: bytes | Exception
    ) -> None:
        """The message is whole. Without its signature it must not leave, and the run ends with the error."""
        if isinstance(fields, bytes):
            dispatch.wire = fields + dispatch.wire
            then(dispatch, True)
            return
        ledger = self._desk.ledger
        ledger.failed = ledger.failed or fields
        if (job := self._jobs.pop(dispatch, None)) is not None:
            self._ended(job)
        then(dispatch, False)
        self._desk.wake()

    def report(self, dispatch: Dispatch, result: Result) -> None:
        job = self._jobs.pop(dispatch)
        if result.end is End.ANSWERED:
            self.delivered += 1
        decision = decide(result)
        self._ended(job, slow=decision.slow, taken=decision.state is DeliveryState.SENT)
        if pause := decision.pause or self._refused_too_often(job, decision, result):
            self._desk.alarm(job.mailing, pause)
        self._conclude(job, decision, result)

    def _refused_too_often(self, job: Job, decision: Decision, result: Result) -> str | None:
        """A reason to pause when nobody is accepted any more: then the fault is hardly the recipients'."""
        in_a_row = self._desk.refused_in_a_row
        if decision.state is DeliveryState.SENT:
            in_a_row.pop(job.mailing.id, None)
        elif decision.state is DeliveryState.FAILED:
            in_a_row[job.mailing.id] += 1
            if in_a_row[job.mailing.id] >= MOST_REFUSED:
                del in_a_row[job.mailing.id]
                said = words(result.text, job.recipient.address)[:200]
                return (
                    f"{MOST_REFUSED} recipients in a row were refused, the last with {result.code} {said}."
                    f" `digest outbox retry {job.mailing.id} --failed` tries them again."
                )
        return None

    def flush(self) -> None:
        """Make durable what is known, with no message to follow."""
        if self._pending:
            pending, self._pending = self._pending, []
            outcomes = [outcome for _, outcome in pending]
            self._desk.ledger.submit(outcomes, None, lambda answer: self._settle(pending))

    def _conclude(self, job: Job, decision: Decision, result: Result) -> None:
        if decision.state is DeliveryState.SENT:
            self._pending.append((job, sent(job, result)))
            return
        desk = self._desk
        outcome = conclusion(
            job,
            decision,
            result,
            schedule=desk.schedule,
            now=clock.now(),
            chance=desk.chance.random(),
        )
        # Delivery number and domain, never the address.
        _log.info(
            "mailing=%d delivery=%d domain=%s state=%s code=%d stage=%s",
            job.mailing.id,
            outcome.delivery_id,
            job.domain,
            outcome.state.value,
            result.code,
            result.stage,
            extra={"address": job.recipient.address},
        )
        self._pending.append((job, outcome))

    def _settle(self, recorded: Sequence[tuple[Job, Outcome]]) -> None:
        desk = self._desk
        for job, outcome in recorded:
            if (
                outcome.state is DeliveryState.QUEUED
                and job.mailing.id not in desk.paused
                and not desk.ledger.failed
            ):
                job.attempts = outcome.attempts
                desk.backlog.put_back(job)
                desk.wake()
            else:
                desk.counts[outcome.state] += 1
                self._end(job)

    def _end(self, job: Job) -> None:
        if self._desk.backlog.conclude(job.shard_id):
            self._desk.wake()
