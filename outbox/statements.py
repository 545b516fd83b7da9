"""What a ledger's commit says to the database: many rows in one statement, for both databases.

Written in each driver's own words and given to its cursor, because it happens hundreds of times a second.
Every change asks in the same statement whether the shard is still ours. An outcome never overwrites
`sent`; that a message was sent is recorded whoever holds the shard now. An intent may meet its own row as
`sending`: when it was announced before, or when a commit whose answer got lost is tried again; nobody else
can have put it there while the shard is ours.
"""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cache
from typing import Any, Protocol

from outbox.entries import Intent, Outcome


class Statements(Protocol):
    """What a commit does, on a cursor inside the caller's transaction."""

    def record(
        self,
        cursor: Any,
        owner: str,
        outcomes: Sequence[Outcome],
        intents: Sequence[Intent],
        now: datetime,
    ) -> set[int]:
        """Record `outcomes`, and move the open deliveries of `intents` to `sending`; the numbers of those
        that moved. Only in shards that `owner` holds, intents only of mailings that are being sent."""
        ...


def statements(dialect: str) -> Statements:
    """The statements for `sqlite` or `postgresql`."""
    return _Sqlite() if dialect == "sqlite" else _Postgresql()


_LITE_CONCLUDE = """
UPDATE delivery SET state = new.state, attempts = new.attempts, due_at = new.due_at,
    changed_at = ?, code = new.code, reply = new.reply
FROM (SELECT column1 AS id, column2 AS shard, column3 AS state, column4 AS attempts,
    column5 AS due_at, column6 AS code, column7 AS reply FROM (VALUES {rows})) AS new
WHERE delivery.id = new.id AND delivery.state <> 'sent' AND (new.state = 'sent'
    OR EXISTS (SELECT 1 FROM shard WHERE shard.id = new.shard AND shard.owner = ?))"""

_LITE_INTEND = """
UPDATE delivery SET state = 'sending', changed_at = ?, announced = ?
WHERE id IN (SELECT value FROM json_each(?)) AND state IN ('queued', 'deferred', 'sending')
    AND EXISTS (SELECT 1 FROM shard JOIN mailing ON mailing.id = shard.mailing_id
        WHERE shard.id = ? AND shard.owner = ? AND mailing.state = 'sending')"""

_LITE_HELD = """
SELECT id FROM delivery WHERE id IN (SELECT value FROM json_each(?)) AND state = 'sending'
    AND EXISTS (SELECT 1 FROM shard WHERE shard.id = ? AND shard.owner = ?)"""


_LITE_ROWS = 64
"""Outcomes of one statement at most: each number of them is a statement of its own to prepare and keep."""


@cache
def _lite_conclude(count: int) -> str:
    return _LITE_CONCLUDE.format(rows=", ".join(["(?, ?, ?, ?, ?, ?, ?)"] * count))


class _Sqlite:
    """Two statements a commit. Rows are counted, not returned: each row that is fetched would give the
    interpreter away and wait for it, with the file's write lock in hand. Outcomes are bound one by one, which
    takes a third less than reading seven values of each out of JSON."""

    def record(
        self,
        cursor: Any,
        owner: str,
        outcomes: Sequence[Outcome],
        intents: Sequence[Intent],
        now: datetime,
    ) -> set[int]:
        moment = _stored(now)
        for start in range(0, len(outcomes), _LITE_ROWS):
            some = outcomes[start : start + _LITE_ROWS]
            values: list[Any] = [moment]
            for number, _, shard, state, attempts, due_at, code, reply, _ in some:
                values += (number, shard, state, attempts, due_at and _stored(due_at), code, reply)
            values.append(owner)
            cursor.execute(_lite_conclude(len(some)), values)
        alike: dict[tuple[int, bool], list[int]] = {}
        for intent in intents:
            alike.setdefault((intent.shard_id, intent.announced), []).append(intent.delivery_id)
        held: set[int] = set()
        for (shard, announced), ids in alike.items():
            which = (json.dumps(ids), shard, owner)
            cursor.execute(_LITE_INTEND, (moment, announced or None, *which))
            if cursor.rowcount == len(ids):
                held.update(ids)
            elif cursor.rowcount:
                held.update(row[0] for row in cursor.execute(_LITE_HELD, which))
        return held


_POSTGRESQL_RECORD = """
WITH ours AS (
    SELECT shard.id, mailing.state FROM shard JOIN mailing ON mailing.id = shard.mailing_id
    WHERE shard.id = ANY(%s::bigint[]) AND shard.owner = %s FOR SHARE),
concluded AS (
    UPDATE delivery SET state = new.state, attempts = new.attempts, due_at = new.due_at,
        changed_at = %s, code = new.code, reply = new.reply
    FROM json_to_recordset(%s::json) AS new (id bigint, shard bigint, state text, attempts int,
        due_at timestamptz, code int, reply text)
    WHERE delivery.id = new.id AND delivery.state <> 'sent'
        AND (new.state = 'sent' OR new.shard IN (SELECT id FROM ours)))
UPDATE delivery SET state = 'sending', changed_at = %s, announced = wish.announced
FROM json_to_recordset(%s::json) AS wish (id bigint, shard bigint, announced boolean)
WHERE delivery.id = wish.id AND delivery.state IN ('queued', 'deferred', 'sending')
    AND wish.shard IN (SELECT id FROM ours WHERE state = 'sending')
RETURNING delivery.id"""


class _Postgresql:
    """One statement a commit, because each is a journey to the server."""

    def record(
        self,
        cursor: Any,
        owner: str,
        outcomes: Sequence[Outcome],
        intents: Sequence[Intent],
        now: datetime,
    ) -> set[int]:
        done = [
            {
                "id": o.delivery_id,
                "shard": o.shard_id,
                "state": o.state,
                "attempts": o.attempts,
                "due_at": o.due_at and o.due_at.isoformat(),
                "code": o.code,
                "reply": o.reply and o.reply.replace("\0", " "),
            }
            for o in outcomes
        ]
        wishes = [
            {"id": i.delivery_id, "shard": i.shard_id, "announced": i.announced or None} for i in intents
        ]
        shards = list({o.shard_id for o in outcomes} | {i.shard_id for i in intents})
        cursor.execute(_POSTGRESQL_RECORD, (shards, owner, now, json.dumps(done), now, json.dumps(wishes)))
        return {row[0] for row in cursor.fetchall()}


def _stored(moment: datetime) -> str:
    """As SQLAlchemy's own DateTime writes it into SQLite."""
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")
