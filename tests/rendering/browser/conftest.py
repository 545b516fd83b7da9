"""One browser and two pages of it, kept for every theme in every script: one shows pictures, one never does."""

import shutil
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import pytest

from bench.screenshots import without_dark_rules
from digest import slots
from digest.rendering import Brand, Logo, SocialLink, render, theme
from digest.rendering.gallery import picture
from digest.rendering.preflight.mail import EXAMPLE_VALUES
from digest.rendering.sample import sample

CHROMIUM = shutil.which("chromium")
MODES = ("light", "dark", "forced")
LOGO = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 160 40" width="160" height="40">'
    '<rect x="10" y="8" width="140" height="24" fill="#222"/></svg>'
)
BRAND = Brand(
    logo=Logo("https://pictures.example/logo.svg", "The Valley Weekly", 160, 40),
    social=(SocialLink("Mastodon", "https://social.example/@weekly"),),
    footer="Made in Yerevan.",
)

Show = Callable[..., Any]


@cache
def mail(name: str, language: str) -> str:
    """The sample with every block in a theme, a logo above it."""
    rendered = render(sample(language, brand=BRAND, every_block=True), theme(name))
    return slots.fill(rendered.html, EXAMPLE_VALUES, html=True)


class Screen:
    """A page that shows one mail after another."""

    def __init__(self, browser: Any, *, pictures: bool) -> None:
        self.page = browser.new_page()
        self.devtools = self.page.context.new_cdp_session(self.page)
        self.shown = ""
        self.page.route("**/*", self._draw if pictures else lambda route: route.abort())

    def show(self, html: str, mode: str, width: int) -> Any:
        """The page with this mail in it: `forced` is Chromium's own dark mode, on which Android's programs draw."""
        self.page.set_viewport_size({"width": width, "height": 900})
        self.page.emulate_media(color_scheme="light" if mode == "light" else "dark")
        self.devtools.send("Emulation.setAutoDarkModeOverride", {"enabled": mode == "forced"})
        html = without_dark_rules(html) if mode == "forced" else html
        if html != self.shown:
            self.page.set_content(html)
            self.shown = html
        return self.page

    @staticmethod
    def _draw(route: Any) -> None:
        name = route.request.url.rpartition("/")[2].partition(".")[0]
        route.fulfill(body=LOGO if name == "logo" else picture(name), content_type="image/svg+xml")


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Open no longer than a module's tests: while it is, no other test of this process can run a loop."""
    if CHROMIUM is None:
        pytest.skip("needs Debian's chromium")
    sync_api = pytest.importorskip("playwright.sync_api", reason="needs playwright")
    with sync_api.sync_playwright() as playwright:
        arguments = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)
        yield started
        started.close()


@pytest.fixture(scope="module")
def show(browser: Any) -> Show:
    """Show a theme in a language; `change` is made to the HTML first."""
    screens = {pictures: Screen(browser, pictures=pictures) for pictures in (True, False)}

    def shown(
        name: str,
        language: str,
        *,
        mode: str = "light",
        width: int = 375,
        pictures: bool = True,
        change: Callable[[str], str] = str,
    ) -> Any:
        return screens[pictures].show(change(mail(name, language)), mode, width)

    return shown
