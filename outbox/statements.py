"""What a ledger's commit says to the database: many rows in one statement each, for both databases.

Written in each driver's own words, because a commit happens hundreds of times a second. An outcome
never overwrites `sent`. An intent may meet its own row as `sending`, when a commit whose answer got lost
is tried again; nobody else can have put it there while the shard is ours.
"""

import json
from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from typing import Protocol

from sqlalchemy.engine import Connection

from outbox.entries import Outcome


class Statements(Protocol):
    """The three things a commit does, each inside the caller's transaction."""

    def owned(self, connection: Connection, shards: Collection[int], owner: str) -> dict[int, str]:
        """Those of `shards` that `owner` holds, with the state of their mailing; they stay so until the end."""
        ...

    def intend(self, connection: Connection, ids: Collection[int], now: datetime) -> set[int]:
        """Move open deliveries to `sending`; those that were."""
        ...

    def conclude(self, connection: Connection, outcomes: Sequence[Outcome], now: datetime) -> None:
        """Record outcomes."""
        ...


def statements(dialect: str) -> Statements:
    """The statements for `sqlite` or `postgresql`."""
    return _Sqlite() if dialect == "sqlite" else _Postgresql()


class _Sqlite:
    def owned(self, connection: Connection, shards: Collection[int], owner: str) -> dict[int, str]:
        rows = connection.exec_driver_sql(
            """
            SELECT shard.id, mailing.state FROM shard JOIN mailing ON mailing.id = shard.mailing_id
            WHERE shard.id IN (SELECT value FROM json_each(?)) AND shard.owner = ?""",
            (json.dumps(list(shards)), owner),
        )
        return {row[0]: row[1] for row in rows}

    def intend(self, connection: Connection, ids: Collection[int], now: datetime) -> set[int]:
        rows = connection.exec_driver_sql(
            """
            UPDATE delivery SET state = 'sending', changed_at = ?
            WHERE id IN (SELECT value FROM json_each(?)) AND state IN ('queued', 'deferred', 'sending')
            RETURNING id""",
            (_stored(now), json.dumps(list(ids))),
        )
        return {row[0] for row in rows}

    def conclude(self, connection: Connection, outcomes: Sequence[Outcome], now: datetime) -> None:
        rows = [
            (o.delivery_id, o.state, o.attempts, o.due_at and _stored(o.due_at), o.code, o.reply)
            for o in outcomes
        ]
        connection.exec_driver_sql(
            """
            UPDATE delivery SET state = new.state, attempts = new.attempts, due_at = new.due_at,
                changed_at = ?, code = new.code, reply = new.reply
            FROM (SELECT value ->> 0 AS id, value ->> 1 AS state, value ->> 2 AS attempts,
                value ->> 3 AS due_at, value ->> 4 AS code, value ->> 5 AS reply FROM json_each(?)) AS new
            WHERE delivery.id = new.id AND delivery.state <> 'sent'""",
            (_stored(now), json.dumps(rows)),
        )


class _Postgresql:
    def owned(self, connection: Connection, shards: Collection[int], owner: str) -> dict[int, str]:
        rows = connection.exec_driver_sql(
            """
            SELECT shard.id, mailing.state FROM shard JOIN mailing ON mailing.id = shard.mailing_id
            WHERE shard.id = ANY(%s::bigint[]) AND shard.owner = %s FOR SHARE""",
            (list(shards), owner),
        )
        return {row[0]: row[1] for row in rows}

    def intend(self, connection: Connection, ids: Collection[int], now: datetime) -> set[int]:
        rows = connection.exec_driver_sql(
            """
            UPDATE delivery SET state = 'sending', changed_at = %s
            WHERE id = ANY(%s::bigint[]) AND state IN ('queued', 'deferred', 'sending')
            RETURNING id""",
            (now, list(ids)),
        )
        return {row[0] for row in rows}

    def conclude(self, connection: Connection, outcomes: Sequence[Outcome], now: datetime) -> None:
        connection.exec_driver_sql(
            """
            UPDATE delivery SET state = new.state, attempts = new.attempts, due_at = new.due_at,
                changed_at = %s, code = new.code, reply = new.reply
            FROM unnest(%s::bigint[], %s::text[], %s::int[], %s::timestamptz[], %s::int[], %s::text[])
                AS new (id, state, attempts, due_at, code, reply)
            WHERE delivery.id = new.id AND delivery.state <> 'sent'""",
            (
                now,
                [o.delivery_id for o in outcomes],
                [o.state.value for o in outcomes],
                [o.attempts for o in outcomes],
                [o.due_at for o in outcomes],
                [o.code for o in outcomes],
                [o.reply for o in outcomes],
            ),
        )


def _stored(moment: datetime) -> str:
    """As SQLAlchemy's own DateTime writes it into SQLite."""
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")
