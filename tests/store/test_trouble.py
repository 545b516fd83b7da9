"""A database that cannot do its work says so in words."""

import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import text

from store import Database
from store.trouble import explained


def _trouble(database: Database, statement: str) -> str:
    try:
        with database.writing() as session:
            session.execute(text(statement))
    except Exception as error:
        found = explained(error)
        return str(found) if found else "unexplained"
    return "nothing"


def test_a_full_disk_is_named(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path}/small.sqlite3")
    with database.writing() as session:
        session.execute(text("CREATE TABLE t (x)"))
        session.execute(text("PRAGMA max_page_count = 4"))
    try:
        words = _trouble(database, "INSERT INTO t VALUES (randomblob(1000000))")
    finally:
        database.close()
    assert words.startswith("The disk is full; nothing of this was stored.")


def test_a_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    (tmp_path / "text.sqlite3").write_text("This is a letter to the editor. " * 50)
    database = Database(f"sqlite:///{tmp_path}/text.sqlite3")
    assert _trouble(database, "SELECT 1 FROM sqlite_master").startswith(
        "The database file is not a database."
    )
    database.close()


def test_a_mistake_of_the_program_is_not_explained_away(sqlite_database: Database) -> None:
    assert _trouble(sqlite_database, "SELECT nothing FROM nowhere") == "unexplained"


@pytest.mark.parametrize("error", [ValueError("disk is full"), sqlite3.OperationalError("disk is full")])
def test_only_errors_that_came_through_the_database_door_are_explained(error: Exception) -> None:
    assert explained(error) is None
