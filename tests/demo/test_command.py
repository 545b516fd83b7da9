"""`digest demo` itself: what it prints, with the long run replaced by a short one."""

import json
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from typer.testing import CliRunner

from digest.cli.demo import app
from digest.demo import run
from digest.demo.folder import DemoFolder
from digest.demo.program import Program
from digest.demo.report import Report, Watcher


@contextmanager
def short_run(out: Path, subscribers: int, watcher: Watcher) -> Iterator[run.Demo]:
    report = Report()
    with report.stage("fetch", "Read the newsroom", watcher) as stage:
        stage.note = "38 articles"
    report.figures |= dict.fromkeys(("articles", "stories", "items", "received"), 38)
    report.figures |= {"recipients": subscribers, "accepted": subscribers}
    yield run.Demo(DemoFolder(out), report, Program(out), "http://127.0.0.1:1/", 1)


@pytest.fixture
def runner(monkeypatch: pytest.MonkeyPatch) -> Iterator[CliRunner]:
    monkeypatch.setattr(run, "run_demo", short_run)
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGHUP)}
    yield CliRunner()
    for number, handler in before.items():
        signal.signal(number, handler)


def test_in_a_pipe_it_prints_stages_and_figures_and_stops(runner: CliRunner) -> None:
    result = runner.invoke(app, ["--subscribers", "12"])
    assert result.exit_code == 0
    lines = result.output.splitlines()
    assert lines[0].endswith("Read the newsroom        38 articles")
    assert "Accepted\t12" in lines
    assert "…" not in result.output
    assert "inbox page" not in result.output


def test_with_json_it_prints_the_report_and_nothing_else(runner: CliRunner) -> None:
    result = runner.invoke(app, ["--json"])
    report = json.loads(result.output)
    assert report["recipients"] == 200
    assert set(report["seconds"]) == {"fetch", "total"}


def test_no_subscriber_at_all_is_wrong_usage(runner: CliRunner) -> None:
    assert runner.invoke(app, ["--subscribers", "0"]).exit_code == 2
