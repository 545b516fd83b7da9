"""Subjects and preheaders are made of the issue's own headlines."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digest.issues.subjects import PREHEADER_LENGTH, SUBJECT_LENGTH, calm, cut, is_shouting, propose

PIECES = [
    ("Parliament passes the budget", "Parliament in Yerevan passed the budget on Thursday."),
    ("Snow closes the northern road", "Snow closed the road."),
    ("A library opens", "A library opened."),
]


def test_three_subjects_are_proposed_each_with_a_preheader_that_goes_on() -> None:
    proposals = [one.to_json() for one in propose("The Weekly", PIECES)]
    assert proposals == [
        {
            "subject": "Parliament passes the budget",
            "preheader": "Snow closes the northern road · A library opens",
            "length": 28,
        },
        {
            "subject": "Parliament passes the budget · Snow closes the northern road",
            "preheader": "A library opens",
            "length": 60,
        },
        {
            "subject": "The Weekly: Parliament passes the budget",
            "preheader": "Snow closes the northern road · A library opens",
            "length": 40,
        },
    ]


def test_a_single_story_is_continued_by_its_summary() -> None:
    proposals = propose("The Weekly", PIECES[:1])
    assert [one.subject for one in proposals] == [
        "Parliament passes the budget", "The Weekly: Parliament passes the budget", "The Weekly",
    ]  # fmt: skip
    assert proposals[0].preheader == "Parliament in Yerevan passed the budget on Thursday."


@pytest.mark.parametrize(
    ("loud", "told", "quiet"),
    [
        (
            "NATO LEADERS MEET IN YEREVAN",
            "NATO leaders met in Yerevan on Friday.",
            "NATO leaders meet in Yerevan",
        ),
        ("BREAKING: Budget passes", "The budget passed.", "Breaking: Budget passes"),
        ("Leaders of NATO meet", "", "Leaders of NATO meet"),
        (
            "EU AND US AGREE ON TRADE",
            "They told us that the EU and the US agree on trade.",
            "EU and US agree on trade",
        ),
        ("TALKS WITH SARGSYAN END", "Sargsyan left. The talks end.", "Talks with Sargsyan end"),
        ("UNESCO lists the site", "Now UNESCO lists it.", "UNESCO lists the site"),
        ("ԽՈՐՀՐԴԱՐԱՆԸ ԵՐԵՎԱՆՈՒՄ Է", "Այսօր Երևանում նիստ է։", "Խորհրդարանը Երևանում է"),
        ("ПАРЛАМЕНТ ПРИНЯЛ БЮДЖЕТ", "Сегодня парламент принял бюджет.", "Парламент принял бюджет"),
        ("“WAR IS OVER”, SAYS MINISTER", "", "“War is over”, says minister"),
        ("البرلمان يقر الميزانية", "", "البرلمان يقر الميزانية"),
    ],
)
def test_a_shouted_headline_is_said_calmly(loud: str, told: str, quiet: str) -> None:
    assert calm(loud, told) == quiet


def test_a_long_headline_is_cut_at_a_word_and_shows_it() -> None:
    long = "The government says that " + "very " * 20 + "much"
    (first, *_) = propose("Weekly", [(long, "")])
    assert first.length <= SUBJECT_LENGTH
    assert first.subject.endswith("very…")


def test_a_script_without_spaces_is_cut_between_letters_with_their_marks() -> None:
    assert cut("ที่นี่ที่นี่", 3) == "ที…" or cut("ที่นี่ที่นี่", 3) == "…"
    assert cut("議会は予算を可決した", 5) == "議会は予…"


def test_nothing_in_the_issue_proposes_nothing() -> None:
    assert propose("Weekly", []) == []


headlines = st.text(st.characters(codec="utf-8"), max_size=120)


@settings(deadline=None, max_examples=60)
@given(
    st.lists(st.tuples(headlines, headlines), min_size=1, max_size=5), st.sampled_from(["Weekly", "Շաբաթ"])
)
def test_no_proposal_is_long_shouted_or_says_what_no_headline_says(
    pieces: list[tuple[str, str]], title: str
) -> None:
    letters = re.compile(r"[^\W\d_]")
    told = {
        letter for text in (title, *(h + s for h, s in pieces)) for letter in letters.findall(text.casefold())
    }
    for one in propose(title, pieces):
        assert one.subject
        assert one.length <= SUBJECT_LENGTH
        assert len(one.preheader) <= PREHEADER_LENGTH
        assert not is_shouting(one.subject)
        assert not re.search(r"[\r\n\x00]", one.subject + one.preheader)
        assert set(letters.findall(one.subject.casefold())) <= told
