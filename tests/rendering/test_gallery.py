"""Pages that show every theme with a brand."""

from pathlib import Path

from lxml import etree

from digest import slots
from digest.rendering import Brand, names
from digest.rendering.gallery import page, picture, write_gallery
from digest.rendering.own_themes import start_theme


def test_every_theme_bundled_and_own_has_a_page_with_the_brand(tmp_path: Path) -> None:
    own = tmp_path / "own"
    start_theme(own, "mine", "brief")
    written = write_gallery(
        tmp_path / "out", title="A & B", brand=Brand(accent="#0b5c8a"), language="de", own=own
    )
    assert [path.name for path in written] == [
        "index.html",
        *(f"{name}.html" for name in sorted([*names(), "mine"])),
    ]
    index = written[0].read_text(encoding="utf-8")
    assert "<h1>A &amp; B</h1>" in index
    for path in written[1:]:
        shown = path.read_text(encoding="utf-8")
        assert "#0b5c8a" in shown
        assert path.name in index


def test_a_page_needs_nothing_from_outside_and_has_no_slot_left() -> None:
    shown = page("magazine", "ar")
    assert "pictures.example" not in shown
    assert slots.OPEN not in shown


def test_a_picture_is_drawn_the_same_each_time() -> None:
    assert picture("lake") == picture("lake")
    assert picture("lake") != picture("chess")
    assert etree.fromstring(picture("lake").encode()).tag.endswith("svg")
