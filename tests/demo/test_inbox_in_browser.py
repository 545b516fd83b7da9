"""The inbox page in a real browser: a mail is shown, and its scripts never run."""

import threading
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
import uvicorn

from digest.demo.inbox import inbox_app
from digest.demo.lifetime import listen

pytestmark = pytest.mark.browser
CHROMIUM = Path("/usr/bin/chromium")
HOSTILE = (
    "<html><head><title>x</title></head><body><h1>Good morning</h1>"
    "<script>top.document.title = 'ran'; fetch('/ran')</script>"
    "<img src='data:,' onerror=\"fetch('/ran')\"><svg onload=\"fetch('/ran')\"></svg>"
    "<a href=\"javascript:fetch('/ran')\">Click</a></body></html>"
)


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("inbox")
    message = EmailMessage()
    message["From"], message["To"] = "news@example.org", "Reader NUMBER <readerNUMBER@example.org>"
    message["Subject"] = "Issue for NUMBER"
    message.set_content("Text for NUMBER")
    message.add_alternative(HOSTILE, subtype="html")
    content = message.as_bytes(policy=message.policy.clone(linesep="\r\n"))
    for number in range(200):
        mail = content.replace(b"NUMBER", str(number).encode())
        (folder / f"{number:04d}-reader.eml").write_bytes(mail)
    listener = listen()
    server = uvicorn.Server(uvicorn.Config(inbox_app(folder), log_level="error", lifespan="off"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    yield f"http://127.0.0.1:{listener.getsockname()[1]}/"
    server.should_exit = True
    thread.join()
    listener.close()


def wait(locator: Any) -> Any:
    """An expectation that waits; loaded late, because not every machine has a browser."""
    from playwright.sync_api import expect

    return expect(locator)


@pytest.fixture
def page() -> Iterator[Any]:
    playwright = pytest.importorskip("playwright.sync_api", reason="needs playwright")
    if not CHROMIUM.exists():
        pytest.skip("needs Debian's chromium")
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        yield browser.new_page(viewport={"width": 1280, "height": 800})
        browser.close()


def test_two_hundred_mails_are_listed_and_none_runs_its_scripts(address: str, page: Any) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(address)
    wait(page.locator("#mails button")).to_have_count(200)
    frame = page.frame_locator("#mail")
    assert frame.locator("h1").inner_text() == "Good morning"
    frame.locator("a").click(force=True)
    page.locator("#mails button").nth(1).click()
    wait(page.locator("#subject")).to_have_text("Issue for 1")
    page.keyboard.press("j")
    wait(page.locator("#subject")).to_have_text("Issue for 2")
    assert frame.locator("h1").inner_text() == "Good morning"
    page.wait_for_timeout(200)
    assert page.title() == "Inbox of the demo – Digest"
    assert not [url for url in asked if url.endswith("/ran")]


def test_a_mail_is_seen_at_two_widths_as_text_and_as_source(address: str, page: Any) -> None:
    page.goto(address)
    page.wait_for_selector("#mails button")
    assert page.locator("#mail").evaluate("frame => frame.clientWidth") == 375
    page.click("[data-view=desktop]")
    assert page.locator("#mail").evaluate("frame => frame.clientWidth") >= 640
    page.click("[data-view=text]")
    wait(page.locator("#plain")).to_contain_text("Text for 0")
    page.click("[data-view=source]")
    wait(page.locator("#plain")).to_contain_text("MIME-Version: 1.0")


def test_a_search_leaves_only_whom_it_names(address: str, page: Any) -> None:
    page.goto(address)
    page.wait_for_selector("#mails button")
    page.fill("#search", "reader177@")
    wait(page.locator("#mails button")).to_have_count(1)
    assert page.locator("#count").inner_text() == "1 of 200"
