"""How a transaction of many ends cheaply: what a database promises for each, promised for the last one.

A crash then loses whole batches, together with the mark of how far the import had come; it goes on
from there. The last transaction is lasting as ever.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import text
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Session

from store import Database

# SQLite copies its log into the file once for 200 MB instead of for 8. It looks for no person before it
# puts in a membership: the import has put them in, and nobody else writes meanwhile. And it holds fewer
# pages: a batch in the order of its addresses comes to each of them once.
_SQLITE = {"wal_autocheckpoint": 25_000, "foreign_keys": 0, "cache_size": -8_192}


@contextmanager
def hurried(database: Database) -> Iterator[Connection]:
    """A connection for the transactions of an import before the last one, which a database of its own gives."""
    with database.writer.connect() as connection:
        if not database.is_sqlite:
            yield connection
            return
        driver: Any = connection.connection.driver_connection
        before = {name: driver.execute(f"PRAGMA {name}").fetchone()[0] for name in _SQLITE}
        _set(driver, _SQLITE)
        try:
            yield connection
        finally:
            connection.rollback()  # within a transaction the keys could not be switched on again
            _set(driver, before)


@contextmanager
def writing(connection: Connection) -> Iterator[Session]:
    """A session in one transaction on a hurried connection, as `Database.writing` gives it."""
    with Session(connection, expire_on_commit=False) as session, session.begin():
        if connection.dialect.name == "postgresql":
            session.execute(text("SET LOCAL synchronous_commit = off"))
        yield session


def _set(driver: Any, pragmas: dict[str, int]) -> None:
    for name, value in pragmas.items():
        driver.execute(f"PRAGMA {name}={value}")
