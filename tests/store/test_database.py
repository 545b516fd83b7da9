"""A database is opened, read and written."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from digest.sources.tables import Source
from store import Database
from store.database import DatabaseError, deadlocks_undone

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


def _source(url: str, at: datetime = NOON) -> Source:
    return Source(kind="feed", url=url, name="News", created_at=at)


def test_a_moment_comes_back_as_it_went_in(database: Database) -> None:
    with database.writing() as session:
        session.add(_source("https://example.org/feed"))
    with database.reading() as session:
        assert session.query(Source).one().created_at == NOON


def test_a_moment_without_a_zone_is_refused(database: Database) -> None:
    with pytest.raises(Exception, match="without a zone"), database.writing() as session:
        session.add(_source("https://example.org/feed", datetime(2026, 1, 1)))  # noqa: DTZ001
    with database.reading() as session:
        assert session.query(Source).count() == 0


def test_an_error_in_the_block_changes_nothing(database: Database) -> None:
    with pytest.raises(RuntimeError), database.writing() as session:
        session.add(_source("https://example.org/feed"))
        session.flush()
        raise RuntimeError("half way")
    with database.reading() as session:
        assert session.query(Source).count() == 0


@pytest.mark.parametrize("url", ["", "digest.sqlite3", "oracle://x/y"])
def test_an_address_that_is_no_database_is_named(url: str) -> None:
    with pytest.raises(DatabaseError, match="database address"):
        Database(url)


def test_a_transaction_ended_to_undo_a_deadlock_is_done_again(database: Database) -> None:
    if database.is_sqlite:
        return  # SQLite has one writer, who waits for nobody's row.
    with database.writing() as session:
        session.add_all([_source("https://one.example/feed"), _source("https://two.example/feed")])
        session.flush()
        first, second = sorted(session.scalars(select(Source.id)))
    waits = threading.Event()

    def rename(session: Session, number: int, name: str) -> None:
        session.execute(update(Source).where(Source.id == number).values(name=name))

    tries = 0

    def the_other() -> None:
        nonlocal tries
        tries += 1
        with database.writing() as session:
            session.execute(text("SET LOCAL deadlock_timeout = '50ms'"))  # so that this one gives way
            rename(session, first, "other")
            waits.set()
            rename(session, second, "other")

    with ThreadPoolExecutor(1) as pool:
        with database.writing() as session:
            session.execute(text("SET LOCAL deadlock_timeout = '30s'"))
            rename(session, second, "one")
            done = pool.submit(deadlocks_undone, the_other)
            assert waits.wait(10)
            rename(session, first, "one")
        done.result(20)
    assert tries == 2
    with database.reading() as session:
        assert set(session.scalars(select(Source.name))) == {"other"}


def test_any_other_error_is_not_tried_again() -> None:
    tries = []

    def act() -> None:
        tries.append(1)
        raise OperationalError("SELECT 1", {}, Exception("the server is gone"))

    with pytest.raises(OperationalError):
        deadlocks_undone(act)
    assert len(tries) == 1
