"""A database is opened, read and written."""

from datetime import UTC, datetime

import pytest

from digest.sources.tables import Source
from store import Database
from store.database import DatabaseError

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
