"""Every page in Debian's chromium: small, whole on a phone and a desk, nothing for axe-core to find, light or dark."""

from pathlib import Path
from typing import Any

import pytest

from store import Database

from .every_page import dress, walk
from .world import CHROMIUM, World, looked_at, serving

pytestmark = [pytest.mark.browser, pytest.mark.skipif(CHROMIUM is None, reason="needs Debian's chromium")]
SQLITE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@SQLITE
@pytest.mark.parametrize(("language", "width"), [("hy", 1280), ("ar", 375)])
def test_every_page_can_be_read_by_everybody(world: World, browser: Any, language: str, width: int) -> None:
    dress(world, language)
    surroundings = browser.new_context(viewport={"width": width, "height": 800}, locale=language)
    page, plain = surroundings.new_page(), surroundings.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    seen: list[str] = []

    def look(name: str) -> None:
        seen.append(name)
        assert page.get_attribute("html", "lang") == language, name
        assert page.get_attribute("html", "dir") == ("rtl" if language == "ar" else "ltr"), name
        if name == "issue":  # nothing runs in that page, not even what looks at it: it is shown in another
            plain.set_content(surroundings.request.get(page.url).text())
        looked_at(plain if name == "issue" else page)

    walk(world, page, language, look)
    assert len(seen) == len(set(seen)) >= 27
    assert {url for url in asked if not url.startswith((world.context.settings.public_url, "data:"))} == set()
    assert surroundings.cookies() == []
    surroundings.close()


@SQLITE
@pytest.mark.parametrize("scripts", [True, False])
def test_a_proof_of_work_is_done_by_the_browser_and_who_has_no_script_gets_in_too(
    database: Database, tmp_path: Path, browser: Any, scripts: bool
) -> None:
    with serving(database, tmp_path, "proof_of_work = true") as world:
        surroundings = browser.new_context(
            viewport={"width": 375, "height": 700}, java_script_enabled=scripts
        )
        page = surroundings.new_page()
        page.goto(f"{world.context.settings.public_url}/subscribe/weekly")
        if scripts:
            looked_at(page)
        page.fill("#email", "worker@example.org")
        page.press("#email", "Enter")
        page.wait_for_selector("h1:has-text('mailbox')")
        assert world.mail("worker@example.org", 0)
        surroundings.close()
