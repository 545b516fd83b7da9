"""Nothing passes that the article does not say."""

import pytest

from digest.summary.grounding import loose_quotes, violations

ENGLISH = (
    "President Serzh Avagyan met Ilham Karimov in Yerevan on Thursday. Twenty-one people had died "
    "and 3.5 million "
    "euros were lost. “We will rebuild it,” he said."
)
RUSSIAN = (
    "Министр Нина Орлова и посол Павел Зимин обсудили мост в Москве 24 ноября; погибли двадцать один человек."
)
ARMENIAN = "Նիկոլ Ավագյանը Երևանում հանդիպեց Պողոս Մելիքյանին նոյեմբերի 24-ին, տուժեց քսանմեկ մարդ։"


@pytest.mark.parametrize(
    "summary, article",
    [
        ("Avagyan met Karimov in Yerevan.", ENGLISH),
        ("21 people died; $3,500,000 was lost.", ENGLISH),
        ("Avagyan's talks were on Thursday.", ENGLISH),
        ("U2 have sold all tickets.", "U2 have sold all tickets for two nights."),
        ("Зимина ждут в Москву, погиб 21 человек.", RUSSIAN),
        ("Встреча с Ниной Орловой прошла в ноябре.", RUSSIAN),
        ("Ավագյանի հետ Երևանից մեկնեց Մելիքյանը նոյեմբերին։", ARMENIAN),
    ],
)
def test_inflected_names_and_spelled_numbers_are_grounded(summary: str, article: str) -> None:
    assert violations(summary, article) == []


@pytest.mark.parametrize(
    "summary, article, kind, found",
    [
        ("They met in Gyumri.", ENGLISH, "name", "Gyumri"),
        ("They met on Friday.", ENGLISH, "name", "Friday"),
        ("Talks killed 22 people.", ENGLISH, "number", "22"),
        ("Losses were 3.5 billion euros.", ENGLISH, "number", "3.5 billion"),
        ("Talks with Serzh Karimov failed.", ENGLISH, "full name", "Serzh Karimov"),
        ("Встреча прошла в Минске.", RUSSIAN, "name", "Минске"),
        ("Встреча прошла 24 декабря.", RUSSIAN, "date", "декабря"),
        ("В Москве ждали Нину Зимину.", RUSSIAN, "full name", "Нину Зимину"),
        ("Այսօր Փարիզում հանդիպում եղավ։", ARMENIAN, "name", "Փարիզում"),
        ("Հանդիպումը դեկտեմբերին էր։", ARMENIAN, "date", "դեկտեմբերին"),
        ("Հանդիպումը նոյեմբերի 25-ին էր։", ARMENIAN, "number", "25"),
    ],
)
def test_what_the_article_does_not_say_is_named(summary: str, article: str, kind: str, found: str) -> None:
    assert [(v.kind, v.found) for v in violations(summary, article)] == [(kind, found)]


def test_a_quotation_must_stand_word_for_word() -> None:
    assert loose_quotes('He said "we will rebuild it".', ENGLISH) == []
    assert [v.found for v in loose_quotes('He said "we will never rebuild it".', ENGLISH)] == [
        "we will never rebuild it"
    ]
