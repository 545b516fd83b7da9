"""An installation that serves and sends for real, seen from a browser."""

import re
import shutil
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import uvicorn

from digest.actions.context import Context
from digest.actions.snippet import snippet
from digest.demo.processes import ServerProcess
from digest.settings import load
from digest.web.app import create_app
from store import Database
from subscribers.addresses import normalise
from subscribers.lists import find_list
from subscribers.people import find_person
from subscribers.states import Change
from subscribers.subscribing import Proof, join
from subscribers.tables import Subscription

from .conftest import NOW, fill, issue

CHROMIUM = shutil.which("chromium")
AXE = Path(__file__).parents[1] / "browser" / "node_modules" / "axe-core" / "axe.min.js"
WAIT_SECONDS = 30
LARGEST_PAGE = 20_000


@dataclass
class World:
    """An installation that serves and sends for real, and another site that embeds its form."""

    context: Context
    inbox: Path
    site: str

    def mails(self, to: str) -> list[EmailMessage]:
        found = [
            message_from_bytes(file.read_bytes(), policy=policy.default)
            for file in sorted(self.inbox.rglob("*.eml"), key=lambda file: file.stat().st_mtime_ns)
        ]
        return [mail for mail in found if to in str(mail["to"])]

    def mail(self, to: str, number: int) -> EmailMessage:
        until = time.monotonic() + WAIT_SECONDS
        while time.monotonic() < until:
            if len(found := self.mails(to)) > number:
                return found[number]
            time.sleep(0.1)
        raise AssertionError(f"no mail {number} to {to}")

    def state(self, address: str) -> str:
        with self.context.database.reading() as session:
            person, weekly = find_person(session, address), find_list(session, "weekly")
            return str(session.get_one(Subscription, (person.id, weekly.id)).state)


def link_in(mail: EmailMessage, kind: str) -> str:
    body = mail.get_body(("plain",))
    assert body is not None
    found = re.search(rf"http://127\.0\.0\.1:\d+/{kind}/[\w.-]+", body.get_content().replace("=\n", ""))
    assert found, body.get_content()
    return found[0]


@contextmanager
def embedding(page: Callable[[], str]) -> Iterator[str]:
    """Another site, with the form and a page of thanks."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            said = "<title>Thanks</title><h1>Thanks!</h1>" if self.path.startswith("/thanks") else page()
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(f"<!doctype html><meta charset=utf-8>{said}".encode())

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()
    thread.join()


@contextmanager
def serving(database: Database, folder: Path, web: str = "") -> Iterator[World]:
    """The whole of it: pages, relay, inbox and another site; `web` are further settings of `[web]`."""
    inbox = folder / "inbox"
    inbox.mkdir()
    listening = socket.create_server(("127.0.0.1", 0))
    forms: list[str] = []
    server = ServerProcess("digest.demo.smtp_server", [str(inbox)])
    try:
        with embedding(lambda: forms[0]) as site:
            path = folder / "digest.toml"
            path.write_text(
                f'database = "{database.engine.url.render_as_string(hide_password=False)}"\n'
                'keys = ["k1:0123456789abcdef0123456789abcdef"]\n'
                f'public_url = "http://127.0.0.1:{listening.getsockname()[1]}"\n'
                f'[smtp]\nurl = "smtp://127.0.0.1:{server.facts["port"]}"\nstarttls = "never"\n'
                f'[web]\nallowed_redirects = ["{site}"]\n{web}\n',
                "utf-8",
            )
            path.chmod(0o600)
            settings = load(path)
            context = Context(settings, database, settings.signer)
            fill(context)
            with database.writing() as session:
                issue(context, session, 2)
                join(
                    session, find_list(session, "weekly"), normalise("faithful@example.org"), Change.STATE,
                    Proof("test"), signer=context.signer, now=NOW, consent="asked",
                )  # fmt: skip
            forms.append(snippet(context, "weekly", thanks=f"{site}/thanks"))
            config = uvicorn.Config(create_app(context), log_level="error", lifespan="on")
            pages = uvicorn.Server(config)
            thread = threading.Thread(target=pages.run, kwargs={"sockets": [listening]}, daemon=True)
            thread.start()
            yield World(context, inbox, site)
            pages.should_exit = True
            thread.join(20)
    finally:
        server.end()
        listening.close()


def looked_at(page: Any, *, scripts: bool = True) -> None:
    """The page holds on a phone, is small, and axe-core finds nothing in it, light or dark."""
    assert len(page.content().encode()) < LARGEST_PAGE
    if not scripts:
        return
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]
    if not AXE.is_file():
        return
    page.evaluate(AXE.read_text("utf-8"))
    # What differs in the dark is the contrast.
    for scheme, rules in (("dark", "runOnly: ['color-contrast']"), ("light", "")):
        page.emulate_media(color_scheme=scheme)
        found = page.evaluate(f"axe.run(document, {{resultTypes: ['violations'], {rules}}})")
        assert [(scheme, one["id"], one["nodes"][0]["html"]) for one in found["violations"]] == []
