"""`digest demo`, whole, as a newcomer runs it: what it reports is what lies in the inbox."""

import json
import signal
import socket
import subprocess
import sys
import time
import tomllib
from pathlib import Path

import pytest

from digest.demo.audience import audience
from digest.demo.folder import MARKER
from digest.demo.mailbox import read_mail, read_recipient
from digest.demo.smtp_server import ENVELOPES

pytestmark = pytest.mark.timeout(400)
ROOT = Path(__file__).parents[2]


def command(out: Path, *options: str) -> list[str]:
    return [sys.executable, "-m", "digest", "demo", "--out", str(out), "--subscribers", "12", *options]


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, subprocess.CompletedProcess[str]]:
    """The folder that a demo with twelve subscribers left, and what it printed into a pipe.

    An earlier demo had left something there.
    """
    out = tmp_path_factory.mktemp("demo") / "demo-out"
    out.mkdir()
    (out / MARKER).write_text("")
    (out / "old.txt").write_text("old")
    return out, subprocess.run(command(out), cwd=ROOT, capture_output=True, encoding="utf-8", check=False)


def test_it_ends_well_and_prints_a_summary(
    finished: tuple[Path, subprocess.CompletedProcess[str]],
) -> None:
    out, ended = finished
    assert ended.returncode == 0, ended.stderr
    assert not ended.stderr
    report = json.loads((out / "report.json").read_text("utf-8"))
    rows = dict(line.split("\t") for line in ended.stdout.splitlines() if "\t" in line)
    for name in ("articles", "stories", "items", "recipients", "accepted"):
        assert rows[name.capitalize()] == str(report[name])


def test_the_report_equals_the_inbox(finished: tuple[Path, subprocess.CompletedProcess[str]]) -> None:
    out, _ = finished
    report = json.loads((out / "report.json").read_text("utf-8"))
    mails = sorted((out / "inbox").glob("*.eml"))
    people = {person.address: person for person in audience(12)}
    assert report["recipients"] == report["accepted"] == report["received"] == len(mails) == 12
    assert report["received_bytes"] == sum(path.stat().st_size for path in mails)
    for path in mails:
        recipient = read_recipient(path)
        person = people.pop(recipient.address)
        assert recipient.name == person.name.replace("\u202e", "").strip()
    assert not people
    assert len((out / "inbox" / ENVELOPES).read_text("utf-8").splitlines()) == 12


def test_it_reads_at_least_thirty_articles_and_makes_an_issue_in_three_languages(
    finished: tuple[Path, subprocess.CompletedProcess[str]],
) -> None:
    out, _ = finished
    report = json.loads((out / "report.json").read_text("utf-8"))
    assert report["articles"] >= 34
    assert report["sources"] == 2
    assert report["languages"] == ["ar", "en", "hy"]
    assert 10 <= report["items"] <= report["stories"] < report["candidates"] <= report["articles"]
    assert set(report["seconds"]) == {"start", "import", "fetch", "build", "check", "send", "verify", "total"}


def test_the_issue_lies_there_as_files_and_is_what_was_sent(
    finished: tuple[Path, subprocess.CompletedProcess[str]],
) -> None:
    out, _ = finished
    mail = read_mail(next((out / "inbox").glob("*.eml")))
    assert (out / "issue.mjml").read_text("utf-8").lstrip().startswith("<mjml")
    text, html = ((out / name).read_text("utf-8") for name in ("issue.txt", "issue.html"))
    assert mail.text.splitlines()[0] == text.splitlines()[0]
    assert len(mail.html) == pytest.approx(len(html), rel=0.02)
    assert "Also covered by" in mail.text


def test_what_an_earlier_demo_left_is_gone(
    finished: tuple[Path, subprocess.CompletedProcess[str]],
) -> None:
    out, _ = finished
    assert not (out / "old.txt").exists()


def test_a_folder_that_no_demo_made_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("precious")
    ended = subprocess.run(command(tmp_path), cwd=ROOT, capture_output=True, encoding="utf-8", check=False)
    assert ended.returncode == 1
    assert ended.stderr.startswith("Error: The folder ")
    assert "--out" in ended.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


def test_ctrl_c_in_the_middle_leaves_no_process_behind(tmp_path: Path) -> None:
    out = tmp_path / "demo-out"
    running = subprocess.Popen(
        command(out), cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8"
    )
    assert running.stdout is not None
    while "Set up" not in (line := running.stdout.readline()):
        assert line, running.communicate()
    settings = tomllib.loads((out / "work" / "digest.toml").read_text("utf-8"))
    port = int(settings["smtp"]["url"].rpartition(":")[2])
    running.send_signal(signal.SIGINT)
    _, errors = running.communicate(timeout=30)
    assert running.returncode == 130
    assert "Traceback" not in errors
    until = time.monotonic() + 10
    while any(_mentions(out)) and time.monotonic() < until:
        time.sleep(0.1)
    assert not list(_mentions(out))
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", port)) != 0


def _mentions(out: Path) -> list[str]:
    """Processes that were started with this folder or work in it."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            words, place = (process / "cmdline").read_bytes(), (process / "cwd").readlink()
        except OSError:
            continue
        if str(out).encode() in words or place.is_relative_to(out):
            found.append(words.decode(errors="replace"))
    return found
