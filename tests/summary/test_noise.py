"""Datelines, credits and site furniture are told from the story."""

import pytest

from digest.summary.noise import is_furniture, without_opening


@pytest.mark.parametrize(
    "text, rest",
    [
        ("MOSCOW (RFE/RL) — The minister left.", "The minister left."),
        ("(CNN)The minister left.", "The minister left."),
        ("Fall River, Massachusetts  (CNN)The minister left.", "The minister left."),
        ("(Rolling Stone)The minister left.", "The minister left."),
        ("(AP) — The minister left.", "The minister left."),
        ("Yerevan (AP) The minister left.", "The minister left."),
        ("( CNN ) The minister left.", "The minister left."),
        ("Agence France-Presse (AFP) The minister left.", "Agence France-Presse (AFP) The minister left."),
        ("The minister (Labour) left.", "The minister (Labour) left."),
        ('Mr Lee (No Relation) "left" early.', 'Mr Lee (No Relation) "left" early.'),
    ],
)
def test_the_opening_credit_goes_and_the_sentence_stays(text: str, rest: str) -> None:
    assert without_opening(text) == rest


@pytest.mark.parametrize(
    "line",
    [
        "Media playback is not supported on this device",
        "By Anna Petrosyan and Davit Lee",
        "Photo: City archive",
        "Image credit: Anna Lee",
        "Picture: City archive",
        "A man walks past the bridge on Monday. (Photo by Anna Lee/AFP)",
        "(AP Photo/Anna Lee, File)",
        "People wait at the bridge (Anna Lee/Getty Images).",
        "FILE - In this 2020 photo people wait at the bridge.",
        "READ MORE: The bridge in pictures",
        "Follow us on Facebook",
        "Write to desk@example.org",
        "November 24, 2026",
        "***",
        "Фото: архив города",
    ],
)
def test_furniture_is_known(line: str) -> None:
    assert is_furniture(line)


@pytest.mark.parametrize(
    "line",
    [
        "By Monday the river had risen.",
        "Photographers waited at the door.",
        "The mayor (pictured) left.",
        "He filed the papers (and a photo) on Monday.",
        "She showed the bridge (photo above).",
        "Reading is fun, the minister said.",
        "Pictures of the flood were shown to the council on Monday.",
        "More people came than expected.",
    ],
)
def test_sentences_are_no_furniture(line: str) -> None:
    assert not is_furniture(line)
