"""Words, stems and lengths."""

import pytest

from digest.text.words import content_stems, stem, tokens, word_count


def test_marks_inside_an_armenian_word_do_not_part_it() -> None:
    assert tokens("Ո՞վ եկա՜վ") == ["ով", "եկավ"]


def test_chinese_gives_pairs_of_characters() -> None:
    assert tokens("会议结束。") == ["会议", "议结", "结束"]


@pytest.mark.parametrize(
    "one, other, code",
    [
        ("minister", "ministers", "en"),
        ("vote", "voted", "en"),
        ("правительство", "правительства", "ru"),
        ("министр", "министром", "ru"),
        ("խորհրդարանը", "խորհրդարանում", "hy"),
        ("կառավարութիւնը", "կառավարութեան", "hy"),
        ("الحكومة", "حكومة", "ar"),
    ],
)
def test_forms_of_one_word_share_a_stem(one: str, other: str, code: str) -> None:
    assert stem(one, code) == stem(other, code)


def test_function_words_carry_nothing() -> None:
    assert content_stems("He said that the river fell", "en") == ["river", "fell"]


def test_length_counts_words_and_pairs_of_characters() -> None:
    assert word_count("Three little words") == 3
    assert word_count("会议昨天结束") == 3
    assert word_count("") == 0
