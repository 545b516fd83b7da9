"""The bundled newspaper: enough to choose from, in three languages, and always of this week."""

import re
from collections import Counter
from datetime import UTC, datetime, timedelta

from digest.demo.newspaper import FOLDER, Newspaper, load
from digest.demo.pages import LOGO_SIZE

NOW = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)


def test_it_has_at_least_thirty_four_articles_in_three_languages(newspaper: Newspaper) -> None:
    languages = Counter(piece.language for piece in newspaper.pieces)
    assert len(newspaper.pieces) >= 34
    assert languages["hy"] >= 10
    assert languages["ar"] == 2
    assert languages["en"] > languages["hy"]


def test_every_article_has_between_120_and_450_words_an_excerpt_and_an_author(newspaper: Newspaper) -> None:
    for piece in newspaper.pieces:
        # Armenian and Arabic say in one word what English says in three.
        assert (100 if piece.language != "en" else 120) <= len(piece.body.split()) <= 450, piece.slug
        assert piece.excerpt.endswith((".", "։", "”", "”.")), piece.slug
        assert piece.author


def test_no_placeholder_is_left_in_what_is_published(newspaper: Newspaper) -> None:
    for piece in newspaper.pieces:
        assert not re.search(r"[{}]", piece.title + piece.excerpt + piece.body), piece.slug


def test_weekdays_follow_the_moment_of_the_demo() -> None:
    for days in range(7):
        now = NOW + timedelta(days=days)
        piece = load(now).piece("pass-closed")
        assert piece is not None
        closed_until = (piece.published + timedelta(days=2)).strftime("%A")
        assert piece.title == f"Sari Pass closed until {closed_until} after heavy snow"
        assert now - piece.published < timedelta(hours=3)


def test_armenian_dates_are_written_as_armenians_write_them(newspaper: Newspaper) -> None:
    piece = newspaper.piece("gyumri-crafts-hy")
    assert piece is not None
    assert piece.body.startswith("ԳՅՈՒՄՐԻ, 25 նոյեմբերի — ")


def test_most_articles_are_of_this_week_and_some_are_too_old(newspaper: Newspaper) -> None:
    ages = [NOW - piece.published for piece in newspaper.pieces]
    assert all(age > timedelta(0) for age in ages)
    assert sum(age < timedelta(days=7) for age in ages) >= 30
    assert any(age > timedelta(days=10) for age in ages)


def test_translations_name_each_other(newspaper: Newspaper) -> None:
    paired = [piece for piece in newspaper.pieces if piece.pair]
    assert len(paired) == 2
    for piece in paired:
        other = newspaper.piece(piece.pair)
        assert other is not None
        assert other.pair == piece.slug
        assert other.language != piece.language


def test_pictures_exist_are_small_and_have_words_for_those_who_do_not_see_them(newspaper: Newspaper) -> None:
    pictured = [piece for piece in newspaper.pieces if piece.image]
    assert len({piece.image for piece in pictured}) >= 14
    for piece in pictured:
        content = (FOLDER / "images" / piece.image).read_bytes()
        assert content.startswith(b"\xff\xd8\xff")
        assert len(content) <= 60_000
        assert piece.alt
        assert piece.caption
        assert piece.credit


def test_the_logo_is_a_transparent_png_of_the_size_that_the_pages_state() -> None:
    content = (FOLDER / "images" / "logo.png").read_bytes()
    size = (int.from_bytes(content[16:20], "big"), int.from_bytes(content[20:24], "big"))
    assert size == LOGO_SIZE
    assert content[25] == 6, "colour type 6 is RGB with alpha"


def test_related_articles_are_others_in_the_same_language(newspaper: Newspaper) -> None:
    for piece in newspaper.pieces:
        related = newspaper.related(piece)
        assert piece not in related
        assert {other.language for other in related} == {piece.language}
