"""The statements of a ledger's commit: many rows in one statement each, in the dialects of both databases.

`fence` says which shards are still ours, `intend` moves deliveries to `sending`, `conclude` records
outcomes. An outcome never overwrites `sent`. An intent may meet its own row as `sending`, when a commit
whose answer got lost is tried again; nobody else can have put it there while the shard is ours.
"""

import json
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any, Protocol

from sqlalchemy import TextClause, bindparam, text

from outbox.entries import Outcome
from outbox.tables import Delivery


class Statements(Protocol):
    """The three statements, and how their parameters are written."""

    fence: TextClause
    intend: TextClause
    conclude: TextClause

    def numbers(self, values: Iterable[int]) -> Any: ...

    def rows(self, outcomes: Sequence[Outcome]) -> dict[str, Any]: ...


def statements(dialect: str) -> Statements:
    """The statements for `sqlite` or `postgresql`."""
    return _Sqlite() if dialect == "sqlite" else _Postgresql()


def _timed(sql: str) -> TextClause:
    return text(sql).bindparams(bindparam("now", type_=Delivery.changed_at.type))


class _Sqlite:
    fence = text("""
        SELECT shard.id, mailing.state FROM shard JOIN mailing ON mailing.id = shard.mailing_id
        WHERE shard.id IN (SELECT value FROM json_each(:shards)) AND shard.owner = :owner""")
    intend = _timed("""
        UPDATE delivery SET state = 'sending', changed_at = :now
        WHERE id IN (SELECT value FROM json_each(:ids)) AND state IN ('queued', 'deferred', 'sending')
        RETURNING id""")
    conclude = _timed("""
        UPDATE delivery SET state = new.state, attempts = new.attempts, due_at = new.due_at,
            changed_at = :now, code = new.code, reply = new.reply
        FROM (SELECT value ->> 0 AS id, value ->> 1 AS state, value ->> 2 AS attempts, value ->> 3 AS due_at,
            value ->> 4 AS code, value ->> 5 AS reply FROM json_each(:rows)) AS new
        WHERE delivery.id = new.id AND delivery.state <> 'sent'""")

    def numbers(self, values: Iterable[int]) -> str:
        return json.dumps(list(values))

    def rows(self, outcomes: Sequence[Outcome]) -> dict[str, Any]:
        return {
            "rows": json.dumps(
                [(o.delivery_id, o.state, o.attempts, _stored(o.due_at), o.code, o.reply) for o in outcomes]
            )
        }


class _Postgresql:
    fence = text("""
        SELECT shard.id, mailing.state FROM shard JOIN mailing ON mailing.id = shard.mailing_id
        WHERE shard.id = ANY(CAST(:shards AS bigint[])) AND shard.owner = :owner FOR SHARE""")
    intend = _timed("""
        UPDATE delivery SET state = 'sending', changed_at = :now
        WHERE id = ANY(CAST(:ids AS bigint[])) AND state IN ('queued', 'deferred', 'sending')
        RETURNING id""")
    conclude = _timed("""
        UPDATE delivery SET state = new.state, attempts = new.attempts, due_at = new.due_at,
            changed_at = :now, code = new.code, reply = new.reply
        FROM unnest(CAST(:ids AS bigint[]), CAST(:states AS text[]), CAST(:attempts AS int[]),
            CAST(:dues AS timestamptz[]), CAST(:codes AS int[]), CAST(:replies AS text[]))
            AS new (id, state, attempts, due_at, code, reply)
        WHERE delivery.id = new.id AND delivery.state <> 'sent'""")

    def numbers(self, values: Iterable[int]) -> list[int]:
        return list(values)

    def rows(self, outcomes: Sequence[Outcome]) -> dict[str, Any]:
        return {
            "ids": [o.delivery_id for o in outcomes],
            "states": [o.state.value for o in outcomes],
            "attempts": [o.attempts for o in outcomes],
            "dues": [o.due_at for o in outcomes],
            "codes": [o.code for o in outcomes],
            "replies": [o.reply for o in outcomes],
        }


def _stored(moment: datetime | None) -> str | None:
    """As SQLAlchemy's own DateTime writes it into SQLite."""
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f") if moment else None
