"""Names are the words that a sentence writes large without having to."""

import pytest

from digest.text.names import names, same_name


def test_names_stand_inside_a_sentence() -> None:
    assert names("Talks with Anna Petrosyan in Gyumri failed.") == ["Anna", "Petrosyan", "Gyumri"]


def test_the_first_word_is_a_name_when_it_is_one_elsewhere() -> None:
    assert names("Petrosyan left. Nobody saw Petrosyan. Rivers rose.") == ["Petrosyan", "Petrosyan"]


def test_an_abbreviation_of_a_country_is_a_name_and_a_pronoun_is_not() -> None:
    assert names("The US agreed when I asked.") == ["US"]


@pytest.mark.parametrize(
    "one, other, code, same",
    [
        ("Երևանում", "Երևան", "hy", True),
        ("Փաշինյանի", "Փաշինյանը", "hy", True),
        ("Москве", "Москвы", "ru", True),
        ("Путиным", "Путин", "ru", True),
        ("Sargsyan's", "Sargsyan", "en", True),
        ("Paris", "Parma", "en", False),
        ("Москва", "Минск", "ru", False),
        ("Երևան", "Գյումրի", "hy", False),
    ],
)
def test_inflected_forms_are_one_name(one: str, other: str, code: str, same: bool) -> None:
    assert same_name(one, other, code) is same
