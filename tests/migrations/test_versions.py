"""The schema by its migrations is the schema of the code, on both databases."""

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text

from digest.migrations import check, known_versions, upgrade, version
from digest.migrations.tables import metadata
from store import Database
from store.database import DatabaseError


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A database without any table."""
    if request.param == "sqlite":
        database = Database(f"sqlite:///{tmp_path}/empty.sqlite3")
        yield database
        database.close()
        return
    address: str = request.getfixturevalue("postgresql_server")
    name = f"empty_{uuid4().hex}"
    admin = Database(address)
    with admin.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
    database = Database(address.replace("/postgres?", f"/{name}?", 1))
    yield database
    database.close()
    with admin.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql(f"DROP DATABASE {name}")
    admin.close()


def test_the_migrations_make_what_the_code_expects(empty: Database) -> None:
    assert upgrade(empty) == (None, known_versions()[-1])
    check(empty)
    with empty.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        differences = compare_metadata(context, metadata)
    assert differences == []


def test_upgrading_again_changes_nothing(empty: Database) -> None:
    upgrade(empty)
    newest = known_versions()[-1]
    assert upgrade(empty) == (newest, newest)


def test_an_empty_database_says_how_to_fill_it(empty: Database) -> None:
    assert version(empty) is None
    with pytest.raises(DatabaseError, match="digest db upgrade"):
        check(empty)


def test_a_database_newer_than_the_program_is_refused_and_untouched(empty: Database) -> None:
    upgrade(empty)
    with empty.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    for step in (check, upgrade):
        with pytest.raises(DatabaseError, match="newer than this program"):
            step(empty)
    assert version(empty) == "9999"


def test_a_database_that_is_not_there_is_one_clear_sentence(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path}/no/such/folder/digest.sqlite3")
    with pytest.raises(DatabaseError, match="cannot be opened"):
        version(database)
