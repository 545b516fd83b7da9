"""Markup made harmless or plain."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.sources.dates import read_date
from digest.sources.entry import Image, language_tag, web_address, whole_number
from digest.sources.images import choose, first_in
from digest.sources.markup import harmless, paragraphs, plain, words


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<b>One</b> &amp; two", "One & two"),
        ("One<br>two<p>three</p>four", "One two three four"),
        ("1 < 2 and 3 > 2", "1 < 2 and 3 > 2"),
        ("AT&amp;amp;T", "AT&amp;T"),
        ("a\0b\x07\nc", "a b c"),
        ("<script>x()</script>One<style>p{}</style>", "One"),
        ("«Բարև»&nbsp;–&#8230;", "«Բարև» –…"),
        ("", ""),
    ],
)
def test_plain_is_what_a_reader_sees_on_one_line(markup: str, text: str) -> None:
    assert plain(markup) == text


def test_text_that_only_looks_like_markup_stays() -> None:
    assert plain("use <b> & </b>", is_html=False) == "use <b> & </b>"


@given(st.text())
def test_nothing_that_acts_survives(text: str) -> None:
    wrapped = f"<p onclick={text!r}><script>{text}</script><a href='javascript:{text}'>x</a>{text}</p>"
    cleaned = harmless(wrapped, "https://valley.example/").lower()
    assert "<script" not in cleaned
    assert "<iframe" not in cleaned
    assert not any(char in cleaned for char in "\0\x08\x0b")


def test_an_unclosed_frame_swallows_nothing() -> None:
    assert harmless('<p>One</p><iframe src="x"/><p>Two</p>', None) == "<p>One</p><p>Two</p>"
    assert harmless('<p>One</p><iframe src="x">no frames</iframe><p>Two</p>', None) == "<p>One</p><p>Two</p>"


def test_paragraphs_are_parted_by_one_empty_line() -> None:
    assert paragraphs(" One\r\ntwo \r\n \r\n\r\nThree\0 ") == "One\ntwo\n\nThree"


def test_words_are_counted_in_scripts_without_spaces_too() -> None:
    assert words("two words") == 2
    assert 4 <= words("今日は天気がいい") <= 6


@pytest.mark.parametrize(
    ("value", "address"),
    [
        (" https://v.example/a b ", "https://v.example/a%20b"),
        ("//cdn.example/x", "https://cdn.example/x"),
        ("?p=1", "https://v.example/feed?p=1"),
        ("javascript:x", None),
        ("https://", None),
        ("http://[bad", None),
        ("https://v.example/" + "x" * 2048, None),
        (None, None),
        (3, None),
        ("", None),
    ],
)
def test_a_web_address_is_absolute_or_nothing(value: object, address: str | None) -> None:
    assert web_address(value, "https://v.example/feed") == address


@pytest.mark.parametrize(
    ("value", "tag"),
    [("en_us", "en-US"), ("HY", "hy"), ("zh-hant-tw", "zh-Hant-TW"), ("English", None), ("", None), (None, None),
     ("x", None), ("de-1996-abcdefgh-abcdefgh", "de")],
)  # fmt: skip
def test_languages_are_tags_in_their_usual_case(value: object, tag: str | None) -> None:
    assert language_tag(value) == tag


@pytest.mark.parametrize(
    ("value", "number"),
    [("12", 12), (12, 12), ("640px", 640), ("12.0", 12), ("-1", None), ("many", None), (None, None)],
)
def test_counts_are_whole_numbers(value: object, number: int | None) -> None:
    assert whole_number(value) == number


def test_the_widest_picture_wins_and_counting_pixels_never_do() -> None:
    small, large = Image("https://v.example/s.jpg", 140), Image("https://v.example/l.jpg", 1200)
    pixel = Image("https://v.example/p.gif", 1, 1)
    assert choose([pixel, small, large]) == large
    assert choose([pixel]) is None
    assert choose([Image("https://s.w.org/images/core/emoji/72x72/1f4a5.png")]) is None


def test_a_picture_of_unknown_size_named_first_is_kept_before_a_thumbnail() -> None:
    named, thumbnail = Image("https://v.example/n.jpg"), Image("https://v.example/t.jpg", 150)
    assert choose([named, thumbnail]) == named


def test_the_first_picture_in_a_text_is_found_with_size_and_alt() -> None:
    markup = '<img src="https://v.example/1.gif" width="1" height="1"><img alt="The &quot;bridge&quot;" width=800 src=https://v.example/b.jpg>'
    assert first_in(markup) == Image("https://v.example/b.jpg", 800, None, 'The "bridge"')


@given(st.text())
def test_any_text_is_a_date_or_none(text: str) -> None:
    moment = read_date(text)
    assert moment is None or moment.tzinfo is not None
