"""Every sentence that the program says to readers is translated, in mails, letters and pages."""

import ast
import re
from pathlib import Path

import pytest
from babel import Locale
from babel.messages.pofile import read_po

from digest.rendering.words import CATALOGS, words

ROOT = Path(__file__).parents[2]
LANGUAGES = ("hy", "ru", "fr", "de", "es", "ar")
SAID_IN_TEMPLATE = re.compile(r'\bsay\(\s*"((?:[^"\\]|\\.)*)"')
COUNTED_IN_TEMPLATE = re.compile(r'\bcount\(\s*"((?:[^"\\]|\\.)*)"\s*,\s*"(?:[^"\\]|\\.)*"')
PLACE = re.compile(r"\{\w+\}")


def said() -> set[str]:
    """The sentences given to `say` and `count`, in code and templates, in English."""
    sentences = set()
    for path in (ROOT / "templates").rglob("*"):
        if path.suffix in (".html", ".txt", ".mjml"):
            source = path.read_text(encoding="utf-8")
            for pattern in (SAID_IN_TEMPLATE, COUNTED_IN_TEMPLATE):
                sentences |= {found[1] for found in pattern.finditer(source)}
    for path in (ROOT / "digest").rglob("*.py"):
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(call, ast.Call) and call.args and isinstance(call.args[0], ast.Constant):
                name = (
                    call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
                )
                sentence = str(call.args[0].value)
                if name == "say" or (name == "count" and "{count}" in sentence):
                    sentences.add(sentence)
    return sentences


def catalog(language: str) -> dict[str, tuple[str, ...]]:
    """Each sentence (of a plural its first form) with its translations."""
    with (CATALOGS / f"{language}.po").open("rb") as file:
        messages = [message for message in read_po(file) if message.id]
    return {
        message.id if isinstance(message.id, str) else message.id[0]: tuple(
            [message.string] if isinstance(message.string, str) else message.string
        )
        for message in messages
    }


def test_the_sentences_are_found() -> None:
    assert {"Unsubscribe", "Follow-up", "{count} story"} <= said()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_is_translated(language: str) -> None:
    assert said() - catalog(language).keys() == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_translation_is_there_and_keeps_the_places(language: str) -> None:
    for sentence, forms in catalog(language).items():
        assert all(forms), sentence
        places = set(PLACE.findall(sentence)) - {"{count}"}
        for form in forms:
            assert set(PLACE.findall(form)) - {"{count}"} == places, form


# What a typesetter of the language would not let pass.
FAULTS_OF_TYPE = {
    "": r"\.\.\.|\"|(?<=\w)'|'(?=\w)|  ",
    "fr": r" [:;?!»%]|« ",
    "ar": r"[,;?]",
    "hy": r"[?!:;]|՞ու",
    "ru": r"[“”]| - ",
    "es": r"^[^¿]*\?",
    "de": r"[“”](?=\w)| - ",
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_translation_is_set_as_a_typesetter_of_the_language_would(language: str) -> None:
    wrong = re.compile(f"{FAULTS_OF_TYPE['']}|{FAULTS_OF_TYPE[language]}")
    forms = [form for forms in catalog(language).values() for form in forms]
    assert [form for form in forms if wrong.search(form)] == []


@pytest.mark.parametrize("language", sorted(set(LANGUAGES) - {"hy"}))
def test_numbers_share_a_form_where_the_language_lets_them(language: str) -> None:
    """Against CLDR's plural rules; Armenian nouns stay in the singular after every number."""
    spoken, catalog = Locale(language).plural_form, words(language).catalog
    pairs = {
        (spoken(number), catalog.ngettext("{count} story", "{count} stories", number))
        for number in range(1, 300)
    }
    assert len({kind for kind, _ in pairs}) == len({form for _, form in pairs}) == len(pairs)
