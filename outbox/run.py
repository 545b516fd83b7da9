"""One run of a sender: claims shards, keeps the connections busy, and settles what is worked off."""

import asyncio
import contextlib
import logging
import time
from collections.abc import Callable, Sequence

from sqlalchemy.orm import Session

from outbox import claims, clock, control, status
from outbox.backlog import LOW_WATER, Backlog
from outbox.desk import Desk
from outbox.envelope import Composer
from outbox.ledger import Ledger
from outbox.options import Progress, SenderOptions
from outbox.pace import Bucket, DomainPace
from outbox.pool import ConnectionPool
from outbox.problem import RelayError
from outbox.protocols import MailingRef
from outbox.relay import Relay
from outbox.rendition import Rendition
from outbox.status import Balance
from outbox.tables import DeliveryState

MOST_HELD = 4 * LOW_WATER
"""Deliveries held in memory at most, with those whose domain has to wait."""

COUNT_SECONDS = 60.0
"""How often the messages of the day are counted again under a warm-up plan."""

_TICK = 0.5
_log = logging.getLogger("outbox")
_FINAL = (DeliveryState.SENT, DeliveryState.FAILED, DeliveryState.SUPPRESSED, DeliveryState.EXPIRED)


class Stop:
    """Asks a run to stop, and wakes it when something has changed."""

    def __init__(self) -> None:
        self.asked = False
        self.changed = asyncio.Event()


class Run:
    """The state of one run, of one mailing or of all."""

    def __init__(
        self,
        ledger: Ledger,
        relays: Sequence[Relay],
        composer: Composer,
        options: SenderOptions,
        stop: Stop,
        *,
        mailing_id: int | None,
        forever: bool,
        progress: Callable[[Progress], None] | None,
    ) -> None:
        self._ledger = ledger
        self._options = options
        self._stop = stop
        self._mailing_id = mailing_id
        self._forever = forever
        self._progress = progress
        self._loop = asyncio.get_running_loop()
        self._alarms: list[tuple[int, str]] = []
        self._seen: set[int] = set()
        self._renewed = self._loop.time()
        self._next_count = self._nothing_until = 0.0
        self._start: Balance | None = None
        self._began = self._reported = time.monotonic()
        self._desk = Desk(
            backlog=Backlog(),
            ledger=ledger,
            composer=composer,
            renditions={},
            schedule=options.schedule,
            alarm=self._alarm,
            wake=stop.changed.set,
            bucket=Bucket(options.plan.rate),
            domains=DomainPace(options.plan.domain, options.plan.domains),
        )
        ledger.in_flight = lambda: self._desk.in_flight
        self._pool = ConnectionPool(
            self._desk, relays, options.relay_patience, self._all_dead, options.overlap
        )

    @property
    def dead(self) -> RelayError | None:
        """Why no relay can be used any more, if so."""
        return self._pool.dead

    @property
    def crash(self) -> BaseException | None:
        """An error that nobody expected, if there was one."""
        return self._pool.crash

    async def work(self) -> None:
        """Send until nothing is due, or until stopped."""
        if self._mailing_id is not None:
            self._start = await self._ledger.read(status.balance, self._mailing_id)
        while not (self._stop.asked or self._ledger.failed or self.crash):
            await self._keep_books()
            self._bring_back()
            closed = await self._closed_now()
            claimed = not closed and await self._claim()
            self._pool.fill()
            self._report()
            if claimed:
                continue
            self._pool.close_idle(self._busy)
            if self.dead or (not self._busy and (await self._over() or (closed and not self._forever))):
                return
            await self._wait()

    async def wind_down(self) -> None:
        """Let what is in flight end, then give back every shard."""
        self._desk.backlog.drop()
        await self._pool.stop(self._options.drain)
        if not self._ledger.failed:
            await self._keep_books()
            await self._ledger.call(claims.release, self._ledger.owner, clock.now())
            for number in self._seen:
                await self._ledger.call(status.finish, number, clock.now())
        self._report(last=True)

    @property
    def _busy(self) -> bool:
        backlog = self._desk.backlog
        return bool(backlog.holds_shards or backlog.finished_shards or self._desk.in_flight)

    async def _claim(self) -> bool:
        """Claim a shard if the backlog runs low; whether one was found."""
        backlog = self._desk.backlog
        if len(backlog) >= LOW_WATER or backlog.held >= MOST_HELD or self.dead:
            return False
        if self._busy and self._loop.time() < self._nothing_until:
            return False
        claim = await claims.claim(self._ledger, self._ledger.owner, clock.now(), self._mailing_id)
        if claim is None:
            self._nothing_until = self._loop.time() + _TICK / 2
            return False
        number = claim.mailing.id
        self._seen.add(number)
        self._desk.paused.discard(number)
        if number not in self._desk.renditions:
            self._desk.renditions[number] = await self._ledger.read(_rendition, number)
        backlog.add(claim)
        return True

    async def _closed_now(self) -> bool:
        """Whether the sending hours or the day's quota forbid more; what waits then stays queued."""
        now, plan = clock.now(), self._options.plan
        quota = plan.quota(now)
        if quota is not None and self._loop.time() >= self._next_count:
            self._next_count = self._loop.time() + COUNT_SECONDS
            sent = await self._ledger.read(status.sent_since, plan.day_began(now))
            self._desk.left_today = quota - sent - self._desk.in_flight
        used_up = self._desk.left_today is not None and self._desk.left_today <= 0
        if used_up or not plan.open_at(now):
            self._desk.backlog.drop()
            return True
        return False

    def _bring_back(self) -> None:
        """Let those take their turn whose domain has paused long enough."""
        now, domains = self._loop.time(), self._desk.domains
        for domain in self._desk.backlog.domains_aside():
            if domains.hopeless(domain):
                self._desk.backlog.bring_back(domain, MOST_HELD)
            elif room := domains.room(domain, now):
                self._desk.backlog.bring_back(domain, room)

    async def _keep_books(self) -> None:
        """Settle shards that are worked off, record pauses, renew the lease."""
        now, owner = clock.now(), self._ledger.owner
        while self._alarms:
            number, reason = self._alarms.pop()
            _log.warning("mailing=%d state=paused reason=%r", number, reason)
            await self._ledger.call(control.pause, number, reason)
        finished = self._desk.backlog.finished_shards
        while finished:
            await self._ledger.call(claims.settle, finished.pop(), owner, now)
        if self._loop.time() - self._renewed > claims.LEASE.total_seconds() / 4:
            self._renewed = self._loop.time()
            await self._ledger.call(claims.renew, owner, now)

    async def _over(self) -> bool:
        """Whether this run has nothing more to wait for; finishes mailings that are complete."""
        now = clock.now()
        for number in list(self._seen):
            if await self._ledger.call(status.finish, number, now):
                self._seen.discard(number)
                self._desk.renditions.pop(number, None)
        if self._forever:
            return False
        due = await self._ledger.read(claims.next_due, self._mailing_id)
        return due is None or due > now

    async def _wait(self) -> None:
        self._stop.changed.clear()
        if self._stop.asked or self._desk.backlog.finished_shards or self._alarms:
            return
        aside = self._desk.backlog.domains_aside()
        seconds = min(_TICK, self._desk.domains.next_room(aside, self._loop.time()) or _TICK)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._stop.changed.wait(), seconds)

    def _alarm(self, mailing: MailingRef, reason: str) -> None:
        self._pause(mailing.id, reason)
        self._desk.backlog.drop(mailing.id)
        self._stop.changed.set()

    def _all_dead(self, error: RelayError) -> None:
        for number in self._seen:
            self._pause(number, str(error))
        self._desk.backlog.drop()

    def _pause(self, number: int, reason: str) -> None:
        if number not in self._desk.paused:
            self._desk.paused.add(number)
            self._alarms.append((number, reason))

    def _report(self, last: bool = False) -> None:
        if self._progress is None or (not last and time.monotonic() - self._reported < _TICK):
            return
        self._reported = time.monotonic()
        counts = dict(self._desk.counts)
        done = sum(counts.values())
        rate = done / max(self._reported - self._began, 1e-6)
        recipients = done + self._desk.backlog.held
        if self._start is not None:
            recipients = self._start.recipients
            for state in _FINAL:
                counts[state] = counts.get(state, 0) + self._start[state]
        left = max(recipients - sum(counts.get(state, 0) for state in _FINAL), 0)
        self._progress(Progress(recipients, counts, rate, left / rate if done else None))


def _rendition(session: Session, mailing_id: int) -> Rendition:
    return Rendition.from_bytes(status.find(session, mailing_id).rendition)
