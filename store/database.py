"""A database: how it is opened, read and written."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import Connection, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError
from sqlalchemy.orm import Session

from digest.problem import Problem
from store.turns import BUSY_SECONDS, connection_class

R = TypeVar("R")

_DEADLOCKED = "40P01"
"""SQLSTATE `deadlock_detected`, with which PostgreSQL ends one of two transactions that wait for each other."""


class DatabaseError(Problem):
    """The database cannot be opened or is not one of ours."""


class Database:
    """An engine with two doors: `reading` for a snapshot, `writing` for one transaction.

    On SQLite the file is in WAL mode, foreign keys hold, and `writing` begins with BEGIN IMMEDIATE:
    two writers then wait for each other instead of failing half way, and a row that was read and
    then updated in one transaction cannot be claimed twice. They wait as `store.turns` says.
    """

    def __init__(self, url: str, *, synchronous: str = "NORMAL") -> None:
        self.url = url
        self.engine = _open(url, synchronous)
        self._writer = self.engine.execution_options(digest_writes=True)

    @property
    def is_sqlite(self) -> bool:
        return self.engine.dialect.name == "sqlite"

    @property
    def writer(self) -> Engine:
        """The engine whose transactions begin as those of `writing` do, for one that keeps its connection."""
        return self._writer

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session over one consistent snapshot; whatever it changes is thrown away."""
        with Session(self.engine, autoflush=False) as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """A session in one transaction: committed at the end of the block, rolled back by any error."""
        with Session(self._writer, expire_on_commit=False) as session, session.begin():
            yield session

    def close(self) -> None:
        self.engine.dispose()


def deadlocks_undone(act: Callable[[], R], *, times: int = 3) -> R:
    """What `act`, one whole transaction, gives; done again where PostgreSQL ended it to undo a deadlock."""
    for _ in range(times - 1):
        try:
            return act()
        except DBAPIError as error:
            if getattr(error.orig, "sqlstate", None) != _DEADLOCKED:
                raise
    return act()


def _open(url: str, synchronous: str) -> Engine:
    try:
        parsed = make_url(url)
        if parsed.drivername in ("postgresql", "postgres"):
            parsed = parsed.set(drivername="postgresql+psycopg")
        if parsed.get_backend_name() == "sqlite":
            engine = create_engine(
                parsed,
                connect_args={"timeout": BUSY_SECONDS, "factory": connection_class(parsed.database)},
            )
            _prepare_sqlite(engine, synchronous)
            return engine
        if parsed.get_backend_name() == "postgresql":
            return create_engine(parsed, pool_pre_ping=True)
    except ModuleNotFoundError as error:
        raise DatabaseError(
            f"The driver for {url.split(':')[0]} is not installed ({error.name}).",
            "Install newsroom-digest[postgres].",
        ) from None
    except (ArgumentError, NoSuchModuleError):
        pass
    raise DatabaseError(
        f"The database address {url.split('@')[-1]!r} is not one that Digest can open.",
        "Write sqlite:///digest.sqlite3 or postgresql://user@host/name.",
    )


def _prepare_sqlite(engine: Engine, synchronous: str) -> None:
    @event.listens_for(engine, "connect")
    def _connected(connection: Any, record: Any) -> None:
        connection.isolation_level = None  # the driver's own BEGIN would come too late
        for pragma in (
            "page_size=8192",  # of a new file: a tree of a million addresses is a level lower and fuller
            "journal_mode=WAL",
            f"synchronous={synchronous}",
            "foreign_keys=ON",
            "cache_size=-65536",
            "temp_store=MEMORY",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begun(connection: Connection) -> None:
        # Through the driver: this happens hundreds of times a second while an issue is sent.
        opened: Any = connection.connection.driver_connection
        try:
            if connection.get_execution_options().get("digest_writes", False):
                opened.begin_writing()
            else:
                opened.begin_reading()
        except sqlite3.Error as error:
            raise DBAPIError.instance("BEGIN", None, error, sqlite3.Error) from error
