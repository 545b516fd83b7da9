"""Turns: who may write to a SQLite file next, when many want to.

SQLite has one writer and no queue for it: who finds it taken sleeps, longer each time up to 100 ms, and
is served in no order, so that one who writes often starves the others. Writers of one process therefore
queue here, first come, first served, and look again every millisecond when another process writes.
"""

import random
import sqlite3
import time
from collections import deque
from pathlib import Path
from threading import Lock
from typing import Any

BUSY_SECONDS = 30
"""How long a writer waits for its turn before it says that the database is locked."""

_POLL_SECONDS = 0.001
_SQLITE_BUSY = 5


class Turns:
    """A lock that is handed on in the order in which it was asked for."""

    def __init__(self) -> None:
        self._guard = Lock()
        self._taken = False
        self._waiting: deque[Lock] = deque()

    def take(self, seconds: float) -> bool:
        """Wait for the turn; whether it came within `seconds`."""
        with self._guard:
            if not self._taken:
                self._taken = True
                return True
            ticket = Lock()
            ticket.acquire()
            self._waiting.append(ticket)
        if ticket.acquire(timeout=seconds):
            return True
        with self._guard:
            if ticket in self._waiting:
                self._waiting.remove(ticket)
                return False
        return True  # It came in the very moment.

    def pass_on(self) -> None:
        """Give the turn to whoever has waited longest."""
        with self._guard:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._taken = False


class TurnTaking(sqlite3.Connection):
    """A connection whose writing transactions wait for their turn; commit, rollback and close end it."""

    turns: Turns | None = None
    _ours = False
    _sleeps = True

    def begin_writing(self) -> None:
        """BEGIN IMMEDIATE; OperationalError "database is locked" after BUSY_SECONDS."""
        deadline = time.monotonic() + BUSY_SECONDS
        if self.turns is not None and not self._ours:
            if not self.turns.take(BUSY_SECONDS):
                raise sqlite3.OperationalError("database is locked")
            self._ours = True
        try:
            self._begin_immediately(deadline)
        except BaseException:
            self._end()
            raise

    def begin_reading(self) -> None:
        """BEGIN; the first read takes the snapshot."""
        self._sleep_when_busy(True)
        self.execute("BEGIN")

    def _begin_immediately(self, deadline: float) -> None:
        self._sleep_when_busy(False)
        while True:
            try:
                self.execute("BEGIN IMMEDIATE")
                return
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode & 0xFF != _SQLITE_BUSY or time.monotonic() >= deadline:
                    raise
            time.sleep(_POLL_SECONDS * (0.5 + random.random()))

    def _sleep_when_busy(self, sleep: bool) -> None:
        """Whether SQLite waits itself; a connection that only reads or only writes is told so once."""
        if sleep != self._sleeps:
            self.execute(f"PRAGMA busy_timeout={BUSY_SECONDS * 1000 if sleep else 0}")
            self._sleeps = sleep

    def commit(self) -> None:
        super().commit()
        self._end()

    def rollback(self) -> None:
        try:
            super().rollback()
        finally:
            self._end()

    def close(self) -> None:
        try:
            super().close()
        finally:
            self._end()

    def _end(self) -> None:
        if self._ours and self.turns is not None:
            self._ours = False
            self.turns.pass_on()


_turns: dict[Path, Turns] = {}
_guard = Lock()


def turns_of(file: str | None) -> Turns | None:
    """The turns of a database file in this process; None for a database in memory, which has one user."""
    if not file or file == ":memory:" or file.startswith("file:"):
        return None
    with _guard:
        return _turns.setdefault(Path(file).resolve(), Turns())


def connection_class(file: str | None) -> Any:
    """What `sqlite3.connect` is to make for this file."""
    return type("_TurnTaking", (TurnTaking,), {"turns": turns_of(file)})
