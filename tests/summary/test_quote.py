"""A pull quote is verbatim and has the right person's name under it, or is not there."""

import pytest

from digest.summary.quote import Quote, pull_quote


@pytest.mark.parametrize(
    "language, text, expected",
    [
        (
            "en",
            "It closes. “We could not wait for an accident on the bridge,” said Mayor Lilit Hakobyan. It rained.",
            Quote("We could not wait for an accident on the bridge", "Mayor Lilit Hakobyan"),
        ),
        (
            "en",
            'Nobody came. Davit Lee said: "The bridge was never safe in all those years."',
            Quote("The bridge was never safe in all those years.", "Davit Lee"),
        ),
        (
            "ru",
            "Мост закрыт. «Мы не могли ждать, пока случится авария на мосту», — сказала мэр Лилит Акопян.",
            Quote("Мы не могли ждать, пока случится авария на мосту", "мэр Лилит Акопян"),
        ),
        (
            "hy",
            "Կամուրջը փակ է։ «Մենք չէինք կարող սպասել, մինչև վթար լինի կամրջի վրա», — ասաց Լիլիթ Հակոբյանը։",
            Quote("Մենք չէինք կարող սպասել, մինչև վթար լինի կամրջի վրա", "Լիլիթ Հակոբյանը"),
        ),
    ],
)
def test_the_speaker_stands_beside_the_words(language: str, text: str, expected: Quote) -> None:
    assert pull_quote(None, text, language) == expected


@pytest.mark.parametrize(
    "text",
    [
        "“We could not wait for an accident on the bridge,” she said.",
        "“We could not wait for an accident on the bridge.” The mayor left.",
        "“We could not wait for an accident on the bridge,” said that he met Anna Lee.",
        "The “old bridge” closes, Mayor Lilit Hakobyan said.",
        "",
    ],
)
def test_without_a_named_speaker_or_enough_words_there_is_none(text: str) -> None:
    assert pull_quote(None, text, "en") is None
