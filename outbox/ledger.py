"""The ledger: intents and outcomes of all connections, made durable together in one thread.

A connection hands in the outcome of its last message with the intent of its next one and waits;
whatever has gathered while a transaction was being committed goes into the next one (group commit).
"""

import asyncio
import queue
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from functools import partial
from typing import Any, Concatenate, NamedTuple, ParamSpec, TypeVar

from sqlalchemy.exc import InternalError, OperationalError
from sqlalchemy.orm import Session

from outbox.entries import Answer, Intent, Outcome
from outbox.group import Change, GroupCommit
from outbox.problem import OutboxError
from outbox.protocols import Bounced, Gate
from store import Database

P = ParamSpec("P")
T = TypeVar("T")

LARGEST_GROUP = 500

LONGEST_GATHERING = 0.002
"""Seconds for which a change may wait for others to share its transaction; half of all in flight suffice."""

PATIENCE = 600.0
"""Seconds for which a database that is locked, full or gone is tried again before the sender gives up."""


class _Call(NamedTuple):
    work: Callable[[Session], Any]
    future: "Future[Any]"
    writes: bool


class Ledger:
    """One thread and the only door through which a running sender touches the database."""

    def __init__(
        self,
        database: Database,
        owner: str,
        gate: Gate,
        bounced: Bounced | None = None,
        patience: float = PATIENCE,
    ) -> None:
        self.owner = owner
        self.failed: Exception | None = None
        self.transactions = 0
        self._commits = GroupCommit(database, owner, gate, bounced)
        # What goes to the driver itself fails with the driver's own errors.
        driver = database.engine.dialect.loaded_dbapi
        self._refusals: tuple[type[Exception], ...] = (OperationalError, driver.OperationalError)
        if not database.is_sqlite:
            # We slept in a transaction, and the server has ended it; SQLAlchemy has it as an InternalError.
            self._refusals += (InternalError, driver.errors.IdleInTransactionSessionTimeout)
        self._patience = patience
        self._loop = asyncio.get_running_loop()
        self._queue: queue.SimpleQueue[list[Change] | _Call | None] = queue.SimpleQueue()
        self._submitted: list[Change] = []
        self._timer: asyncio.Handle | None = None
        self._going = False
        self.in_flight: Callable[[], int] = lambda: 0
        self._thread = threading.Thread(target=self._run, name="outbox-ledger", daemon=True)
        self._thread.start()

    def submit(
        self, outcomes: Sequence[Outcome], intent: Intent | None, then: Callable[[Answer], None]
    ) -> None:
        """Make `outcomes` and `intent` durable, then call `then` on the event loop."""
        self._submitted.append(Change(outcomes, intent, then))
        if self._going:
            return
        # Half of the connections commit while the other half talk: fewer transactions, and nobody idle.
        # Between them the database is free for others who write. Who announces talks to a server far away and
        # waits for nobody: such changes are rare, and what comes during a transaction shares the next.
        if (intent and intent.announced) or 2 * len(self._submitted) >= self.in_flight():
            # All that this turn of the event loop brings goes together.
            self._going = True
            self._loop.call_soon(self._hand_over)
        elif self._timer is None:
            self._timer = self._loop.call_later(LONGEST_GATHERING, self._hand_over)

    async def call(self, work: Callable[Concatenate[Session, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run `work(session, …)` in a transaction of its own, after everything submitted before."""
        return await self._called(lambda session: work(session, *args, **kwargs), writes=True)

    async def read(self, work: Callable[Concatenate[Session, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """The same as `GroupCommit.look_up` does it, which keeps nobody from writing; `work` must not write."""
        return await self._called(lambda session: work(session, *args, **kwargs), writes=False)

    async def close(self) -> None:
        """Finish what was submitted, then end the thread."""
        self._hand_over()
        self._queue.put(None)
        await asyncio.to_thread(self._thread.join)

    async def _called(self, work: Callable[[Session], T], *, writes: bool) -> T:
        future: Future[T] = Future()
        self._hand_over()
        self._queue.put(_Call(work, future, writes))
        return await asyncio.wrap_future(future)

    def _hand_over(self) -> None:
        self._going = False
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._submitted:
            self._queue.put(self._submitted)
            self._submitted = []

    def _run(self) -> None:
        while (first := self._queue.get()) is not None:
            changes, calls, ends = self._gather(first)
            if changes:
                try:
                    answers = self._patiently(partial(self._commits.commit, changes))
                    self.transactions += 1
                except Exception as error:
                    # Nothing may be sent any more; `run` raises this once all connections have ended.
                    self.failed = self.failed or error
                    answers = [Answer(False)] * len(changes)
                self._wake(changes, answers)
            for call in calls:
                try:
                    perform = self._commits.perform if call.writes else self._commits.look_up
                    call.future.set_result(self._patiently(partial(perform, call.work)))
                except Exception as error:
                    call.future.set_exception(error)
            if ends:
                break
        self._commits.close()

    def _gather(self, first: list[Change] | _Call) -> tuple[list[Change], list[_Call], bool]:
        """What has come by now: changes, calls, and whether the end is among it."""
        changes: list[Change] = []
        calls: list[_Call] = []
        entry: list[Change] | _Call | None = first
        while entry is not None:
            if isinstance(entry, _Call):
                calls.append(entry)
            else:
                changes += entry
            if len(changes) >= LARGEST_GROUP:
                return changes, calls, False
            try:
                entry = self._queue.get_nowait()
            except queue.Empty:
                return changes, calls, False
        return changes, calls, True

    def _patiently(self, work: Callable[[], T]) -> T:
        """The result of `work`, tried again while the database refuses; OutboxError once patience ends."""
        began, pause = time.monotonic(), 0.05
        while self.failed is None:
            try:
                return work()
            except self._refusals as error:
                reason = str(getattr(error, "orig", None) or error).partition("\n")[0]
                if time.monotonic() - began + pause < self._patience:
                    time.sleep(pause)
                    pause = min(pause * 2, 5.0)
                    continue
                self.failed = OutboxError(
                    f"The database does not take what was sent: {reason}.",
                    "Mend it and start again: nothing is lost, messages in flight are looked at then.",
                )
        raise self.failed

    def _wake(self, changes: Sequence[Change], answers: Sequence[Answer]) -> None:
        def wake() -> None:
            for change, answer in zip(changes, answers, strict=True):
                change.then(answer)

        self._loop.call_soon_threadsafe(wake)
