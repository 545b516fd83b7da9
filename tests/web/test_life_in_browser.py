"""The whole life of a subscriber in Debian's chromium, on a phone, with and without JavaScript."""

import asyncio
import re
import shutil
import socket
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import uvicorn

from digest.actions.context import Context
from digest.actions.deliver import sender, settle
from digest.actions.publish import publish
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
from subscribers.tables import Subscription, SubscriptionState

from .conftest import NOW, fill, issue

CHROMIUM = shutil.which("chromium")
AXE = Path(__file__).parents[1] / "browser" / "node_modules" / "axe-core" / "axe.min.js"
WAIT_SECONDS = 30
LARGEST_PAGE = 20_000
pytestmark = [pytest.mark.browser, pytest.mark.skipif(CHROMIUM is None, reason="needs Debian's chromium")]


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


def _link(mail: EmailMessage, kind: str) -> str:
    body = mail.get_body(("plain",))
    assert body is not None
    found = re.search(rf"http://127\.0\.0\.1:\d+/{kind}/[\w.-]+", body.get_content().replace("=\n", ""))
    assert found, body.get_content()
    return found[0]


@contextmanager
def _embedding(page: Callable[[], str]) -> Iterator[str]:
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


@pytest.fixture
def world(sqlite_database: Database, tmp_path: Path) -> Iterator[World]:
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    listening = socket.create_server(("127.0.0.1", 0))
    forms: list[str] = []
    server = ServerProcess("digest.demo.smtp_server", [str(inbox)])
    try:
        with _embedding(lambda: forms[0]) as site:
            path = tmp_path / "digest.toml"
            path.write_text(
                f'database = "{sqlite_database.url}"\nkeys = ["k1:0123456789abcdef0123456789abcdef"]\n'
                f'public_url = "http://127.0.0.1:{listening.getsockname()[1]}"\n'
                f'[smtp]\nurl = "smtp://127.0.0.1:{server.facts["port"]}"\nstarttls = "never"\n'
                f'[web]\nallowed_redirects = ["{site}"]\n',
                "utf-8",
            )
            path.chmod(0o600)
            settings = load(path)
            context = Context(settings, sqlite_database, settings.signer)
            fill(context)
            with sqlite_database.writing() as session:
                issue(context, session, 2)
                join(
                    session, find_list(session, "weekly"), normalise("faithful@example.org"), Change.STATE,
                    Proof("test"), signer=context.signer, now=NOW, consent="asked",
                )  # fmt: skip
            forms.append(snippet(context, "weekly", thanks=f"{site}/thanks"))
            config = uvicorn.Config(create_app(context), log_level="error", lifespan="on")
            web = uvicorn.Server(config)
            thread = threading.Thread(target=web.run, kwargs={"sockets": [listening]}, daemon=True)
            thread.start()
            yield World(context, inbox, site)
            web.should_exit = True
            thread.join(20)
    finally:
        server.end()
        listening.close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    sync_api = pytest.importorskip("playwright.sync_api", reason="needs playwright")
    with sync_api.sync_playwright() as playwright:
        arguments = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)
        yield started
        started.close()


def _send(world: World, number: int) -> None:
    """Send an issue; in a thread of its own, since playwright holds this one's event loop."""

    def send() -> None:
        for mailing in publish(world.context, f"weekly/{number}", datetime.now(UTC)).mailings:
            asyncio.run(sender(world.context).run(mailing))
        settle(world.context, datetime.now(UTC))

    with ThreadPoolExecutor(1) as pool:
        pool.submit(send).result()


def _looked_at(page: Any, *, scripts: bool) -> None:
    """The page holds on a phone, loads nothing from elsewhere, and axe-core finds nothing."""
    assert len(page.content().encode()) < LARGEST_PAGE
    if scripts:
        assert page.evaluate("document.documentElement.scrollWidth") <= 375
        if AXE.is_file():
            page.evaluate(AXE.read_text("utf-8"))
            found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
            assert [(one["id"], one["nodes"][0]["html"]) for one in found["violations"]] == []


@pytest.mark.parametrize(("language", "scripts"), [("en", True), ("hy", False), ("ar", True)])
def test_a_subscribers_whole_life(world: World, browser: Any, language: str, scripts: bool) -> None:
    address = f"reader.{language}@example.org"
    surroundings = browser.new_context(
        viewport={"width": 375, "height": 700}, locale=language, java_script_enabled=scripts
    )
    asked: list[str] = []
    page = surroundings.new_page()
    page.on("request", lambda request: asked.append(request.url))

    page.goto(world.site)
    page.fill("input[type=email]", address)
    page.click("button")
    page.wait_for_url(f"{world.site}/thanks")

    confirmation = world.mail(address, 0)
    page.goto(_link(confirmation, "c"))
    _looked_at(page, scripts=scripts)
    assert world.state(address) == SubscriptionState.UNCONFIRMED
    page.click("main button")
    assert "a/weekly" in page.content()
    _looked_at(page, scripts=scripts)
    assert world.state(address) == SubscriptionState.CONFIRMED

    page.click("main a[href*='/p/']")
    page.select_option("#language", language)
    page.click("main form:first-of-type button")
    assert page.get_attribute("html", "lang") == language
    assert page.get_attribute("html", "dir") == ("rtl" if language == "ar" else "ltr")
    _looked_at(page, scripts=scripts)

    _send(world, 1)
    received = world.mail(address, 1)
    assert "Bridge opens" in received["subject"]
    page.goto(_link(received, "v"))
    assert "Bridge" in page.content()
    page.click("nav a")
    assert page.url.endswith("/a/weekly")
    _looked_at(page, scripts=scripts)

    _scan(world, surroundings, received)
    assert world.state(address) == SubscriptionState.CONFIRMED

    one_click = str(received["list-unsubscribe"]).strip("<>").split(">")[0]
    request = urllib.request.Request(one_click, b"List-Unsubscribe=One-Click", method="POST")
    with urllib.request.urlopen(request, timeout=20) as answer:
        assert answer.status == 200
    assert world.state(address) == SubscriptionState.UNSUBSCRIBED
    page.goto(one_click)
    assert page.locator("main button").count() == 0
    _looked_at(page, scripts=scripts)

    _send(world, 2)
    assert len(world.mails(address)) == 2
    assert world.mails("faithful@example.org")
    own = (world.site, world.context.settings.public_url, "data:")
    assert [url for url in asked if not url.startswith(own)] == []
    assert surroundings.cookies() == []
    surroundings.close()


def _scan(world: World, surroundings: Any, mail: EmailMessage) -> None:
    """A mail scanner: opens every link of the mail, with HEAD and with GET in a browser, and waits there."""
    body = mail.get_body(("html",))
    assert body is not None
    own = world.context.settings.public_url
    found = set(
        re.findall(rf'{re.escape(own)}/[^\s"<>]+', body.get_content() + str(mail["list-unsubscribe"]))
    )
    assert any("/u/" in url for url in found)
    assert any("/p/" in url for url in found)
    scanner = surroundings.new_page()
    for url in found:
        assert surroundings.request.head(url).status == 200
        assert scanner.goto(url).status == 200
        scanner.wait_for_timeout(300)
    scanner.close()


def test_leaving_by_the_page_can_be_undone(world: World, browser: Any) -> None:
    _send(world, 1)
    page = browser.new_page(viewport={"width": 375, "height": 700})
    page.goto(_link(world.mail("faithful@example.org", 0), "u"))
    _looked_at(page, scripts=True)
    page.click("main button")
    assert world.state("faithful@example.org") == SubscriptionState.UNSUBSCRIBED
    _looked_at(page, scripts=True)
    page.click("button[value=undo]")
    assert world.state("faithful@example.org") == SubscriptionState.CONFIRMED
    _looked_at(page, scripts=True)
    page.close()


def test_the_sign_up_page_says_what_is_wrong_at_the_field(world: World, browser: Any) -> None:
    page = browser.new_page(viewport={"width": 375, "height": 700})
    page.goto(f"{world.context.settings.public_url}/subscribe/weekly")
    _looked_at(page, scripts=True)
    page.evaluate("document.querySelector('form').noValidate = true")
    page.fill("#email", "nonsense")
    page.click("main button")
    assert page.input_value("#email") == "nonsense"
    assert page.get_attribute("#email", "aria-invalid") == "true"
    _looked_at(page, scripts=True)
    page.close()
