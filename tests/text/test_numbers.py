"""One number is one value, however it is written."""

import pytest

from digest.text.numbers import normal_number, quantities


@pytest.mark.parametrize(
    "written, value",
    [
        ("1,200", "1200"),
        ("1 200 000", "1200000"),
        ("1.200.000", "1200000"),
        ("3,5", "3.5"),
        ("3.50", "3.5"),
        ("007", "7"),
        ("٣٫٥", "3.5"),
        ("0", "0"),
    ],
)
def test_digits_have_one_spelling(written: str, value: str) -> None:
    assert normal_number(written) == value


@pytest.mark.parametrize(
    "text, value",
    [
        ("twenty-one people", "21"),
        ("двадцать один человек", "21"),
        ("քսան երկու մարդ", "22"),
        ("3.5 million euros", "3500000"),
        ("2 млрд рублей", "2000000000"),
        ("հինգ հազար դրամ", "5000"),
        ("3万人", "30000"),
    ],
)
def test_words_and_scales_are_numbers_too(text: str, value: str) -> None:
    assert value in quantities(text)


def test_years_beside_a_number_are_not_joined_to_it() -> None:
    assert set(quantities("In 2019 500 people came")) == {"2019", "500"}


def test_one_and_first_count_nothing() -> None:
    assert quantities("One of the first to come") == {}
