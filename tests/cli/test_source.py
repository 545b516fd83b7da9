"""`digest source`, as an editor types it, against a real server."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

import digest.actions.context
from digest.actions.context import Context
from digest.cli.source import app
from digest.problem import Problem
from digest.settings_model import Fetch, Settings
from digest.signing import Signer
from store import Database

FEED = """<?xml version="1.0"?><rss version="2.0"><channel><title>The Valley</title><language>en</language>
<item><title>Bridge opens</title><link>https://valley.example/bridge</link>
<pubDate>Thu, 05 Nov 2026 09:00:00 +0400</pubDate></item></channel></rss>"""
Run = Callable[..., Result]


@pytest.fixture
def site() -> Iterator[str]:
    """The address of a server that gives a feed at /feed and nothing else."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = FEED.encode() if self.path == "/feed" else b""
            self.send_response(200 if body else 404)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def run(database: Database, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs a command on a fresh installation that may reach loopback; a Problem reaches the test."""

    def invoke(*arguments: str, private: bool = True) -> Result:
        settings = Settings.model_construct(
            fetch=Fetch(allow_private_networks=private), public_url="https://news.example"
        )

        @contextmanager
        def opened() -> Iterator[Context]:
            yield Context(settings, database, Signer((("k1", b"a secret of at least sixteen bytes"),)))

        monkeypatch.setattr(digest.actions.context, "open_context", opened)
        result = CliRunner().invoke(app, list(arguments))
        if isinstance(result.exception, Problem):
            raise result.exception
        return result

    return invoke


def test_a_feed_is_added_listed_shown_paused_resumed_and_removed(run: Run, site: str) -> None:
    added = run("add", f"{site}/feed", "--weight", "1.5", "--section", "Valley")
    assert added.output.startswith(f"Added 'The Valley' (feed, {site}/feed) as source 1.\n")
    listed = run("list").output.splitlines()
    assert listed[1].split("\t") == [
        "1",
        "The Valley",
        "feed",
        "en",
        "1.5",
        "",
        "not read yet",
        f"{site}/feed",
    ]
    assert json.loads(run("list", "--json").output)[0]["section"] == "Valley"
    assert json.loads(run("show", "the valley", "--json").output)["url"] == f"{site}/feed"
    assert "paused" in run("pause", "1").output
    assert json.loads(run("show", "1", "--json").output)["state"] == "paused"
    assert "read again" in run("resume", "1").output
    assert run("remove", "1").output == "Removed 'The Valley'; its articles stay.\n"
    assert run("list").output == "There is no source yet; `digest source add URL` adds one.\n"


def test_read_prints_what_a_feed_gives_and_stores_nothing(run: Run, site: str) -> None:
    lines = run("read", f"{site}/feed").output.splitlines()
    assert lines[1].split("\t")[:2] == ["2026-11-05 05:00 UTC", "Bridge opens"]
    (entry,) = json.loads(run("read", f"{site}/feed", "--json").output)
    assert (entry["url"], entry["published"]) == (
        "https://valley.example/bridge",
        "2026-11-05T05:00:00+00:00",
    )
    assert json.loads(run("list", "--json").output) == []


def test_read_takes_a_folder_and_a_stored_sources_name(run: Run, site: str, tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("# Bridge\n\nIt opened.", "utf-8")
    assert "Bridge" in run("read", str(tmp_path)).output
    run("add", f"{site}/feed")
    assert "Bridge opens" in run("read", "The Valley").output


@pytest.mark.parametrize(
    ("words", "what"),
    [(("add", "{site}/gone"), "404 Not Found"), (("add", "{site}/gone", "--kind", "feed"), "404 Not Found"),
     (("show", "nothing"), "There is no source 'nothing'"), (("add", "./no-such-folder"), "does not exist")],
)  # fmt: skip
def test_a_mistake_is_one_sentence_and_changes_nothing(
    run: Run, site: str, words: tuple[str, ...], what: str
) -> None:
    with pytest.raises(Problem, match=what):
        run(*(word.format(site=site) for word in words))
    assert json.loads(run("list", "--json").output) == []


def test_a_private_address_is_refused_unless_the_settings_allow_it(run: Run, site: str) -> None:
    with pytest.raises(Problem, match="not on the open internet"):
        run("add", f"{site}/feed", private=False)


def test_an_unknown_kind_is_wrong_usage(run: Run, site: str) -> None:
    result = run("add", f"{site}/feed", "--kind", "newspaper")
    assert result.exit_code == 2
    assert "'newspaper' is not a kind of source" in result.output


def test_the_same_feed_twice_is_refused(run: Run, site: str) -> None:
    run("add", f"{site}/feed")
    with pytest.raises(Problem, match="is a source already"):
        run("add", f"{site}/feed", "--name", "Again")
