"""Text as it is shown: cleaned, wrapped, in the reader's language."""

import re
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.rendering import dates, literal, markdown
from digest.rendering.language import direction, direction_of_text, tag
from digest.rendering.typesetting import kept_together
from digest.rendering.width import width, wrap
from digest.rendering.words import words

MOMENT = datetime(2026, 11, 24, 21, 30, tzinfo=UTC)


def test_text_loses_what_cannot_be_seen_or_turns_its_neighbours_over() -> None:
    assert literal.line("a\u202eb\u2066c\ue000d\x00e\ufefff\ud800g") == "abcdefg"
    assert literal.line("  a\n\tb\u2028c ") == "a b c"
    assert literal.lines("a\r\nb\rc\n\n d ") == "a\nb\nc\n\nd"


def test_text_keeps_the_joiners_that_scripts_and_emoji_need() -> None:
    assert literal.line("می\u200cخواهم 👨\u200d👩\u200d👧 🏴") == "می\u200cخواهم 👨\u200d👩\u200d👧 🏴"


def test_a_tower_of_marks_is_cut_down() -> None:
    assert literal.line("e" + "\u0301" * 500).count("\u0301") <= 9


@given(st.text())
def test_a_cleaned_line_is_clean(text: str) -> None:
    once = literal.line(text)
    assert literal.line(once) == once
    assert "\n" not in once


@pytest.mark.parametrize(
    ("url", "safe"),
    [
        ("https://a.example/x?a=1&b=2#c", "https://a.example/x?a=1&b=2#c"),
        ("https://a.example/б c\"'<>", "https://a.example/%D0%B1%20c%22'%3C%3E"),
        ("https://münchen.example/", "https://münchen.example/"),
        ("HTTPS://A.example/", "HTTPS://A.example/"),
        ("mailto:a@b.example", "mailto:a@b.example"),
        ("javascript:alert(1)", ""),
        ("java\nscript:x", ""),
        ("data:text/html,x", ""),
        ("//a.example/x", ""),
        ("https://", ""),
        ("http://[bad", ""),
        ('https://a.example"><b>/', ""),
        ("/relative", ""),
        (None, ""),
    ],
)
def test_only_whole_addresses_become_links(url: str | None, safe: str) -> None:
    assert literal.address(url) == safe


def test_width_is_what_the_screen_takes() -> None:
    assert width("abc") == 3
    assert width("日本") == 4
    assert width("e\u0301") == 1
    assert width("مُحَمَّد") == 4
    assert width("Հայ") == 3


@given(
    st.text(alphabet=st.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp")), max_size=300),
    st.integers(10, 72),
)
def test_no_wrapped_line_is_wider_than_asked_and_nothing_is_lost(text: str, columns: int) -> None:
    lines = wrap(literal.line(text), columns)
    assert "".join("".join(lines).split()) == "".join(literal.line(text).split())
    assert all(width(line) <= columns or "://" in line for line in lines)


def test_an_address_is_never_broken() -> None:
    address = "https://news.example/" + "a" * 200
    assert wrap(f"see {address} now", 40) == ["see", address, "now"]


def test_chinese_breaks_between_characters_and_not_before_a_full_stop() -> None:
    lines = wrap("湖水比四月高了十一厘米。" * 6, 24)
    assert all(width(line) <= 24 for line in lines)
    assert not any(line.startswith("。") for line in lines)


def test_lines_after_the_first_are_begun_as_asked() -> None:
    assert wrap("one two three", 9, "- ", "  ") == ["- one two", "  three"]


def test_dates_are_written_as_a_reader_of_the_language_writes_them() -> None:
    assert dates.long_date(MOMENT, "UTC", "en") == "24 November 2026"
    assert dates.long_date(MOMENT, "UTC", "en-US") == "November 24, 2026"
    assert dates.long_date(MOMENT, "Asia/Yerevan", "hy") == "25 նոյեմբերի, 2026 թ."
    assert dates.story_date(MOMENT, MOMENT, "UTC", "ru") == "24 ноября"
    assert (
        dates.story_date(datetime(2025, 12, 31, 12, tzinfo=UTC), MOMENT, "UTC", "de") == "31. Dezember 2025"
    )
    assert dates.event_time(MOMENT, "Asia/Yerevan", "fr") == "25 novembre 2026, 01:30"
    assert dates.long_date(MOMENT, "UTC", "tlh") == "24 November 2026"


def test_a_number_is_not_torn_from_its_unit() -> None:
    together = "It is 7.2\u00a0km, 40\u00a0% up, 3\u00a0°C, 8,6\u00a0կմ, 5\u00a0кг and 43 mills."
    assert kept_together(together.replace("\u00a0", " ")) == together


def test_numbers_have_the_separators_of_the_language() -> None:
    assert dates.number(12345, "de") == "12.345"
    assert dates.number(12345, "en") == "12,345"


def test_plurals_follow_the_language() -> None:
    def told(language: str, *counts: int) -> list[str]:
        return [words(language).count("{count} story", "{count} stories", count) for count in counts]

    assert told("en", 1, 2) == ["1 story", "2 stories"]
    assert told("ru", 1, 2, 5, 21) == ["1 материал", "2 материала", "5 материалов", "21 материал"]
    assert told("ar", 1, 2, 5, 12) == ["خبر واحد", "خبران", "5 أخبار", "12 خبرًا"]
    assert told("xx", 2) == ["2 stories"]


def test_a_sentence_cannot_reach_into_its_values() -> None:
    assert words("en").say("{a.__class__} {a} {b}", a="x") == "{a.__class__} x {b}"


def test_direction_is_known_from_the_tag_and_else_from_the_text() -> None:
    assert [direction(language) for language in ("ar", "fa-IR", "he", "az-Arab", "ur-Latn", "en", "hy")] == [
        "rtl", "rtl", "rtl", "rtl", "ltr", "ltr", "ltr",
    ]  # fmt: skip
    assert direction_of_text("2026: خبر", "ltr") == "rtl"
    assert direction_of_text("123", "rtl") == "rtl"
    assert tag("en_GB") == "en-GB"
    assert tag('"><script>') == "en"


def test_markdown_has_the_quotes_of_the_language() -> None:
    assert markdown.to_html('"a"', "en") == "<p>“a”</p>"
    assert markdown.to_html('"a" -- b', "hy") == "<p>«a» – b</p>"


def test_markdown_becomes_plain_text_with_its_lists_and_addresses() -> None:
    source = "Hello *you*\n\n- one\n- [two](https://a.example/)\n\n3. three\n4. four\n\n> said\n\n`x`"
    assert markdown.to_text(source, "en") == (
        ("", "Hello you"),
        ("- ", "one"),
        ("- ", "two (https://a.example/)"),
        ("3. ", "three"),
        ("4. ", "four"),
        ("> ", "said"),
        ("", "x"),
    )


@given(st.text(max_size=200))
def test_any_markdown_gives_only_the_tags_of_the_allowlist(source: str) -> None:
    tags = set(re.findall(r"<([a-zA-Z0-9]+)", markdown.to_html(source, "en")))
    assert tags <= {
        "p",
        "br",
        "strong",
        "em",
        "a",
        "ul",
        "ol",
        "li",
        "blockquote",
        "h3",
        "h4",
        "code",
        "pre",
        "hr",
        "s",
    }
