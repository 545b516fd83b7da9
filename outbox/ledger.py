"""The ledger: intents and outcomes of all connections, made durable together in one thread.

A connection hands in the outcome of its last message with the intent of its next one and waits;
whatever has gathered while a transaction was being committed goes into the next one (group commit).
Each transaction checks that the shards are still ours and the mailing still being sent, asks the gate
about the recipients, and only then says which intents hold.
"""

import asyncio
import queue
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, Concatenate, NamedTuple, ParamSpec, TypeVar

from sqlalchemy.engine import Connection
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from outbox.entries import Answer, Intent, Outcome
from outbox.problem import OutboxError
from outbox.protocols import Bounced, Gate, MailingRef
from outbox.statements import statements
from outbox.tables import DeliveryState, MailingState
from store import Database

A = TypeVar("A")
P = ParamSpec("P")
T = TypeVar("T")

LARGEST_GROUP = 500
CACHE_KILOBYTES = 16_384
"""SQLite's page cache for a sender, which walks through a mailing once."""

PATIENCE = 600.0
"""Seconds for which a database that is locked, full or gone is tried again before the sender gives up."""


class _Change(NamedTuple):
    outcomes: Sequence[Outcome]
    intent: Intent | None
    then: Callable[[Answer], None]


class _Call(NamedTuple):
    work: Callable[..., Any]
    arguments: tuple[Any, ...]
    keywords: dict[str, Any]
    future: "Future[Any]"


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
        self._database = database
        self._gate = gate
        self._bounced = bounced
        self._patience = patience
        self._connection: Connection | None = None
        self._loop = asyncio.get_running_loop()
        self._queue: queue.SimpleQueue[list[_Change] | _Call | None] = queue.SimpleQueue()
        self._submitted: list[_Change] = []
        self._statements = statements(database.engine.dialect.name)
        self._thread = threading.Thread(target=self._run, name="outbox-ledger", daemon=True)
        self._thread.start()

    def submit(
        self, outcomes: Sequence[Outcome], intent: Intent | None, then: Callable[[Answer], None]
    ) -> None:
        """Make `outcomes` and `intent` durable, then call `then` on the event loop."""
        if not self._submitted:
            # All that one turn of the event loop brings wakes the thread once.
            self._loop.call_soon(self._hand_over)
        self._submitted.append(_Change(outcomes, intent, then))

    async def call(self, work: Callable[Concatenate[Session, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run `work(session, …)` in a transaction of its own, after everything submitted before."""
        future: Future[T] = Future()
        self._hand_over()
        self._queue.put(_Call(work, args, kwargs, future))
        return await asyncio.wrap_future(future)

    async def close(self) -> None:
        """Finish what was submitted, then end the thread."""
        self._hand_over()
        self._queue.put(None)
        await asyncio.to_thread(self._thread.join)

    def _hand_over(self) -> None:
        if self._submitted:
            self._queue.put(self._submitted)
            self._submitted = []

    def _run(self) -> None:
        while (first := self._queue.get()) is not None:
            changes, calls, ends = self._gather(first)
            if changes:
                try:
                    answers = self._patiently(self._commit, changes)
                except Exception as error:
                    # Nothing may be sent any more; `run` raises this once all connections have ended.
                    self.failed = self.failed or error
                    answers = [Answer(False)] * len(changes)
                self._wake(changes, answers)
            for call in calls:
                try:
                    call.future.set_result(self._patiently(self._perform, call))
                except Exception as error:
                    call.future.set_exception(error)
            if ends:
                break
        if self._connection is not None:
            self._connection.close()

    def _gather(self, first: list[_Change] | _Call) -> tuple[list[_Change], list[_Call], bool]:
        """What has come by now: changes, calls, and whether the end is among it."""
        changes: list[_Change] = []
        calls: list[_Call] = []
        entry: list[_Change] | _Call | None = first
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

    def _patiently(self, work: Callable[[A], T], argument: A) -> T:
        """The result of `work`, tried again while the database refuses; OutboxError once patience ends."""
        began, pause = time.monotonic(), 0.05
        while self.failed is None:
            try:
                return work(argument)
            except OperationalError as error:
                reason = str(error.orig).splitlines()[0] if error.orig else type(error).__name__
                if time.monotonic() - began + pause < self._patience:
                    time.sleep(pause)
                    pause = min(pause * 2, 5.0)
                    continue
                self.failed = OutboxError(
                    f"The database does not take what was sent: {reason}.",
                    "Mend it and start again: nothing is lost, messages in flight are looked at then.",
                )
        raise self.failed

    def _perform(self, call: _Call) -> Any:
        with self._transaction() as connection, _session(connection) as session:
            result = call.work(session, *call.arguments, **call.keywords)
            session.commit()
        return result

    @contextmanager
    def _transaction(self) -> Iterator[Connection]:
        """A transaction on the thread's one connection, which is given up after any error."""
        try:
            if self._connection is None:
                self._connection = self._database.writer.connect()
                if self._database.is_sqlite:
                    cursor = self._connection.connection.cursor()
                    cursor.execute(f"PRAGMA cache_size={-CACHE_KILOBYTES}")
                    cursor.close()
            with self._connection.begin():
                yield self._connection
        except BaseException:
            if self._connection is not None:
                self._connection.invalidate()
                self._connection.close()
                self._connection = None
            raise

    def _commit(self, changes: Sequence[_Change]) -> list[Answer]:
        outcomes = [outcome for change in changes for outcome in change.outcomes]
        intents = [change.intent for change in changes if change.intent]
        shards = {outcome.shard_id for outcome in outcomes} | {intent.shard_id for intent in intents}
        now = datetime.now(UTC)
        with self._transaction() as connection:
            held, suppressed = self._write(connection, outcomes, intents, shards, now)
        self.transactions += 1
        return [
            Answer(change.intent.delivery_id in held, change.intent.delivery_id in suppressed)
            if change.intent
            else Answer(True)
            for change in changes
        ]

    def _write(
        self,
        connection: Connection,
        outcomes: Sequence[Outcome],
        intents: Sequence[Intent],
        shards: set[int],
        now: datetime,
    ) -> tuple[set[int], set[int]]:
        """The deliveries whose intent holds, and those that the gate refused."""
        if not shards:
            return set(), set()
        ours = self._statements.owned(connection, shards, self.owner)
        wanted = [intent for intent in intents if ours.get(intent.shard_id) == MailingState.SENDING]
        with _session(connection) as session:
            suppressed = self._refused(session, wanted)
            recorded = [o for o in outcomes if o.shard_id in ours or o.state is DeliveryState.SENT]
            recorded += [_suppression(intent) for intent in wanted if intent.delivery_id in suppressed]
            gone = [(o.recipient_id, o.reply or "") for o in recorded if o.gone]
            if gone and self._bounced:
                self._bounced.gone(session, gone)
                session.commit()
        if recorded:
            self._statements.conclude(connection, recorded, now)
        going = [intent.delivery_id for intent in wanted if intent.delivery_id not in suppressed]
        return (self._statements.intend(connection, going, now) if going else set()), suppressed

    def _refused(self, session: Session, intents: Sequence[Intent]) -> set[int]:
        """The deliveries whose recipients the gate does not let through."""
        by_mailing: dict[MailingRef, list[Intent]] = {}
        for intent in intents:
            by_mailing.setdefault(intent.mailing, []).append(intent)
        refused: set[int] = set()
        for mailing, group in by_mailing.items():
            allowed = self._gate.allowed(session, mailing, [intent.recipient_id for intent in group])
            refused.update(intent.delivery_id for intent in group if intent.recipient_id not in allowed)
        return refused

    def _wake(self, changes: Sequence[_Change], answers: Sequence[Answer]) -> None:
        def wake() -> None:
            for change, answer in zip(changes, answers, strict=True):
                change.then(answer)

        self._loop.call_soon_threadsafe(wake)


def _session(connection: Connection) -> Session:
    """A session inside the transaction under way: its commit writes, and commits nothing itself."""
    return Session(connection, expire_on_commit=False, join_transaction_mode="rollback_only")


def _suppression(intent: Intent) -> Outcome:
    return Outcome(
        intent.delivery_id, intent.recipient_id, intent.shard_id, DeliveryState.SUPPRESSED, intent.attempts
    )
