"""A backup is a whole copy, and never writes over anything."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from digest.sources.tables import Source
from store import Database
from store.backup import back_up
from store.database import DatabaseError

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


def test_a_backup_holds_what_was_committed(sqlite_database: Database, tmp_path: Path) -> None:
    with sqlite_database.writing() as session:
        session.add(Source(kind="feed", url="https://example.org/feed", name="News", created_at=NOON))
    size = back_up(sqlite_database, tmp_path / "copy.sqlite3")
    copy = Database(f"sqlite:///{tmp_path}/copy.sqlite3")
    with copy.reading() as session:
        assert session.query(Source).one().name == "News"
    copy.close()
    assert size > 0
    assert (tmp_path / "copy.sqlite3").stat().st_mode & 0o077 == 0


def test_a_backup_never_writes_over_a_file(sqlite_database: Database, tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("precious")
    with pytest.raises(DatabaseError, match="is there already"):
        back_up(sqlite_database, tmp_path / "letter.txt")
    assert (tmp_path / "letter.txt").read_text() == "precious"
    with pytest.raises(DatabaseError, match="There is no folder"):
        back_up(sqlite_database, tmp_path / "nowhere" / "copy.sqlite3")
