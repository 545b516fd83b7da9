"""Each theme in each script as chromium lays it out: whole at every width, read in the order it is written."""

import re
from itertools import pairwise
from typing import Any

import pytest

from digest.rendering import names
from digest.rendering.sample import LANGUAGES

pytestmark = pytest.mark.browser
EVERY = [(name, language) for name in names() for language in LANGUAGES]

# What a reader sees as one thing: a block of words, a picture, a link that stands alone.
BLOCKS = """() => [...document.querySelectorAll('h1,h2,h3,p,li,blockquote,img,.tap,.numeral,td>a')]
  .filter(e => e.getClientRects().length && (e.textContent.trim() || e.tagName === 'IMG'))
  .filter(e => !e.querySelector('p,h3,li,img,.tap'))
  .map(e => { const r = e.getBoundingClientRect();
    return {tag: e.tagName, words: (e.textContent || e.alt).trim().slice(0, 40), left: r.left, right: r.right,
            top: r.top, bottom: r.bottom, cut: e.scrollWidth > e.clientWidth + 1 && e.clientWidth > 0}; })
  .filter(r => r.bottom > r.top && r.right - r.left > 1)"""


def faults(page: Any, width: int, language: str) -> list[object]:
    """What sticks out, is cut, lies over another, or stands before what is written before it."""
    blocks = page.evaluate(BLOCKS)
    assert len(blocks) > 30
    found: list[object] = [
        block for block in blocks if block["cut"] or block["left"] < -1 or block["right"] > width + 1
    ]
    if (wide := page.evaluate("document.documentElement.scrollWidth")) > width:
        found.append(f"scrolls sideways: {wide} of {width}")
    for index, one in enumerate(blocks):
        for other in blocks[index + 1 :]:
            across = min(one["right"], other["right"]) - max(one["left"], other["left"])
            down = min(one["bottom"], other["bottom"]) - max(one["top"], other["top"])
            if across > 1 and down > 1:
                found.append(("overlapped", one, other))
    for before, after in pairwise(blocks):
        below = after["top"] >= before["bottom"] - 1
        beside = after["left"] >= before["right"] - 1
        if language == "ar":
            beside = after["right"] <= before["left"] + 1
        if not (below or beside):
            found.append(("not in order", before, after))
    return found


@pytest.mark.parametrize(("name", "language"), EVERY)
def test_a_mail_is_whole_at_every_width_and_read_in_the_order_it_is_written(
    name: str, language: str, show: Any
) -> None:
    for width in (320, 375, 640, 1024):
        assert faults(show(name, language, width=width), width, language) == [], width


@pytest.mark.parametrize(("name", "language"), EVERY)
def test_without_any_style_sheet_the_mail_is_whole(name: str, language: str, show: Any) -> None:
    """Outlook on Windows reads no media queries, and Gmail drops sheets for some accounts (section 4.1)."""

    def bare(html: str) -> str:
        return re.sub(r"<style.*?</style>", "", html, flags=re.DOTALL)

    for width in (360, 640):
        assert faults(show(name, language, width=width, change=bare), width, language) == [], width


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ["classic", "magazine"])
def test_the_first_screen_of_a_phone_shows_name_headline_and_the_start_of_the_summary(
    name: str, language: str, show: Any
) -> None:
    page = show(name, language)
    top = {
        what: page.locator(what).first.bounding_box()
        for what in ("h1", "h2.lead", "h2.lead + p", "h2.lead a")
    }
    assert top["h1"]["y"] < 80
    assert top["h2.lead a"]["height"] >= 44
    assert top["h2.lead"]["y"] + top["h2.lead"]["height"] < 760
    assert top["h2.lead + p"]["y"] + 25 <= 812


@pytest.mark.parametrize("name", ["classic", "magazine"])
def test_right_to_left_is_the_mirror_image_of_left_to_right(name: str, show: Any) -> None:
    """Columns, pictures at the side and the start of every line stand as far from the other edge."""
    edges = {}
    for language in ("en", "ar"):
        page = show(name, language, width=640)
        script = "([...document.querySelectorAll('h2,h3,img,.points,.quote')]).map(e => {"
        script += "const r = e.getBoundingClientRect(); return [r.left, r.right]})"
        edges[language] = page.evaluate(script)
    assert len(edges["en"]) == len(edges["ar"]) > 15
    for (left, right), (mirrored_left, mirrored_right) in zip(edges["en"], edges["ar"], strict=True):
        assert abs(left - (640 - mirrored_right)) <= 1
        assert abs(right - (640 - mirrored_left)) <= 1
