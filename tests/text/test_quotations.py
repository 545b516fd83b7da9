"""Quotations are found even where the marks do not tell which of them opens."""

import pytest

from digest.text.quotations import quotations
from digest.text.sentences import sentences


@pytest.mark.parametrize(
    "paragraph, expected",
    [
        ('He said "we go" and left.', ['"we go"']),
        ("“We go. Now,” he said. «Да», — ответил он.", ["“We go. Now,”", "«Да»"]),
        ("He doesn't know the players' plan.", []),
        ("'We won. We are happy,' said Lee's brother.", ["'We won. We are happy,'"]),
        ("`` Descent slow . All well . '' said the pilot .", ["`` Descent slow . All well . ''"]),
        ('"This goes on in the next paragraph.', []),
        ('"This goes on. "This one ends here," he said.', ['"This one ends here,"']),
    ],
)
def test_quotations_are_found_with_their_marks(paragraph: str, expected: list[str]) -> None:
    assert [paragraph[a:b] for a, b in quotations(paragraph)] == expected


def test_an_open_quotation_does_not_swallow_the_sentences_after_it() -> None:
    text = '"We came close. It failed. "But we try again," Lee said. Nobody answered.'

    assert sentences(text, "en") == [
        '"We came close.',
        "It failed.",
        '"But we try again," Lee said.',
        "Nobody answered.",
    ]


def test_apostrophes_do_not_join_sentences() -> None:
    text = "The babies ' grave was empty . The mother left . She wept at the man 's door ."

    assert len(sentences(text, "en")) == 3


@pytest.mark.parametrize(
    "text, count",
    [
        ("He lives in the U.S. It suits him.", 2),
        ("He joined the U.S. Army in May.", 1),
        ("She works at Acme Inc. The firm is old.", 2),
        ("“Who is it?” Mayor Lee asked. Nobody knew.", 2),
        ("They left at 5 p.m. Monday. It rained.", 2),
        ("He stopped.Then he left again.", 2),
        ("1. Close the bridge. 2. Repair it.", 2),
        ("They saw J. R. Ewing. He waved.", 2),
        ("“Stop!” He ran.", 2),
    ],
)
def test_stops_that_may_or_may_not_end_a_sentence(text: str, count: int) -> None:
    assert len(sentences(text, "en")) == count
