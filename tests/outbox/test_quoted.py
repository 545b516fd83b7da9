"""Values that need no encoding are one and the same piece in both parts."""

from hypothesis import given
from hypothesis import strategies as st

from outbox import quoted


@given(st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=80))
def test_a_plain_value_is_the_same_piece_in_text_and_html(text: str) -> None:
    piece = quoted.plain(text)
    if piece is not None:
        assert piece == quoted.value(text, html=False) == quoted.value(text, html=True)


def test_what_html_escapes_or_a_line_cannot_begin_with_is_not_plain() -> None:
    assert quoted.plain("https://news.example/u/k1.1-2.abc") == b"https://news.example/u/k1.1-2.abc=\r\n"
    for text in (
        "",
        ".hidden",
        "From me",
        "a&b",
        "<b>",
        '"',
        "it's",
        "a=b",
        "é",
        "ends in a blank ",
        "x" * 76,
    ):
        assert quoted.plain(text) is None
