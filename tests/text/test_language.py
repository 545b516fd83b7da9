"""A text's script and commonest words tell its language."""

import pytest

from digest.text.language import base_language, guess_language


@pytest.mark.parametrize(
    "text, code",
    [
        ("Խորհրդարանն ընդունեց օրենքը", "hy"),
        ("Парламент принял закон о бюджете", "ru"),
        ("أقر البرلمان قانون الميزانية", "ar"),
        ("议会通过了预算法案", "zh"),
        ("議会は予算を可決した", "ja"),
        ("The parliament passed the budget and the law", "en"),
        ("Le parlement a adopté la loi et le budget dans la nuit", "fr"),
        ("Das Parlament hat das Gesetz und den Haushalt nicht verabschiedet", "de"),
        ("", "en"),
        ("2024 — 15 %", "en"),
    ],
)
def test_the_script_tells_the_language(text: str, code: str) -> None:
    assert guess_language(text) == code


def test_a_tag_is_reduced_to_its_language_and_a_wrong_one_is_not_believed() -> None:
    assert base_language("pt_BR") == "pt"
    assert base_language("hyw") == "hy"
    assert base_language("???", "Да, это так") == "ru"
