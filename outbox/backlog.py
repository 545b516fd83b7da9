"""What a running sender holds: claimed shards and the deliveries in them that wait for a connection."""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

from outbox.claims import Claim
from outbox.protocols import MailingRef, Recipient
from outbox.shards import Due

LOW_WATER = 500
"""Waiting deliveries below which the next shard is claimed."""


@dataclass(slots=True, eq=False)
class Job:
    """One delivery in hand. `losses` counts connections that broke under it, which is not its fault."""

    shard_id: int
    mailing: MailingRef
    recipient: Recipient
    attempts: int
    domain: str
    losses: int = 0


class Backlog:
    """Jobs in turn, those set aside because their domain wants no more now, and which shards are worked off."""

    def __init__(self) -> None:
        self.finished_shards: list[int] = []
        self._waiting: deque[Job] = deque()
        self._aside: dict[str, deque[Job]] = {}
        self._left: dict[int, int] = {}

    def __len__(self) -> int:
        return len(self._waiting)

    @property
    def held(self) -> int:
        """Jobs that wait for any reason."""
        return len(self._waiting) + sum(map(len, self._aside.values()))

    @property
    def holds_shards(self) -> bool:
        return bool(self._left)

    @property
    def ran_low(self) -> bool:
        """Whether the last job taken left so few waiting that another shard is wanted."""
        return len(self._waiting) == LOW_WATER - 1

    @property
    def any_aside(self) -> bool:
        """Whether any job waits for its domain."""
        return bool(self._aside)

    def add(self, claim: Claim) -> None:
        """Take in a claimed shard; one without due deliveries was settled when it was claimed."""
        if claim.due:
            self._left[claim.shard_id] = len(claim.due)
            self._waiting.extend(_job(claim, due) for due in claim.due)

    def take(self) -> Job | None:
        """The next job, or None."""
        return self._waiting.popleft() if self._waiting else None

    def put_back(self, job: Job) -> None:
        """A job to be tried again, behind all others."""
        self._waiting.append(job)

    def set_aside(self, job: Job) -> None:
        """A job that waits for its domain."""
        self._aside.setdefault(job.domain, deque()).append(job)

    def domains_aside(self) -> list[str]:
        """The domains that jobs wait for."""
        return list(self._aside)

    def bring_back(self, domain: str, most: int) -> None:
        """Let up to `most` jobs of a domain take their turn, before all others."""
        aside = self._aside.get(domain)
        if aside is None:
            return
        for _ in range(min(most, len(aside))):
            self._waiting.appendleft(aside.popleft())
        if not aside:
            del self._aside[domain]

    def conclude(self, shard_id: int) -> bool:
        """One of the shard's deliveries needs nothing more from this sender; whether it was the last."""
        self._left[shard_id] -= 1
        if self._left[shard_id]:
            return False
        del self._left[shard_id]
        self.finished_shards.append(shard_id)
        return True

    def drop(self, mailing_id: int | None = None) -> None:
        """Forget the waiting jobs of a mailing, or all: they stay queued in the database."""
        kept = [job for job in self._all() if mailing_id is not None and job.mailing.id != mailing_id]
        for job in self._all():
            if mailing_id is None or job.mailing.id == mailing_id:
                self.conclude(job.shard_id)
        self._waiting, self._aside = deque(kept), {}

    def _all(self) -> Iterator[Job]:
        yield from self._waiting
        for jobs in self._aside.values():
            yield from jobs


def _job(claim: Claim, due: Due) -> Job:
    domain = due.recipient.address.rpartition("@")[2].lower()
    return Job(claim.shard_id, claim.mailing, due.recipient, due.attempts, domain)
