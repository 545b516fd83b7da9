"""A batch handed to the database: copied into a temporary table, in the form which it takes fastest."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from sqlalchemy.orm import Session

from subscribers.importing.batches import Batch
from subscribers.importing.copying import copy, copy_text
from subscribers.importing.records import Told

# What a file may leave out, and what it then says.
_STAGED = {"email": "", "given": "", "name": "''", "told": f"'{Told.NOTHING}'", "language": "NULL", "timezone": "NULL",
           "topics": "'[]'", "tags": "'[]'", "attributes": "'{}'", "evidence": "''"}  # fmt: skip


def stage(session: Session, batch: Batch) -> int:
    """Copy the batch into a temporary table; what to add to its ids to get those of new people."""
    connection = session.connection()
    sqlite = is_sqlite(session)
    blob, moment = ("BLOB", "DATETIME") if sqlite else ("BYTEA", "TIMESTAMPTZ")
    identity = "INTEGER PRIMARY KEY"
    if not sqlite:
        identity = "INTEGER DEFAULT nextval(pg_get_serial_sequence('subscriber', 'id'))"
    texts = ", ".join(f"{name} TEXT {default and f'DEFAULT {default}'}" for name, default in _STAGED.items())
    connection.exec_driver_sql(
        f"CREATE TEMPORARY TABLE IF NOT EXISTS incoming (id {identity}, {texts}, mark {blob},"
        f" requested_at {moment}, confirmed_at {moment}, blocked INTEGER DEFAULT 0)"
    )
    connection.exec_driver_sql("DELETE FROM incoming" if sqlite else "TRUNCATE incoming")
    if not sqlite:
        copy(connection.connection.driver_connection, "incoming", batch.names, batch.load)
        return 0
    if batch.records:
        marks = ", ".join("?" * len(batch.names))
        connection.exec_driver_sql(
            f"INSERT INTO incoming ({', '.join(batch.names)}) VALUES ({marks})",  # noqa: S608
            batch.load,
        )
    return int(connection.exec_driver_sql("SELECT coalesce(max(id), 0) FROM subscriber").scalar_one())


def moment_for(session: Session) -> Callable[[datetime | None], Any]:
    """The form in which raw SQL takes a moment: SQLAlchemy keeps SQLite's as text."""
    return _sqlite_moment if is_sqlite(session) else _same


def load_for(session: Session) -> Callable[[list[tuple[Any, ...]]], Any]:
    """The form in which the database takes a batch."""
    return _as_they_are if is_sqlite(session) else copy_text


def _as_they_are(records: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    return records


def _same(moment: datetime | None) -> datetime | None:
    return moment


def _sqlite_moment(moment: datetime | None) -> str | None:
    if moment is None:
        return None
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")


def is_sqlite(session: Session) -> bool:
    """Whether the session is on SQLite."""
    return session.get_bind().dialect.name == "sqlite"
