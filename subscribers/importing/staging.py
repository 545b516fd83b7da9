"""How a batch reaches the database: straight into the tables, or into a temporary one to be sorted out."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import text
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Session

from subscribers.importing.copying import copy, copy_column, copy_lines
from subscribers.importing.packing import Part, Rows
from subscribers.importing.records import Told
from subscribers.importing.squeezing import loosen

_CHUNK = 100
"""Rows in one INSERT of SQLite: the price of a statement is paid once for all of them."""

# What a file may leave out, and what it then says.
_STAGED = {"email": "", "given": "", "name": "''", "told": f"'{Told.NOTHING}'", "language": "NULL", "timezone": "NULL",
           "topics": "'[]'", "tags": "'[]'", "attributes": "'{}'", "evidence": "''"}  # fmt: skip


def is_sqlite(session: Session) -> bool:
    """Whether the session is on SQLite."""
    return session.get_bind().dialect.name == "sqlite"


def reserved(session: Session, number: int) -> int:
    """The first of as many ids for people in a row that nobody else will get. PostgreSQL only."""
    for _ in range(100):
        low, high = session.execute(
            text(
                # The sequence's name is looked up once, not for each id.
                "WITH sequence AS MATERIALIZED (SELECT pg_get_serial_sequence('subscriber', 'id')::regclass AS name)"
                " SELECT min(id), max(id) FROM"
                " (SELECT nextval(name) AS id FROM sequence, generate_series(1, :number)) AS drawn"
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


def place(session: Session, part: Part, before: int) -> int | None:
    """Put people into their table, and their memberships if all of them are new there.

    How many people were new; None if PostgreSQL found somebody known, and nobody was put anywhere.
    """
    connection = session.connection()
    if not is_sqlite(session):
        from psycopg.errors import UniqueViolation

        driver = connection.connection.driver_connection
        try:
            with connection.begin_nested():  # the session's own would begin with its next statement
                copy(driver, "subscriber", part.people.names, part.people.copy)
                with _keys_unchecked(connection):
                    copy(driver, "subscription", part.members.names, part.members.copy)
        except UniqueViolation:
            return None
        return part.count
    added = _insert(connection, "subscriber", part.people, before, "ON CONFLICT (email) DO NOTHING")
    if added == part.count:
        _insert(connection, "subscription", part.members, before)
    return added


def stage(session: Session, part: Part) -> None:
    """Copy people into the temporary table `incoming`."""
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
    names, columns = part.staged()
    if not sqlite:
        copy(
            connection.connection.driver_connection,
            "incoming",
            names,
            copy_lines(list(map(copy_column, columns))),
        )
        return
    marks = ", ".join("?" * len(names))
    connection.exec_driver_sql(
        f"INSERT INTO incoming ({', '.join(names)}) VALUES ({marks})",  # noqa: S608
        list(zip(*columns, strict=True)),
    )


@contextmanager
def _keys_unchecked(connection: Connection) -> Iterator[None]:
    """On PostgreSQL, where the role may: no look for the person of each membership, as they are put in together.

    The look takes as long as all else about a membership. Superusers may leave it, and from PostgreSQL
    15 on whom they GRANT SET ON PARAMETER session_replication_role TO.
    """
    server: Any = connection.dialect
    may = (
        "has_parameter_privilege('session_replication_role', 'SET')"
        if server.server_version_info >= (15,)
        else "(SELECT rolsuper FROM pg_roles WHERE rolname = current_user)"
    )
    change = f"SELECT set_config('session_replication_role', '{{}}', true) WHERE {may}"
    connection.exec_driver_sql(change.format("replica"))
    yield
    connection.exec_driver_sql(change.format("origin"))


def _insert(connection: Connection, table: str, rows: Rows, before: int, otherwise: str = "") -> int:
    """Insert rows into a table of SQLite, their ids counted from `before`; how many went in.

    A statement takes its rows column by column, and of the ids the first alone.
    """
    ids, *columns = (_quick(loosen(column)) for column in rows.columns.values())
    at = {name: number for number, name in enumerate(list(rows.columns)[1:])}
    places = [*at.values(), *(at[twin] for twin in rows.twins.values())]
    same = "".join(f",{_literal(value)}" for value in rows.same.values())

    def statement(number: int) -> str:
        lines = (
            f"(?1+{row}{''.join([f',?{2 + place * number + row}' for place in places])}{same})"
            for row in range(number)
        )
        return f"INSERT INTO {table} ({','.join(rows.names)}) VALUES {','.join(lines)} {otherwise}"  # noqa: S608

    def values(start: int, number: int) -> list[Any]:
        found = [before + ids[start]]
        for column in columns:
            found += column[start : start + number]
        return found

    driver: Any = connection.connection.driver_connection
    cursor = driver.cursor()
    added, whole = 0, len(ids) - len(ids) % _CHUNK
    if whole:
        cursor.executemany(statement(_CHUNK), (values(start, _CHUNK) for start in range(0, whole, _CHUNK)))
        added += cursor.rowcount
    if rest := len(ids) - whole:
        cursor.execute(statement(rest), values(whole, rest))
        added += cursor.rowcount
    cursor.close()
    return added


def _quick(values: Sequence[Any]) -> Sequence[Any]:
    """Octets in the type that the driver takes as it is: for `bytes` it looks for an adapter each time."""
    return list(map(bytearray, values)) if isinstance(values[0], bytes) else values


def _literal(value: Any) -> str:
    return str(value) if isinstance(value, int) else "'" + str(value).replace("'", "''") + "'"
