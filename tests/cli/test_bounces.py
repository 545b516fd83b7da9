"""`digest outbox bounces`, on mails and folders of mails."""

import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from digest.cli.bounces import bounces
from digest.problem import Problem

REPORT = (
    "From: MAILER-DAEMON@mx.example.net\nTo: bounces@news.example.org\nSubject: failure notice\n\n"
    "<{address}>:\nRemote host said: {reply}\n\n--- Below this line is a copy of the message.\n"
)

app = typer.Typer()
app.command()(bounces)


def test_a_dry_run_shows_every_report_and_needs_no_installation(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "mails"
    folder.mkdir()
    (folder / "1.eml").write_text(REPORT.format(address="ani@example.com", reply="550 5.1.1 User unknown"))
    (folder / "2.eml").write_text(REPORT.format(address="bob@example.com", reply="552 5.2.2 Mailbox full"))
    (folder / "3.eml").write_text("From: ani@example.com\nSubject: Hello\n\nHow are you?\n")
    result = CliRunner().invoke(app, [str(folder), "--dry-run", "--json"])
    found = [json.loads(line) for line in result.output.splitlines()]
    assert [(one["address"], one["reason"], one["hard"]) for one in found] == [
        ("ani@example.com", "userunknown", True),
        ("bob@example.com", "mailboxfull", False),
    ]
    assert "mailboxfull" in CliRunner().invoke(app, [str(folder / "2.eml"), "--dry-run"]).output
    assert "No mail there" in CliRunner().invoke(app, [str(folder / "3.eml"), "--dry-run"]).output


def test_a_place_that_is_not_there_is_named(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, [str(tmp_path / "missing.eml"), "--dry-run"])
    assert isinstance(result.exception, Problem)
    assert "missing.eml cannot be read" in str(result.exception)
