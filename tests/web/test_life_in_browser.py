"""The whole life of a subscriber in Debian's chromium, on a phone, with and without JavaScript."""

import asyncio
import re
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from email.message import EmailMessage
from typing import Any

import pytest

from digest.actions.deliver import sender, settle
from digest.actions.publish import publish
from subscribers.tables import SubscriptionState

from .world import CHROMIUM, World, link_in, looked_at

pytestmark = [pytest.mark.browser, pytest.mark.skipif(CHROMIUM is None, reason="needs Debian's chromium")]
SQLITE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


def _send(world: World, number: int) -> None:
    """Send an issue; in a thread of its own, since playwright holds this one's event loop."""

    def send() -> None:
        for mailing in publish(world.context, f"weekly/{number}", datetime.now(UTC)).mailings:
            asyncio.run(sender(world.context).run(mailing))
        settle(world.context, datetime.now(UTC))

    with ThreadPoolExecutor(1) as pool:
        pool.submit(send).result()


@pytest.mark.parametrize(
    ("language", "scripts", "database"),
    [("en", True, "sqlite"), ("hy", False, "postgresql"), ("ar", True, "postgresql")],
    indirect=["database"],
)
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
    page.goto(link_in(confirmation, "c"))
    looked_at(page, scripts=scripts)
    assert world.state(address) == SubscriptionState.UNCONFIRMED
    page.click("main button")
    assert "a/weekly" in page.content()
    looked_at(page, scripts=scripts)
    assert world.state(address) == SubscriptionState.CONFIRMED

    page.click("main a[href*='/p/']")
    page.select_option("#language", language)
    page.click("main form:first-of-type button")
    assert page.get_attribute("html", "lang") == language
    assert page.get_attribute("html", "dir") == ("rtl" if language == "ar" else "ltr")
    looked_at(page, scripts=scripts)

    _send(world, 1)
    received = world.mail(address, 1)
    assert "Bridge opens" in received["subject"]
    page.goto(link_in(received, "v"))
    assert "Bridge" in page.content()
    page.click("nav a")
    assert page.url.endswith("/a/weekly")
    looked_at(page, scripts=scripts)

    _scan(world, surroundings, received)
    assert world.state(address) == SubscriptionState.CONFIRMED

    one_click = str(received["list-unsubscribe"]).strip("<>").split(">")[0]
    request = urllib.request.Request(one_click, b"List-Unsubscribe=One-Click", method="POST")
    with urllib.request.urlopen(request, timeout=20) as answer:
        assert answer.status == 200
    assert world.state(address) == SubscriptionState.UNSUBSCRIBED
    page.goto(one_click)
    assert page.locator("main button").count() == 0
    looked_at(page, scripts=scripts)

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


@SQLITE
def test_leaving_by_the_page_can_be_undone(world: World, browser: Any) -> None:
    _send(world, 1)
    page = browser.new_page(viewport={"width": 375, "height": 700})
    page.goto(link_in(world.mail("faithful@example.org", 0), "u"))
    looked_at(page)
    page.click("main button")
    assert world.state("faithful@example.org") == SubscriptionState.UNSUBSCRIBED
    looked_at(page)
    page.click("button[value=undo]")
    assert world.state("faithful@example.org") == SubscriptionState.CONFIRMED
    looked_at(page)
    page.close()


@SQLITE
def test_the_sign_up_page_says_what_is_wrong_at_the_field(world: World, browser: Any) -> None:
    page = browser.new_page(viewport={"width": 375, "height": 700})
    page.goto(f"{world.context.settings.public_url}/subscribe/weekly")
    looked_at(page)
    page.evaluate("document.querySelector('form').noValidate = true")
    page.fill("#email", "nonsense")
    page.click("main button")
    assert page.input_value("#email") == "nonsense"
    assert page.get_attribute("#email", "aria-invalid") == "true"
    looked_at(page)
    page.close()
