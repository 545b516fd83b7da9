"""Datelines are found in the scripts of the newsroom, and ordinary sentences are left alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.text.byline import names, split_byline
from digest.text.dateline import split_dateline

DATELINES = [
    ("MOSCOW (RFE/RL) — The president said", "MOSCOW", "RFE/RL"),
    ("YEREVAN, Armenia (AP) — The museum", "YEREVAN, Armenia", "AP"),
    ("ST. PETERSBURG, Fla. (AP) — A storm", "ST. PETERSBURG, Fla.", "AP"),
    ("NEW YORK — The museum", "NEW YORK", None),
    ("BERLIN, Nov 24 – The museum", "BERLIN", None),
    ("TOKYO, Nov. 24, 2024 — The museum", "TOKYO", None),
    ("STEPANAKERT (Combined Sources)—The council", "STEPANAKERT", "Combined Sources"),
    ("MOSCOW/KYIV, Nov 24 (Reuters) - Talks", "MOSCOW/KYIV", "Reuters"),
    ("(CNN) -- The museum", None, "CNN"),
    ("(CNN)The museum", None, "CNN"),
    ("London (CNN)A photo of a weasel", "London", "CNN"),
    ("Jan 5 (Reuters) - The museum", None, "Reuters"),
    ("Berlin (dpa) - Der Bundestag", "Berlin", "dpa"),
    ("Madrid, 24 nov (EFE).- El presidente", "Madrid", "EFE"),
    ("PARIS, le 24 novembre — Le musée", "PARIS", None),
    ("YEREVAN, NOVEMBER 24, ARMENPRESS. The museum", "YEREVAN", "ARMENPRESS"),
    ("ԵՐԵՎԱՆ, 24 նոյեմբերի, ԱՐՄԵՆՊՐԵՍ․ Թանգարանը", "ԵՐԵՎԱՆ", "ԱՐՄԵՆՊՐԵՍ"),
    ("ԵՐԵՎԱՆ — Թանգարանը", "ԵՐԵՎԱՆ", None),
    ("ЕРЕВАН, 24 ноября. /ТАСС/. Музей", "ЕРЕВАН", "ТАСС"),
    ("МОСКВА, 24 ноя — РИА Новости. Музей", "МОСКВА", "РИА Новости"),
    ("القاهرة (رويترز) - قال المتحف", "القاهرة", "رويترز"),
    ("新华社北京11月24日电（记者张三）博物馆", "北京", "新华社"),
    ("【モスクワ共同】博物館", "モスクワ", "共同"),
]

SENTENCES = [
    "NASA — the agency — said so.",
    "NATO — The alliance met.",
    "The (AP) — a test",
    "I — We are here.",
    "Apple (AAPL) - The company",
    "U.S. President Obama said",
    "WASHINGTON — which is a city — slept.",
    "Moscow is big. It is old.",
    "John Smith (CNN) said that",
    "New York - the city that never sleeps",
    "In Moscow (Reuters) there was",
    "BREAKING — The museum burns",
    "DO NOT READ — This is a test",
    "THE BIG READ — A long piece",
    "Sunday, November 27 - the day",
    "قال (رويترز) إن المتحف",
    "The European Commission (EC) has called",
    "Փաշինյանը մեկնեց Մոսկվա — այցը կտևի երկու օր",
]


@pytest.mark.parametrize(("text", "place", "credit"), DATELINES)
def test_a_dateline_gives_its_place_and_credit(text: str, place: str | None, credit: str | None) -> None:
    dateline, rest = split_dateline(text)
    assert dateline is not None
    assert (dateline.place, dateline.credit) == (place, credit)
    assert rest
    assert text.endswith(rest)


@pytest.mark.parametrize("text", SENTENCES)
def test_an_ordinary_beginning_is_no_dateline(text: str) -> None:
    assert split_dateline(text) == (None, text)


def test_the_date_is_told_and_the_line_reads_for_people() -> None:
    dateline, _ = split_dateline("MOSCOW/KYIV, Nov 24 (Reuters) - Talks go on.")
    assert dateline is not None
    assert dateline.date == "Nov 24"
    assert str(dateline) == "MOSCOW/KYIV (Reuters)"


def test_a_dateline_with_nothing_after_it_is_left_alone() -> None:
    assert split_dateline("MOSCOW (RFE/RL) — ") == (None, "MOSCOW (RFE/RL) — ")


@given(
    st.one_of(
        st.text(max_size=200),
        st.builds(
            "".join,
            st.lists(
                st.sampled_from(
                    [
                        "MOSCOW",
                        "YEREVAN",
                        "Կիրառվեց",
                        "ԵՐԵՎԱՆ",
                        " (AP)",
                        " (",
                        ")",
                        " — ",
                        "--",
                        ", ",
                        "Nov 24",
                        "/ТАСС/",
                        "։",
                        "The end",
                        "القاهرة",
                        "(رويترز)",
                        "\n",
                        " ",
                    ]
                ),
                max_size=12,
            ),
        ),
    )
)
def test_no_text_is_lost(text: str) -> None:
    dateline, rest = split_dateline(text)
    original = dateline.original if dateline else ""
    assert "".join((original + rest).split()) == "".join(text.split())


@pytest.mark.parametrize(
    ("given_byline", "expected"),
    [
        ("By Jane Doe | Staff", "Jane Doe"),
        ("by JANE DOE", "Jane Doe"),
        ("Jane Doe and John Smith", "Jane Doe, John Smith"),
        ("Jane Doe, Staff Writer", "Jane Doe"),
        ("Von Max Müller", "Max Müller"),
        ("Հեղինակ՝ Անի Պետրոսյան", "Անի Պետրոսյան"),
        ("بقلم: أحمد علي", "أحمد علي"),
        ("admin", None),
        ("https://social.example/jane", None),
    ],
)
def test_a_byline_becomes_names(given_byline: str, expected: str | None) -> None:
    assert names(given_byline) == expected


def test_a_byline_is_a_line_of_its_own() -> None:
    assert split_byline("By Davit Antonyan\n\nOver the past") == ("By Davit Antonyan", "Over the past")
    sentence = "By Monday the town was empty.\n\nOver the past"
    assert split_byline(sentence) == (None, sentence)
    lower = "By the time he came\n\nOver the past"
    assert split_byline(lower) == (None, lower)
