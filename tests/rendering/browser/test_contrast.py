"""Contrast measured on the pixels that chromium painted: by day, in the mail's own dark and in a forced one."""

import io
from typing import Any

import pytest

from digest.rendering import names
from digest.rendering.colour import AA, Colour, contrast
from digest.rendering.sample import LANGUAGES

pytestmark = pytest.mark.browser
EVERY = [(name, language) for name in names() for language in LANGUAGES]
MODES = ("light", "dark", "forced")
TEXTS = """() => [...document.querySelectorAll('h1,h2,h3,p,li,blockquote,.tap,.numeral,td>a')]
  .filter(e => e.getClientRects().length && e.textContent.trim() && !e.querySelector('p,h3,li,.tap'))
  .map(e => { const r = e.getBoundingClientRect(); return {words: e.textContent.trim().slice(0, 40),
    box: [r.left, r.top + scrollY, r.right, r.bottom + scrollY].map(Math.round)}; })
  .filter(t => t.box[3] > t.box[1] && t.box[2] - t.box[0] > 1)"""
PICTURES = TEXTS.replace("h1,h2,h3,p,li,blockquote,.tap,.numeral,td>a", "img").replace("textContent", "alt")


def photograph(page: Any) -> Any:
    image_module = pytest.importorskip("PIL.Image", reason="needs Pillow")
    return image_module.open(io.BytesIO(page.screenshot(full_page=True))).convert("RGB")


def painted(shot: Any, box: list[int]) -> float:
    """The contrast of a box's commonest colour, which is its ground, with the colour of its strokes."""
    counted = sorted(shot.crop(tuple(box)).getcolors(1_000_000), reverse=True)
    ground = Colour(*counted[0][1])
    # The strokes' own colour is a common one; the edges between are rarer.
    strokes = (Colour(*shade) for count, shade in counted[1:40] if count > 2)
    return max((contrast(shade, ground) for shade in strokes), default=1.0)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(("name", "language"), EVERY)
def test_every_text_stands_out_from_its_ground(name: str, language: str, mode: str, show: Any) -> None:
    page = show(name, language, mode=mode)
    shot, texts = photograph(page), page.evaluate(TEXTS)
    assert len(texts) > 30
    measured = {text["words"]: painted(shot, text["box"]) for text in texts}
    assert {words: found for words, found in measured.items() if found < AA} == {}


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("name", names())
def test_a_dark_logo_survives_the_dark(name: str, mode: str, show: Any) -> None:
    page = show(name, "en", mode=mode)
    [logo] = [one for one in page.evaluate(PICTURES) if one["words"] == "The Valley Weekly"]
    assert painted(photograph(page), logo["box"]) >= AA


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(("name", "language"), EVERY)
def test_pictures_off_the_words_stand_where_the_pictures_stood(
    name: str, language: str, mode: str, show: Any
) -> None:
    page = show(name, language, mode=mode, width=320, pictures=False)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    pictures = page.evaluate(PICTURES)
    assert len(pictures) == page.evaluate(
        "[...document.images].filter(i => i.getClientRects().length).length"
    )
    shot = photograph(page)
    assert {one["words"]: found for one in pictures if (found := painted(shot, one["box"])) < AA} == {}
