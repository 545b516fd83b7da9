"""A whole list read by the page, as the driver has the rows: no row of SQLAlchemy's, and flat memory."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import count
from typing import Any

from sqlalchemy import Connection, CursorResult, Select, event
from sqlalchemy.orm import InstrumentedAttribute, Session

_PAGE = 5_000
_NUMBERS = count(1)
_READ_THROUGH = -8_192  # a page cache of 8 MB: everything is read once


def pages(
    session: Session, query: Select[Any], key: InstrumentedAttribute[int]
) -> Iterator[Sequence[tuple[Any, ...]]]:
    """The rows of a query whose first column, and order, is `key`. A query with a limit is one page.

    Nothing is converted: the query casts to text what the driver would give otherwise. PostgreSQL writes
    moments in UTC and in ISO 8601 until the session's transaction ends, whatever the server is set to.
    """
    connection = session.connection()
    sqlite = connection.dialect.name == "sqlite"
    if not sqlite:
        connection.exec_driver_sql("SET LOCAL TIME ZONE 'UTC'")
        connection.exec_driver_sql("SET LOCAL datestyle TO 'ISO'")
    if query._limit_clause is not None:
        if page := _fetched(connection.execute(query)):
            yield page
    elif sqlite:
        # Each page from where the last one ended: nothing is held between them.
        last = 0
        with _read_through(session):
            while page := _fetched(connection.execute(query.where(key > last).limit(_PAGE))):
                yield page
                last = page[-1][0]
    else:
        # PostgreSQL would plan each page anew, and some of them badly; a cursor on the server is planned once.
        name = _declare(connection, query)
        cursor: Any = connection.connection.cursor()
        while page := cursor.execute(f"FETCH {_PAGE} FROM {name}").fetchall():
            yield page
        cursor.execute(f"CLOSE {name}")


def _declare(connection: Connection, query: Select[Any]) -> str:
    """The name of a new cursor of the server's own, which ends with the transaction at the latest.

    SQLAlchemy's would be read ahead of us, into rows of its own.
    """
    name = f"people_by_page_{next(_NUMBERS)}"

    def declare(*call: Any) -> tuple[str, Any]:
        _, _, statement, parameters, _, _ = call
        return f"DECLARE {name} NO SCROLL CURSOR FOR {statement}", parameters

    event.listen(connection, "before_cursor_execute", declare, retval=True)
    try:
        connection.execute(query)
    finally:
        event.remove(connection, "before_cursor_execute", declare)
    return name


def _fetched(result: CursorResult[Any]) -> Sequence[tuple[Any, ...]]:
    assert result.cursor is not None
    rows: Sequence[tuple[Any, ...]] = result.cursor.fetchall()
    result.close()
    return rows


@contextmanager
def _read_through(session: Session) -> Iterator[None]:
    connection = session.connection()
    before = connection.exec_driver_sql("PRAGMA cache_size").scalar_one()
    connection.exec_driver_sql(f"PRAGMA cache_size={_READ_THROUGH}")
    try:
        yield
    finally:
        connection.exec_driver_sql(f"PRAGMA cache_size={before}")
