"""An editor between two meetings, in Debian's chromium: on a phone, with and without JavaScript, in the dark."""

import shutil
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import uvicorn

from digest.actions.context import Context
from digest.actions.deliver import deliver
from digest.actions.edit import Edit, edit
from digest.actions.publish import approve, publish
from digest.actions.sign_in import link
from digest.issues import find_issue
from digest.issues.tables import Issue
from digest.web.app import create_app
from store import Database

from .conftest import ANI, fill, now, open_context

CHROMIUM = shutil.which("chromium")
AXE = Path(__file__).parents[2] / "browser" / "node_modules" / "axe-core" / "axe.min.js"
TWO_MINUTES = 120.0
pytestmark = [pytest.mark.browser, pytest.mark.skipif(CHROMIUM is None, reason="needs Debian's chromium")]


@dataclass
class World:
    """An installation that serves for real."""

    context: Context
    url: str

    def issue(self) -> Issue:
        with self.context.database.reading() as session:
            found = find_issue(session, "weekly")
            assert found.items
            return found


@pytest.fixture
def world(sqlite_database: Database, tmp_path: Path) -> Iterator[World]:
    listening = socket.create_server(("127.0.0.1", 0))
    url = f"http://127.0.0.1:{listening.getsockname()[1]}"
    context = open_context(sqlite_database, tmp_path, url)
    fill(context)
    web = uvicorn.Server(uvicorn.Config(create_app(context, answers=False), log_level="error", lifespan="on"))
    thread = threading.Thread(target=web.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    yield World(context, url)
    web.should_exit = True
    thread.join(20)
    listening.close()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    sync_api = pytest.importorskip("playwright.sync_api", reason="needs playwright")
    with sync_api.sync_playwright() as playwright:
        arguments = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)
        yield started
        started.close()


def _signed_in(world: World, chromium: Any, width: int, **options: Any) -> Any:
    """A page of somebody who pressed the button of their link; what the browser complains of fails the test."""
    surroundings = chromium.new_context(viewport={"width": width, "height": 800}, **options)
    page = surroundings.new_page()
    page.set_default_timeout(20_000)
    page.on("pageerror", lambda error: pytest.fail(str(error)))
    page.on("console", lambda said: _no_policy_broken(said.text))
    page.goto(link(world.context, ANI, now()))
    page.click("main button")
    return page


def _no_policy_broken(text: str) -> None:
    assert "Content Security Policy" not in text, text


def _in_thread(act: Any) -> None:
    """Playwright holds this thread's event loop; what another person does meanwhile happens beside it."""
    thread = threading.Thread(target=act)
    thread.start()
    thread.join(30)


@pytest.mark.parametrize(("scripts", "width"), [(True, 375), (False, 375), (True, 1280)])
def test_an_editor_corrects_an_issue_in_two_minutes_and_approves_it(
    world: World, chromium: Any, scripts: bool, width: int
) -> None:
    begun = time.monotonic()
    page = _signed_in(world, chromium, width, java_script_enabled=scripts)
    page.click("text=No. 1")
    page.locator(".item .edit summary").nth(0).click()
    page.locator(".item .edit textarea[name=headline]").nth(0).fill("The bridge will be built")
    page.locator(".item .edit textarea[name=summary]").nth(0).fill("The council has voted for it.")
    page.locator(".item .edit button[value=save]").nth(0).click()
    assert "Headline of 1: The bridge will be built" in page.inner_text("[role=status]")
    assert page.locator(".item h3").nth(0).inner_text() == "The bridge will be built"
    page.locator(".item button[value=down]").nth(0).click()
    page.locator(".item .tools button[value=drop]").nth(3).click()
    assert "Dropped: " in page.inner_text("[role=status]")
    if width < 1000:
        page.click(".tabs a >> nth=0")
    page.fill("#q", "trout")
    page.click(".filter button")
    page.click(".candidates button[value=add]")
    assert "Added: Trout are back in the lake" in page.inner_text("[role=status]")
    if width < 1000:
        page.click(".tabs a >> nth=2")
    mail = page.frame_locator(".preview iframe")
    mail.locator("a", has_text="The bridge will be built").first.wait_for()
    page.click("text=Test to me")
    assert f"went to {ANI}" in page.inner_text("[role=status]")
    page.click("button[value=approve]")
    assert "is approved" in page.inner_text("[role=status]")
    issue = world.issue()
    live = [one.headline for one in issue.items if not one.dropped]
    assert (issue.state, issue.approved_by) == ("approved", f"Ani <{ANI}>")
    assert (live[1], live[-1]) == ("The bridge will be built", "Trout are back in the lake")
    assert time.monotonic() - begun < TWO_MINUTES
    page.context.close()


def test_a_page_that_was_overtaken_shows_both_and_keeps_what_was_typed(world: World, chromium: Any) -> None:
    page = _signed_in(world, chromium, 375)
    page.click("text=No. 1")
    page.locator(".item .edit summary").nth(0).click()
    page.locator(".item .edit textarea[name=headline]").nth(0).fill("Mine")
    _in_thread(
        lambda: edit(world.context, "weekly", Edit(item=1, headline="Bob’s"), "Bob <b@example.org>", now())
    )
    page.locator(".item .edit button[value=save]").nth(0).click()
    assert "Somebody else changed the headline" in page.inner_text("[role=alert]")
    assert "Bob’s" in page.inner_text(".theirs")
    assert page.input_value(".item .edit[open] textarea[name=headline]") == "Mine"
    _fine(page)
    page.click(".item .edit[open] button[value=save]")
    assert page.locator(".item h3").nth(0).inner_text() == "Mine"
    page.context.close()


def test_the_keys_move_edit_and_pin(world: World, chromium: Any) -> None:
    page = _signed_in(world, chromium, 1280)
    page.goto(f"{world.url}/desk/n/weekly/1")
    page.keyboard.press("?")
    assert page.locator("#keys").is_visible()
    page.keyboard.press("Escape")
    for key in "jjk":
        page.keyboard.press(key)
    first = page.locator(".item").nth(0)
    assert first.evaluate("row => row === document.activeElement")
    page.keyboard.press("j")
    page.keyboard.press("e")
    assert page.evaluate("document.activeElement.name") == "headline"
    page.keyboard.type("jkep?")
    assert "jkep?" in page.locator(".item .edit[open] textarea[name=headline]").input_value()
    page.goto(f"{world.url}/desk/n/weekly/1")
    page.keyboard.press("j")
    with page.expect_navigation():
        page.keyboard.press("p")
    assert "1 pinned." in page.inner_text("[role=status]")
    page.context.close()


def test_a_look_is_tried_on_while_it_is_typed(world: World, chromium: Any) -> None:
    page = _signed_in(world, chromium, 1280)
    page.click("text=Look and sender")
    page.fill("#footer", "Printed on nothing")
    page.fill("#accent", "#ffcc66")
    page.locator("#accent").blur()
    page.locator("[data-fault=accent] button").wait_for()
    assert page.get_attribute("#accent", "aria-invalid") == "true"
    page.click("[data-fault=accent] button")
    page.frame_locator("figure iframe >> nth=0").locator("text=Printed on nothing").first.wait_for()
    assert page.input_value("#footer") == "Printed on nothing"
    page.click("button[value=save]")
    assert "Saved: brand" in page.inner_text("[role=status]")
    page.context.close()


@pytest.mark.parametrize(("scripts", "width", "scheme"), [(True, 1280, "light"), (False, 320, "dark")])
def test_a_correction_is_looked_at_as_a_mail_and_sent_after_a_question(
    world: World, chromium: Any, scripts: bool, width: int, scheme: str
) -> None:
    _in_thread(lambda: _send_the_issue(world.context))
    page = _signed_in(world, chromium, width, java_script_enabled=scripts, color_scheme=scheme)
    page.goto(f"{world.url}/desk/n/weekly/1")
    page.click("text=Correct …")
    page.fill("#text", "The vote was on **Tuesday**.")
    if scripts:
        page.locator("#text").blur()  # the mail follows what is typed
    else:
        page.click("button[value=try]")
    page.frame_locator(".screen iframe").locator("strong", has_text="Tuesday").wait_for()
    assert "goes to 2 readers" in page.inner_text(".count")
    page.click("summary:has-text('Send …')")
    if scripts:
        _fine(page)
    page.click("button[value=send]")
    assert "is handed over to 2 readers" in page.inner_text("[role=status]")
    page.context.close()


def _send_the_issue(context: Context) -> None:
    approve(context, "weekly", "the editor", now())
    deliver(context, publish(context, "weekly", now()).mailings)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_scrolls_sideways_and_axe_finds_nothing(world: World, chromium: Any, scheme: str) -> None:
    page = _signed_in(world, chromium, 320, color_scheme=scheme)
    fresh = link(world.context, ANI, now())
    edit(world.context, "weekly", Edit(item=2, headline="Wide" * 60, section="Long" * 20), "x", now())
    paths = [
        "", "/n/weekly", "/n/weekly/1", "/n/weekly/1?pane=candidates", "/n/weekly/1?pane=preview",
        "/n/weekly/1?pane=preview&look=text", "/n/weekly/1?pane=preview&look=desktop", "/n/weekly/99",
    ]  # fmt: skip
    opened = "document.querySelectorAll('details:not(.ask)').forEach(one => { one.open = true })"
    for path in paths:
        page.goto(f"{world.url}/desk{path}")
        page.evaluate(opened)
        _fine(page)
    page.set_viewport_size({"width": 1280, "height": 800})
    for path in paths[:3]:
        page.goto(f"{world.url}/desk{path}")
        page.evaluate(opened)
        _fine(page)
    page.set_viewport_size({"width": 320, "height": 800})
    page.click("text=Sign out")
    for path in (f"{world.url}/desk/sign-in", fresh, f"{world.url}/desk/in/nonsense"):
        page.goto(path)
        _fine(page)
    page.context.close()


def _fine(page: Any) -> None:
    """Nothing scrolls sideways, and axe-core, where it is installed, finds nothing."""
    wide = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    assert wide[0] <= wide[1], page.url
    if AXE.is_file():
        page.evaluate(AXE.read_text("utf-8"))
        found = page.evaluate("axe.run(document, {resultTypes: ['violations'], iframes: false})")
        faults = [(one["id"], one["nodes"][0]["html"][:300]) for one in found["violations"]]
        assert faults == [], page.url
