"""`digest editor`: people are let in, listed, given a link, and let in no more."""

import json
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from digest.access.problem import AccessError
from digest.cli.editor import app


@pytest.fixture
def run(sqlite_template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    shutil.copy(sqlite_template, tmp_path / "digest.sqlite3")
    (tmp_path / "digest.toml").write_text(f'keys = ["k1:{"0" * 32}"]\n', "utf-8")
    (tmp_path / "digest.toml").chmod(0o600)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("digest.actions.context.check", lambda database: None)
    return CliRunner()


def test_a_persons_way_in_and_out(run: CliRunner) -> None:
    assert "Nobody may come in yet" in run.invoke(app, ["list"]).stdout
    added = run.invoke(app, ["add", "Ani", "Ani@example.org"]).stdout
    assert "Ani <ani@example.org> is an editor now." in added
    assert "http://127.0.0.1:8025/desk" in added
    assert "is a viewer now" in run.invoke(app, ["add", "Vera", "vera@example.org", "--viewer"]).stdout
    people = json.loads(run.invoke(app, ["list", "--json"]).stdout)
    assert [(one["name"], one["role"]) for one in people] == [("Ani", "editor"), ("Vera", "viewer")]
    assert "look" in run.invoke(app, ["list"]).stdout
    first, second = (run.invoke(app, ["link", "ani@example.org"]).stdout for _ in range(2))
    assert first.startswith("http://127.0.0.1:8025/desk/in/")
    assert first != second
    assert "comes in no more" in run.invoke(app, ["remove", "ani@example.org"]).stdout
    gone = run.invoke(app, ["link", "ani@example.org"])
    assert isinstance(gone.exception, AccessError)
    assert "There is no editor" in str(gone.exception)
