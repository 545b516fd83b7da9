"""A theme says how long its summaries are: in words, or in characters."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digest.summary import summarize
from digest.summary.length import Length, summarize_within
from digest.summary.problem import SummaryError

TITLE = "Library opens on Sundays"
TEXT = (
    "The town library will open on Sundays from March, the council decided on Tuesday. "
    "Two hundred readers had asked for it in a letter. "
    "The Sunday hours cost 12,000 euros a year, which the council takes from its reserve. "
    "A second librarian starts in February."
)


def test_in_words_it_is_the_same_summary() -> None:
    assert summarize_within(Length(words=30), TITLE, TEXT, "en") == summarize(TITLE, TEXT, "en", 30)


def test_in_characters_whole_sentences_fit_the_space() -> None:
    made = summarize_within(Length(characters=140), TITLE, TEXT, "en")
    assert 0 < len(made.text) <= 140
    assert all(sentence in TEXT for sentence in made.sentences)


def test_the_space_is_used_where_a_second_sentence_fits() -> None:
    assert len(summarize_within(Length(characters=200), TITLE, TEXT, "en").sentences) >= 2


def test_a_sentence_that_is_too_long_alone_is_cut_at_a_clause_or_a_word() -> None:
    made = summarize_within(Length(characters=40), TITLE, TEXT, "en")
    assert 0 < len(made.text) <= 40
    assert made.text.endswith((".", "…"))


@settings(max_examples=50, deadline=None)
@given(
    text=st.text(max_size=300), characters=st.integers(1, 200), language=st.sampled_from([None, "en", "hy"])
)
def test_no_text_ever_takes_more_than_the_space(text: str, characters: int, language: str | None) -> None:
    assert len(summarize_within(Length(characters=characters), "", text, language).text) <= characters


@pytest.mark.parametrize("wrong", [{}, {"words": 1, "characters": 1}, {"words": -1}, {"characters": -5}])
def test_a_length_is_given_once_and_above_zero(wrong: dict[str, int]) -> None:
    with pytest.raises(SummaryError, match="cannot be made"):
        Length(**wrong)
