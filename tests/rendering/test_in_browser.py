"""Each theme in each script, as Debian's chromium lays it out and axe-core reads it."""

import io
import re
import shutil
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from digest import slots
from digest.rendering import names, render, theme
from digest.rendering.colour import Colour, contrast
from digest.rendering.gallery import picture
from digest.rendering.preflight.mail import EXAMPLE_VALUES
from digest.rendering.sample import LANGUAGES, sample

CHROMIUM = shutil.which("chromium")
AXE = Path(__file__).parents[1] / "browser" / "node_modules" / "axe-core" / "axe.min.js"
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="needs Debian's chromium"),
]
EVERY = [(name, language) for name in names() for language in LANGUAGES]
# The slow measurements: each theme once, and each script once.
SOME = [(name, "en") for name in names()] + [("classic", "hy"), ("magazine", "ar")]
# A mail is no web page: its reader's program has the landmarks.
NOT_FOR_MAIL = ["region", "landmark-one-main", "page-has-heading-one", "bypass"]

BLOCKS = """() => [...document.querySelectorAll('h1,h2,h3,p,li,blockquote,img,.tap,.numeral')]
  .filter(e => e.getClientRects().length && (e.textContent.trim() || e.tagName === 'IMG'))
  .filter(e => !e.querySelector('p,h3,li,img,.tap'))
  .map(e => { const r = e.getBoundingClientRect();
    return {tag: e.tagName, words: (e.textContent || e.alt).trim().slice(0, 40), left: r.left, right: r.right,
            top: r.top, bottom: r.bottom, cut: e.scrollWidth > e.clientWidth + 1 && e.clientWidth > 0}; })
  .filter(r => r.bottom > r.top && r.right - r.left > 1)"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    sync_api = pytest.importorskip("playwright.sync_api", reason="needs playwright")
    with sync_api.sync_playwright() as playwright:
        arguments = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)
        yield started
        started.close()


def opened(browser: Any, name: str, language: str) -> Any:
    page = browser.new_page(viewport={"width": 640, "height": 900})

    def answer(route: Any) -> None:
        drawn = route.request.url.rpartition("/")[2].partition(".")[0]
        route.fulfill(body=picture(drawn), content_type="image/svg+xml")

    page.route("**/*", answer)
    page.set_content(slots.fill(render(sample(language), theme(name)).html, EXAMPLE_VALUES, html=True))
    return page


@pytest.mark.parametrize(("name", "language"), EVERY)
def test_a_mail_is_whole_at_every_width_and_read_in_the_order_it_is_written(
    name: str, language: str, browser: Any
) -> None:
    page = opened(browser, name, language)
    for width in (320, 375, 640, 1024):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        blocks = page.evaluate(BLOCKS)
        assert len(blocks) > 25
        assert [block for block in blocks if block["cut"]] == []
        for before, after in pairwise(blocks):
            below = after["top"] >= before["bottom"] - 1
            beside = after["left"] >= before["right"] - 1
            if language == "ar":
                beside = after["right"] <= before["left"] + 1
            assert below or beside, (width, before, after)
    page.close()


@pytest.mark.parametrize(("name", "language"), SOME)
def test_contrast_on_the_pixels_is_enough_in_light_dark_and_forced_inversion(
    name: str, language: str, browser: Any
) -> None:
    image_module = pytest.importorskip("PIL.Image", reason="needs Pillow")
    page = opened(browser, name, language)
    for mode in ("light", "dark", "inverted"):
        page.emulate_media(color_scheme="dark" if mode == "dark" else "light")
        if mode == "inverted":
            page.add_style_tag(content="html{filter:invert(1) hue-rotate(180deg);background:#fff}")
        shot = image_module.open(io.BytesIO(page.screenshot(full_page=True))).convert("RGB")
        for block in page.evaluate(BLOCKS):
            if block["tag"] == "IMG":
                continue
            box = tuple(int(block[side]) for side in ("left", "top", "right", "bottom"))
            counted = sorted(shot.crop(box).getcolors(1_000_000), reverse=True)
            ground = Colour(*counted[0][1])
            # The strokes' own colour is a common one; the edges between are rarer.
            common = [Colour(*rgb) for count, rgb in counted[:40] if count > 2]
            best = max((contrast(shade, ground) for shade in common), default=1.0)
            assert best >= 4.5, (mode, block["words"], best)
    page.close()


@pytest.mark.skipif(not AXE.is_file(), reason="needs axe-core: npm ci in tests/browser")
@pytest.mark.parametrize(("name", "language"), SOME)
def test_axe_finds_nothing(name: str, language: str, browser: Any) -> None:
    page = opened(browser, name, language)
    page.add_script_tag(path=str(AXE))
    for scheme in ("light", "dark") if language == "en" else ("light",):
        page.emulate_media(color_scheme=scheme)
        rules = {rule: {"enabled": False} for rule in NOT_FOR_MAIL}
        found = page.evaluate("rules => axe.run(document, {rules})", rules)
        told = [(one["id"], [node["html"][:120] for node in one["nodes"]][:3]) for one in found["violations"]]
        assert told == []
    page.close()


@pytest.mark.parametrize("name", ["classic", "magazine"])
def test_pictures_off_the_words_stand_where_the_pictures_stood(name: str, browser: Any) -> None:
    page = browser.new_page(viewport={"width": 375, "height": 900})
    page.route("**/*", lambda route: route.abort())
    page.set_content(slots.fill(render(sample(), theme(name)).html, EXAMPLE_VALUES, html=True))
    assert page.evaluate("document.documentElement.scrollWidth") <= 375
    for alt in page.evaluate("[...document.images].filter(i => i.getClientRects().length).map(i => i.alt)"):
        assert alt
    page.close()


def test_the_first_screen_of_a_phone_shows_name_headline_and_the_start_of_the_summary(browser: Any) -> None:
    page = opened(browser, "classic", "en")
    page.set_viewport_size({"width": 375, "height": 812})
    lead = page.locator("h2.lead").bounding_box()
    summary = page.locator("h2.lead + p").bounding_box()
    assert page.locator("h1").bounding_box()["y"] < 80
    assert lead["y"] + lead["height"] < 700
    assert summary["y"] + 50 <= 812
    page.close()


@pytest.mark.parametrize("name", names())
def test_without_any_style_sheet_the_mail_is_whole(name: str, browser: Any) -> None:
    """Outlook on Windows reads no media queries, and Gmail drops sheets for some accounts (section 4.1)."""
    page = browser.new_page(viewport={"width": 360, "height": 900})
    page.route("**/*", lambda route: route.fulfill(body=picture("lake"), content_type="image/svg+xml"))
    html = slots.fill(render(sample(), theme(name)).html, EXAMPLE_VALUES, html=True)
    page.set_content(re.sub(r"<style.*?</style>", "", html, flags=re.DOTALL))
    for width in (360, 640):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        blocks = page.evaluate(BLOCKS)
        assert [block for block in blocks if block["cut"]] == []
    page.close()
