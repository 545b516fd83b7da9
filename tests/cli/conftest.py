"""A folder with an installation, in which commands run."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from digest.migrations import upgrade
from store import Database


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    """Commands run in a new folder with its settings and an empty SQLite database."""
    (tmp_path / "digest.toml").write_text(
        f'database = "sqlite:///{tmp_path / "d.sqlite3"}"\nkeys = ["k1:{"0" * 32}"]\n', "utf-8"
    )
    (tmp_path / "digest.toml").chmod(0o600)
    monkeypatch.chdir(tmp_path)
    database = Database(f"sqlite:///{tmp_path / 'd.sqlite3'}")
    upgrade(database)
    database.close()
    return CliRunner()
