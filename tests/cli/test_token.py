"""`digest token`: the secret is shown once, and never again."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from digest.cli.token import app
from digest.migrations import upgrade
from store import Database


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    (tmp_path / "digest.toml").write_text(
        f'database = "sqlite:///{tmp_path / "d.sqlite3"}"\nkeys = ["k1:{"0" * 32}"]\n', "utf-8"
    )
    (tmp_path / "digest.toml").chmod(0o600)
    monkeypatch.chdir(tmp_path)
    database = Database(f"sqlite:///{tmp_path / 'd.sqlite3'}")
    upgrade(database)
    database.close()
    return CliRunner()


def test_a_token_is_made_listed_and_taken_back(run: CliRunner) -> None:
    made = run.invoke(app, ["add", "website", "--scope", "subscribers:write", "--scope", "lists:read"])
    secret = made.stdout.strip()
    assert secret.startswith("digest_")
    shown = run.invoke(app, ["list", "--json"]).stdout
    assert secret not in shown
    assert json.loads(shown)["scopes"] == ["lists:read", "subscribers:write"]
    assert json.loads(shown)["last_used_at"] is None
    assert run.invoke(app, ["remove", "website"]).exit_code == 0
    assert "no token yet" in run.invoke(app, ["list"]).stdout
