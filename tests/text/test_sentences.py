"""Sentences end where a reader ends them, in each language the newsroom writes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.text.sentences import paragraphs, sentences

CASES = {
    "titles and initials do not end a sentence": (
        "en",
        ["Dr. J. K. Marsh met Gov. Ann Lee at 5 p.m. Monday.", "She paid $3.5 million."],
    ),
    "an abbreviated country may stand in the middle": (
        "en",
        ["The U.S. Senate voted.", "Nobody in St. Louis slept.", "The billboard is on U.S. 70 now."],
    ),
    "a quotation of two sentences stays whole": (
        "en",
        ["“We won. We are happy,” Lee said.", "The crowd left."],
    ),
    "an exclamation inside a quotation does not part it from its speaker": (
        "en",
        ["“Stop!” she cried.", "He did."],
    ),
    "a number after its sign stays with it": ("en", ["Flight No. 5 left early.", "It came back."]),
    "the Armenian full stop": ("hy", ["Խորհրդարանն ընդունեց օրենքը։", "Ո՞վ է դեմ։", "Բոլորը կողմ են։"]),
    "the colon that keyboards give for it": ("hy", ["Նիստը սկսվեց ժամը 12:30-ին:", "Այն փակ էր:"]),
    "Western Armenian with both": ("hyw", ["Ան եկաւ Պէյրութէն։", "Ի՞նչ ըսաւ քեզի:", "Բան մը չըսաւ։"]),
    "the Latin full stop is a semicolon in Armenian": ("hy", ["Մեկը եկավ. մյուսը գնաց։", "Վերջ։"]),
    "an Armenian ellipsis before a small letter goes on": ("hy", ["Սպասում էին... և եկավ։", "Գնացին..."]),
    "a title of two sentences in Armenian quotation marks": (
        "hy",
        ["Նա կարդաց «Արցախ։ Տեղեկանք» գիրքը։", "Լավն էր։"],
    ),
    "Russian abbreviations and initials": (
        "ru",
        ["В 2020 г. А. С. Петров жил на ул. Ленина.", "Дом стоил 3,5 млн. руб."],
    ),
    "a Russian quotation with its speaker": ("ru", ["«Мы пойдём!» — сказал он.", "Все ушли."]),
    "the Arabic question mark": ("ar", ["هل وصل الوفد؟", "وصل الوفد مساء أمس.", "كان اللقاء قصيرا!"]),
    "Chinese without spaces": ("zh", ["会议昨天结束。", "谁出席了？", "部长说：“很好。我们继续。”"]),
    "Japanese with a quotation inside": ("ja", ["彼は「行く。」と言った。", "本当ですか？"]),
    "French titles": ("fr", ["M. Dupont est parti.", "« Déjà ? » a demandé Mme Roy."]),
}


@pytest.mark.parametrize("name", CASES)
def test_sentences_end_where_a_reader_ends_them(name: str) -> None:
    language, expected = CASES[name]
    glue = "" if language in ("zh", "ja") else " "

    assert sentences(glue.join(expected), language) == expected


def test_the_language_is_told_by_the_script() -> None:
    assert sentences("Նա եկավ: Նա գնաց:") == ["Նա եկավ:", "Նա գնաց:"]


def test_paragraphs_end_sentences_without_a_full_stop() -> None:
    assert sentences("Flood hits town\n\nThe river rose. It fell.") == [
        "Flood hits town",
        "The river rose.",
        "It fell.",
    ]


def test_text_wrapped_at_a_column_is_joined_again() -> None:
    wrapped = "The council of the old town by the river voted late on Monday to\nclose the bridge."

    assert paragraphs(wrapped) == [wrapped.replace("\n", " ")]


def test_a_wrapped_line_may_begin_with_a_name() -> None:
    wrapped = (
        "The council of the old town by the river voted on Monday, and Mayor\n"
        "Lilit Hakobyan said that the bridge would close for repairs in March.\n"
        "It reopens in May."
    )

    assert paragraphs(wrapped) == [wrapped.replace("\n", " ")]


def test_a_quotation_that_goes_on_in_the_next_paragraph_is_cut_at_its_sentences() -> None:
    found = sentences("“We came close. It failed.\n\n“But we try again,” Lee said.", "en")

    assert found == ["“We came close.", "It failed.", "“But we try again,” Lee said."]


@given(st.text(max_size=400), st.sampled_from([None, "en", "hy", "ru", "ar", "zh", "xx", "pt-BR", ""]))
def test_no_text_breaks_it_and_no_visible_character_is_lost(text: str, language: str | None) -> None:
    from digest.text.typography import tidy

    found = sentences(text, language)

    assert "".join("".join(found).split()) == "".join(tidy(text).split())
    assert all(sentence == sentence.strip() and sentence for sentence in found)
