"""Sentences that need the one before them are known by how they begin."""

import pytest

from digest.summary.standing import (
    CONNECTING,
    EXPLETIVE,
    PERSONAL,
    POINTING,
    QUOTED,
    antecedents,
    leaning,
    may_begin,
)


@pytest.mark.parametrize(
    "sentence, code, expected",
    [
        ("She left the room.", "en", PERSONAL),
        ("“We will not go,” he said.", "en", PERSONAL),
        ("“We will not go,” Mayor Hakobyan said.", "en", None),
        ("“We will not go.”", "en", QUOTED),
        ("However, the shops stay open.", "en", POINTING),
        ("This was the third flood.", "en", POINTING),
        ("This week the council votes.", "en", None),
        ("That's the question.", "en", POINTING),
        ("The first would be a law.", "en", POINTING),
        ("The first bridge was closed.", "en", None),
        ("All are well.", "en", POINTING),
        ("For example, the bridge was closed.", "en", POINTING),
        ("It is not clear whether the bridge opens.", "en", EXPLETIVE),
        ("It fell.", "en", PERSONAL),
        ("But the shops stay open.", "en", CONNECTING),
        ("There were five bridges.", "en", None),
        ("Theresa Lee left the room.", "en", None),
        ("Она ушла.", "ru", PERSONAL),
        ("Однако мост закрыт.", "ru", POINTING),
        ("Онегин уехал.", "ru", None),
        ("Նա հեռացավ։", "hy", PERSONAL),
        ("Սակայն կամուրջը փակ է։", "hy", POINTING),
        ("Նարեկացին գրեց։", "hy", None),
        ("Ան գնաց։", "hyw", None),
        ("لكن الجسر مغلق.", "ar", POINTING),
        ("وأضاف أن الجسر مغلق.", "ar", POINTING),
        ("但大桥关闭了。", "zh", POINTING),
        ("大桥关闭了。", "zh", None),
    ],
)
def test_the_opening_tells_whether_a_sentence_leans(sentence: str, code: str, expected: str | None) -> None:
    assert leaning(sentence, code) == expected


def test_a_chain_of_pronouns_leans_on_the_sentence_with_the_name() -> None:
    assert antecedents([None, PERSONAL, PERSONAL, POINTING, None, EXPLETIVE, CONNECTING]) == [
        None,
        0,
        0,
        2,
        None,
        None,
        None,
    ]


@pytest.mark.parametrize(
    "sentence, may",
    [
        ("It was the third flood of the year.", True),
        ("This is the year of the bridge.", True),
        ("The bridge is closed.", True),
        ("He said the bridge is closed.", False),
        ("“We will not go.”", False),
    ],
)
def test_a_text_may_begin_with_it_and_not_with_somebody_unnamed(sentence: str, may: bool) -> None:
    assert may_begin(sentence, leaning(sentence, "en")) is may
