"""A group commit: one transaction for all that the connections of a sender handed in together.

It asks the gate about the recipients, records what became of messages, and says which intents hold. The
shards must still be ours and the mailing still being sent, which the statements themselves see to.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import NamedTuple, TypeVar

from sqlalchemy.engine import Connection
from sqlalchemy.orm import Session

from outbox import claims, clock
from outbox.entries import Answer, Intent, Outcome
from outbox.protocols import Bounced, Gate
from outbox.statements import statements
from outbox.tables import DeliveryState
from store import Database

T = TypeVar("T")

CACHE_KILOBYTES = 16_384
"""SQLite's page cache for a sender, which walks through a mailing once."""


class Change(NamedTuple):
    """What one connection hands in: how messages ended, which one is next, and whom to tell."""

    outcomes: Sequence[Outcome]
    intent: Intent | None
    then: Callable[[Answer], None]


class GroupCommit:
    """The one connection through which a running sender touches the database; for one thread."""

    def __init__(self, database: Database, owner: str, gate: Gate, bounced: Bounced | None) -> None:
        self._database = database
        self._owner = owner
        self._gate = gate
        self._bounced = bounced
        self._connection: Connection | None = None
        self._kept: Session | None = None
        self._statements = statements(database.engine.dialect.name)

    def commit(self, changes: Sequence[Change]) -> list[Answer]:
        """One transaction; the answers to `changes`, in order, once it is durable."""
        outcomes = [outcome for change in changes for outcome in change.outcomes]
        # Of two intents for one delivery the later counts; none does where its outcome is known already.
        wishes = {change.intent.delivery_id: change.intent for change in changes if change.intent}
        for outcome in outcomes:
            wishes.pop(outcome.delivery_id, None)
        intents = list(wishes.values())
        now = clock.now()
        with self._transaction() as connection:
            suppressed: set[int] = set()
            gone = [(o.recipient_id, o.reply or "") for o in outcomes if o.gone]
            if intents or gone:
                suppressed = self._asked(intents, gone)
            if suppressed:
                outcomes += [_suppression(one) for one in intents if one.delivery_id in suppressed]
                intents = [one for one in intents if one.delivery_id not in suppressed]
            held: set[int] = set()
            if outcomes or intents:
                # Straight to the driver: SQLAlchemy would take three times as long as the database.
                cursor = connection.connection.cursor()
                held = self._statements.record(cursor, self._owner, outcomes, intents, now)
                cursor.close()
        return [
            Answer(intent.delivery_id in held, intent.delivery_id in suppressed)
            if (intent := change.intent)
            else Answer(True)
            for change in changes
        ]

    def perform(self, work: Callable[[Session], T]) -> T:
        """Run `work` in a transaction of its own."""
        with self._transaction(), self._session() as session:
            result = work(session)
            session.commit()
        return result

    def look_up(self, work: Callable[[Session], T]) -> T:
        """Run `work`, which only reads, and keeps nobody from writing meanwhile.

        On SQLite it sees one state of the database, on PostgreSQL each of its statements sees its own.
        """
        with self._transaction(writes=False), self._session() as session:
            return work(session)

    def close(self) -> None:
        """Give the connection back."""
        if self._connection is not None:
            self._connection.close()

    def _asked(self, intents: Sequence[Intent], gone: Sequence[tuple[int, str]]) -> set[int]:
        """The deliveries whose recipients the gate refuses; addresses that are gone are told on first."""
        refused: set[int] = set()
        by_mailing: dict[int, list[Intent]] = {}
        for intent in intents:
            by_mailing.setdefault(intent.mailing.id, []).append(intent)
        with self._session() as session:
            if gone and self._bounced:
                self._bounced.gone(session, gone)
                session.commit()
            for group in by_mailing.values():
                allowed = self._gate.allowed(session, group[0].mailing, [one.recipient_id for one in group])
                if len(allowed) < len(group):
                    refused.update(one.delivery_id for one in group if one.recipient_id not in allowed)
        return refused

    @contextmanager
    def _session(self) -> Iterator[Session]:
        """The session of the one connection, empty; many a gate never uses it, and then it costs nothing."""
        session = self._kept
        assert session is not None
        try:
            yield session
        finally:
            if session.in_transaction():
                session.close()

    @contextmanager
    def _transaction(self, *, writes: bool = True) -> Iterator[Connection]:
        """A transaction on the one connection, which is given up after any error."""
        try:
            if self._connection is None:
                self._connection = self._database.writer.connect()
                cursor = self._connection.connection.cursor()
                if self._database.is_sqlite:
                    cursor.execute(f"PRAGMA cache_size={-CACHE_KILOBYTES}")
                else:
                    # A sender that sleeps in the middle of a transaction must not hold its rows for ever.
                    milliseconds = int(claims.LEASE.total_seconds() * 1000)
                    cursor.execute(f"SET idle_in_transaction_session_timeout = {milliseconds}")
                    self._connection.connection.commit()
                cursor.close()
                # Inside the transaction under way: its commit writes, and commits nothing itself.
                self._kept = Session(
                    self._connection, expire_on_commit=False, join_transaction_mode="rollback_only"
                )
            if not writes:
                self._connection.execution_options(digest_writes=False)
            with self._connection.begin():
                yield self._connection
            if not writes:
                self._connection.execution_options(digest_writes=True)
        except BaseException:
            if self._connection is not None:
                self._connection.invalidate()
                self._connection.close()
                self._connection = self._kept = None
            raise


def _suppression(intent: Intent) -> Outcome:
    return Outcome(
        intent.delivery_id, intent.recipient_id, intent.shard_id, DeliveryState.SUPPRESSED, intent.attempts
    )
