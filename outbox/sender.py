"""The sender: claims shards, keeps connections busy with their deliveries, and stops without losing any.

One event loop, one ledger thread. What goes wrong with a recipient stays with that recipient; what
goes wrong with every relay pauses the mailings with one sentence and fails nobody.
"""

import asyncio
import contextlib
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from sqlalchemy.orm import Session

from outbox import claims, control, status
from outbox.backlog import Backlog
from outbox.connection import Features, RelayAwayError, RelayRefusedError, connected
from outbox.courier import Desk, MessageCourier
from outbox.dkim import DkimSigner
from outbox.envelope import Composer
from outbox.folder import write_messages
from outbox.ledger import PATIENCE, Ledger
from outbox.owner import new_owner
from outbox.pace import Bucket, DomainPace, Plan
from outbox.pipeline import ConnectionEnded, Pipeline
from outbox.problem import RelayError
from outbox.protocols import Bounced, Gate, MailingRef, Personal
from outbox.relay import Relay
from outbox.relays import RelayHealth
from outbox.rendition import Rendition
from outbox.retry import RetrySchedule
from outbox.returns import ReturnPaths
from outbox.status import Balance
from outbox.tables import DeliveryState
from store import Database

LOW_WATER = 500
"""Waiting deliveries below which the next shard is claimed."""

MOST_HELD = 4 * LOW_WATER
"""Deliveries held in memory at most, with those whose domain has to wait."""

COUNT_SECONDS = 60.0
"""How often the messages of the day are counted again under a warm-up plan."""

IDLE_SECONDS = 5.0
"""How long connections stay open without work."""

_TICK = 0.5


@dataclass(frozen=True, slots=True)
class SenderOptions:
    """How patient a sender is; times are in seconds.

    `relay_patience`: how long a relay may fail before the mailings pause. `drain`: how long messages in
    flight may take when stopping. `ledger_patience`: how long the database may refuse.
    """

    schedule: RetrySchedule = field(default_factory=RetrySchedule)
    relay_patience: float = 60.0
    drain: float = 60.0
    plan: Plan = field(default_factory=Plan)
    ledger_patience: float = PATIENCE


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is. `recipients` and `counts` cover the whole mailing when it is about one."""

    recipients: int
    counts: dict[DeliveryState, int]
    rate: float
    seconds_left: float | None


class Sender:
    """Sends what is due in the outbox. One object is one run."""

    def __init__(
        self,
        database: Database,
        relays: Sequence[Relay],
        *,
        gate: Gate,
        personal: Personal,
        return_paths: ReturnPaths,
        bounced: Bounced | None = None,
        dkim: DkimSigner | None = None,
        options: SenderOptions | None = None,
        progress: Callable[[Progress], None] | None = None,
    ) -> None:
        if not relays:
            raise RelayError("There is no relay to send through.", "Set [smtp] url in the settings.")
        self._database = database
        self._relays = relays
        self._gate = gate
        self._bounced = bounced
        self._composer = Composer(return_paths, personal, dkim)
        self._options = options or SenderOptions()
        self._progress = progress
        self._stopping = False
        self._loop: asyncio.AbstractEventLoop | None = None
        self._wanted: asyncio.Event

    @property
    def stopped(self) -> bool:
        """Whether somebody asked it to stop."""
        return self._stopping

    def stop(self) -> None:
        """Finish what is in flight, give the rest back and return from `run`. Any thread may call it."""
        self._stopping = True
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._wanted.set)

    async def run(self, mailing_id: int | None = None, *, forever: bool = False) -> None:
        """Send what is due, of one mailing or of all; `forever` waits for more instead of returning.

        Without `forever` it returns when nothing is due now: deferred deliveries then wait for a later
        run. Raises RelayError when every relay is dead (the mailings are then paused with that reason),
        and OutboxError when the database refuses for too long.
        """
        self._loop = asyncio.get_running_loop()
        self._wanted = asyncio.Event()
        owner = new_owner()
        ledger = Ledger(self._database, owner, self._gate, self._bounced, self._options.ledger_patience)
        run = _Run(self, ledger, owner, mailing_id, forever)
        try:
            await run.work()
        finally:
            await run.wind_down()
            await ledger.close()
        if ledger.failed:
            raise ledger.failed
        if run.dead and not self._stopping:
            raise run.dead


class _Run:
    """The state of one `Sender.run`."""

    def __init__(
        self, sender: Sender, ledger: Ledger, owner: str, mailing_id: int | None, forever: bool
    ) -> None:
        options = sender._options
        self.dead: RelayError | None = None
        self._sender = sender
        self._ledger = ledger
        self._owner = owner
        self._mailing_id = mailing_id
        self._forever = forever
        self._loop = asyncio.get_running_loop()
        self._health = [RelayHealth(relay, options.relay_patience) for relay in sender._relays]
        self._connections: dict[asyncio.Task[None], RelayHealth] = {}
        self._pipelines: set[Pipeline] = set()
        self._alarms: list[tuple[int, str]] = []
        self._seen: set[int] = set()
        self._idle_since: float | None = None
        self._renewed = self._loop.time()
        self._start: Balance | None = None
        self._began = self._reported = time.monotonic()
        self._desk = Desk(
            backlog=Backlog(),
            ledger=ledger,
            composer=sender._composer,
            renditions={},
            schedule=options.schedule,
            alarm=self._alarm,
            wake=sender._wanted.set,
            bucket=Bucket(options.plan.rate),
            domains=DomainPace(options.plan.domain_connections),
        )
        self._plan = options.plan
        self._next_count = 0.0

    async def work(self) -> None:
        if self._mailing_id is not None:
            self._start = await self._ledger.call(status.balance, self._mailing_id)
        while not self._sender._stopping and not self._ledger.failed:
            await self._keep_books()
            self._bring_back()
            closed = await self._closed_now()
            claimed = not closed and await self._claim()
            self._connect()
            self._report()
            if claimed:
                continue
            self._close_idle()
            if self.dead or (not self._busy and (await self._over() or (closed and not self._forever))):
                return
            await self._wait()

    async def wind_down(self) -> None:
        """Let what is in flight end, then give back every shard."""
        self._desk.backlog.drop()
        for pipeline in list(self._pipelines):
            pipeline.stop()
        if self._connections:
            _, late = await asyncio.wait(self._connections, timeout=self._sender._options.drain)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
        if not self._ledger.failed:
            await self._keep_books()
            await self._ledger.call(claims.release, self._owner, datetime.now(UTC))
            for number in self._seen:
                await self._ledger.call(status.finish, number, datetime.now(UTC))
        self._report(last=True)

    @property
    def _busy(self) -> bool:
        return bool(
            self._desk.backlog.holds_shards or self._desk.backlog.finished_shards or self._desk.in_flight
        )

    # Claims and their end.

    async def _claim(self) -> bool:
        """Claim a shard if the backlog runs low; whether one was found."""
        waiting = self._desk.backlog
        if len(waiting) >= LOW_WATER or waiting.held >= MOST_HELD or all(h.dead for h in self._health):
            return False
        now = datetime.now(UTC)
        claim = await self._ledger.call(claims.claim, self._owner, now, self._mailing_id)
        if claim is None:
            return False
        number = claim.mailing.id
        self._seen.add(number)
        self._desk.paused.discard(number)
        if number not in self._desk.renditions:
            self._desk.renditions[number] = await self._ledger.call(_rendition, number)
        self._desk.backlog.add(claim)
        return True

    async def _closed_now(self) -> bool:
        """Whether the sending hours or the day's quota forbid more; what waits then stays queued."""
        now = datetime.now(UTC)
        quota = self._plan.quota(now)
        if quota is not None and self._loop.time() >= self._next_count:
            self._next_count = self._loop.time() + COUNT_SECONDS
            sent = await self._ledger.call(status.sent_since, self._plan.day_began(now))
            self._desk.left_today = quota - sent - self._desk.in_flight
        closed = not self._plan.open_at(now) or (
            self._desk.left_today is not None and self._desk.left_today <= 0
        )
        if closed:
            self._desk.backlog.drop()
        return closed

    def _bring_back(self) -> None:
        """Let those take their turn whose domain has paused long enough."""
        now = self._loop.time()
        for domain in self._desk.backlog.domains_aside():
            if self._desk.domains.admits(domain, now) or self._desk.domains.hopeless(domain):
                self._desk.backlog.bring_back(domain, LOW_WATER if self._desk.domains.hopeless(domain) else 1)

    async def _keep_books(self) -> None:
        """Settle shards that are worked off, record pauses, renew the lease."""
        now = datetime.now(UTC)
        while self._alarms:
            number, reason = self._alarms.pop()
            await self._ledger.call(control.pause, number, reason)
        finished = self._desk.backlog.finished_shards
        while finished:
            shard_id = finished.pop()
            await self._ledger.call(claims.settle, shard_id, self._owner, now)
        if self._loop.time() - self._renewed > claims.LEASE.total_seconds() / 4:
            self._renewed = self._loop.time()
            await self._ledger.call(claims.renew, self._owner, now)

    async def _over(self) -> bool:
        """Whether this run has nothing more to wait for; finishes mailings that are complete."""
        now = datetime.now(UTC)
        for number in list(self._seen):
            if await self._ledger.call(status.finish, number, now):
                self._seen.discard(number)
                self._desk.renditions.pop(number, None)
        if self._forever:
            return False
        due = await self._ledger.call(claims.next_due, self._mailing_id)
        return due is None or due > now

    async def _wait(self) -> None:
        self._sender._wanted.clear()
        if self._desk.backlog.finished_shards or self._alarms:
            return
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._sender._wanted.wait(), _TICK)

    # Trouble that concerns more than one message.

    def _alarm(self, mailing: MailingRef, reason: str) -> None:
        if mailing.id not in self._desk.paused:
            self._desk.paused.add(mailing.id)
            self._alarms.append((mailing.id, reason))
            self._desk.backlog.drop(mailing.id)
        self._sender._wanted.set()

    def _relay_failed(self, health: RelayHealth, error: RelayError) -> None:
        health.failed(error, self._loop.time(), for_good=isinstance(error, RelayRefusedError))
        if all(other.dead for other in self._health):
            self.dead = error
            for number in self._seen:
                if number not in self._desk.paused:
                    self._desk.paused.add(number)
                    self._alarms.append((number, str(error)))
            self._desk.backlog.drop()
        self._sender._wanted.set()

    # Connections.

    def _connect(self) -> None:
        """Put idle connections to work, and open as many as there is work for and the relays allow."""
        if len(self._desk.backlog):
            for pipeline in list(self._pipelines):
                pipeline.kick()
        now = self._loop.time()
        wanted = min(len(self._desk.backlog), 10_000) - sum(1 for p in self._pipelines if p.idle)
        for health in self._health:
            opened = sum(1 for other in self._connections.values() if other is health)
            for _ in range(min(health.room(now, opened), max(wanted, 0))):
                task = asyncio.create_task(self._serve(health))
                self._connections[task] = health
                task.add_done_callback(self._closed)
                wanted -= 1

    def _closed(self, task: asyncio.Task[None]) -> None:
        del self._connections[task]
        self._sender._wanted.set()
        if not task.cancelled() and (error := task.exception()):
            self._loop.call_exception_handler(
                {"message": "a connection failed in a way nobody expected", "exception": error}
            )

    async def _serve(self, health: RelayHealth) -> None:
        """One connection, from its opening to its end."""
        relay = health.relay
        try:
            if relay.folder is not None:
                await self._write_files(relay)
                health.succeeded()
                return
            async with connected(relay) as connection:
                courier = MessageCourier(
                    self._desk, connection.features, relay.messages_per_connection, health.bucket
                )
                pipeline = connection.pipeline(courier)
                await self._run_pipeline(pipeline, courier, health)
        except RelayError as error:
            self._relay_failed(health, error)

    async def _run_pipeline(self, pipeline: Pipeline, courier: MessageCourier, health: RelayHealth) -> None:
        courier.ends = pipeline.stop
        self._pipelines.add(pipeline)
        old = self._loop.call_later(health.relay.seconds_per_connection, pipeline.stop)
        if self._sender._stopping:
            pipeline.stop()
        try:
            await pipeline.run()
            health.succeeded()
        except ConnectionEnded as ended:
            if courier.delivered:
                health.succeeded()
                if ended.busy:
                    health.busy(self._loop.time())
            elif not ended.ours:
                raise RelayAwayError(
                    f"The relay {health.relay.label} takes no mail: {ended}.", "Is it well?"
                ) from None
        finally:
            old.cancel()
            self._pipelines.discard(pipeline)
            courier.flush()

    async def _write_files(self, relay: Relay) -> None:
        assert relay.folder is not None
        courier = MessageCourier(self._desk, Features(utf8=True), relay.messages_per_connection)
        try:
            await write_messages(relay.folder, courier)
        finally:
            courier.flush()

    def _close_idle(self) -> None:
        """Let connections go that had no work for a while."""
        if self._busy:
            self._idle_since = None
        elif self._idle_since is None:
            self._idle_since = self._loop.time()
        elif self._loop.time() - self._idle_since > IDLE_SECONDS:
            for pipeline in list(self._pipelines):
                pipeline.stop()

    def _report(self, last: bool = False) -> None:
        if self._sender._progress is None or (not last and time.monotonic() - self._reported < _TICK):
            return
        self._reported = time.monotonic()
        counts = dict(self._desk.counts)
        done = sum(counts.values())
        rate = done / max(self._reported - self._began, 1e-6)
        recipients = done + len(self._desk.backlog)
        if self._start is not None:
            recipients = self._start.recipients
            for state in (
                DeliveryState.SENT,
                DeliveryState.FAILED,
                DeliveryState.SUPPRESSED,
                DeliveryState.EXPIRED,
            ):
                counts[state] = counts.get(state, 0) + self._start[state]
        left = max(recipients - sum(counts.values()), 0)
        self._sender._progress(Progress(recipients, counts, rate, left / rate if rate > 0 and done else None))


def _rendition(session: Session, mailing_id: int) -> Rendition:
    return Rendition.from_bytes(status.find(session, mailing_id).rendition)
