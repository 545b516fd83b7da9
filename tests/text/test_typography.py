"""Text is tidied without being rewritten."""

from hypothesis import given
from hypothesis import strategies as st

from digest.text.typography import one_line, tidy


def test_spaces_line_ends_and_invisible_characters_are_made_plain() -> None:
    assert tidy("One\u00a0two\u200b \r\n\r\n\r\n three\u00adfour ") == "One two\n\nthreefour"


def test_quotes_and_dashes_stay_as_written() -> None:
    assert one_line("“Да” —\n«այո»") == "“Да” — «այո»"


@given(st.text())
def test_tidying_twice_changes_nothing(text: str) -> None:
    assert tidy(tidy(text)) == tidy(text)
