"""How a batch reaches the database: straight into the tables, or into a temporary one to be sorted out."""

from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from subscribers.importing.copying import copy
from subscribers.importing.packing import CHUNK, Packed, Rows, staged_rows
from subscribers.importing.records import Told

# What a file may leave out, and what it then says.
_STAGED = {"email": "", "given": "", "name": "''", "told": f"'{Told.NOTHING}'", "language": "NULL", "timezone": "NULL",
           "topics": "'[]'", "tags": "'[]'", "attributes": "'{}'", "evidence": "''"}  # fmt: skip
_PRAGMAS = ("wal_autocheckpoint=25000", "cache_size=-57344")
_PRAGMAS_AFTER = ("wal_autocheckpoint=1000", "cache_size=-65536")  # as `Database` sets them


def is_sqlite(session: Session) -> bool:
    """Whether the session is on SQLite."""
    return session.get_bind().dialect.name == "sqlite"


def hurry(session: Session, *, last: bool = False) -> None:
    """Let this transaction of many end cheaply: it is lasting when the `last` one is.

    SQLite then copies its log into the file once for 100 MB instead of for 4, PostgreSQL does not wait
    for its log. A crash loses whole batches, with the mark of how far the import had come.
    """
    if is_sqlite(session):
        for pragma in _PRAGMAS_AFTER if last else _PRAGMAS:
            session.connection().exec_driver_sql(f"PRAGMA {pragma}")
    elif not last:
        session.connection().exec_driver_sql("SET LOCAL synchronous_commit = off")


def reserved(session: Session, number: int) -> int:
    """The first of as many ids for people in a row that nobody else will get. PostgreSQL only."""
    for _ in range(100):
        low, high = session.execute(
            text(
                "SELECT min(id), max(id) FROM (SELECT nextval(pg_get_serial_sequence('subscriber', 'id')) AS id"
                " FROM generate_series(1, :number)) AS drawn"
            ),
            {"number": number},
        ).one()
        if high - low + 1 == number:  # or somebody signed up in between
            return int(low)
    raise RuntimeError("no run of ids could be reserved in a hundred tries")


def largest_id(session: Session) -> int:
    """What to add to the ids of a batch to get those of new people: SQLite numbers from the largest."""
    if not is_sqlite(session):
        return 0
    return int(session.execute(text("SELECT coalesce(max(id), 0) FROM subscriber")).scalar_one())


def place(session: Session, batch: Packed, before: int) -> int | None:
    """Put the people of a batch into their table, and their memberships if all of them are new there.

    How many people were new; None if PostgreSQL found somebody known, and nobody was put anywhere.
    """
    connection = session.connection()
    if not is_sqlite(session):
        from psycopg.errors import UniqueViolation

        driver = connection.connection.driver_connection
        try:
            with connection.begin_nested():  # the session's own would begin with its next statement
                for table, rows in (("subscriber", batch.people), ("subscription", batch.members)):
                    copy(driver, table, (*rows.names, *rows.same), rows.text)
        except UniqueViolation:
            return None
        return batch.count
    added = _insert(connection, "subscriber", batch.people, before, "ON CONFLICT (email) DO NOTHING")
    if added == batch.count:
        _insert(connection, "subscription", batch.members, before)
    return added


def stage(session: Session, batch: Packed) -> None:
    """Copy the batch into the temporary table `incoming`."""
    connection = session.connection()
    sqlite = is_sqlite(session)
    key = "PRIMARY KEY" if sqlite else ""
    blob, moment = ("BLOB", "DATETIME") if sqlite else ("BYTEA", "TIMESTAMPTZ")
    texts = ", ".join(f"{name} TEXT {default and f'DEFAULT {default}'}" for name, default in _STAGED.items())
    connection.exec_driver_sql(
        f"CREATE TEMPORARY TABLE IF NOT EXISTS incoming (id INTEGER {key}, {texts}, mark {blob},"
        f" requested_at {moment}, confirmed_at {moment}, blocked INTEGER DEFAULT 0)"
    )
    connection.exec_driver_sql("DELETE FROM incoming" if sqlite else "TRUNCATE incoming")
    if not sqlite:
        copy(connection.connection.driver_connection, "incoming", batch.names, batch.staged)
        return
    names, rows = staged_rows(batch)
    marks = ", ".join("?" * len(names))
    connection.exec_driver_sql(f"INSERT INTO incoming ({', '.join(names)}) VALUES ({marks})", rows)  # noqa: S608


def _insert(connection: Any, table: str, rows: Rows, before: int, otherwise: str = "") -> int:
    """Insert rows into a table of SQLite, their ids counted from `before`; how many went in."""
    values = [f"{before}+?", *"?" * (len(rows.names) - 1), *map(_literal, rows.same.values())]
    row = f"({', '.join(values)})"
    start = f"INSERT INTO {table} ({', '.join((*rows.names, *rows.same))}) VALUES "  # noqa: S608
    cursor = connection.connection.driver_connection.cursor()
    added = 0
    if rows.chunks:
        cursor.executemany(f"{start}{', '.join([row] * CHUNK)} {otherwise}", rows.chunks)
        added += cursor.rowcount
    if rows.rest:
        number = len(rows.rest) // len(rows.names)
        cursor.execute(f"{start}{', '.join([row] * number)} {otherwise}", rows.rest)
        added += cursor.rowcount
    cursor.close()
    return added


def _literal(value: Any) -> str:
    return str(value) if isinstance(value, int) else "'" + str(value).replace("'", "''") + "'"
