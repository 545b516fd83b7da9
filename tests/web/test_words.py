"""Every sentence of the pages and letters is said in each language, with all its places."""

import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from digest.actions.look import LANGUAGES, preferred, spoken
from digest.rendering.words import CATALOGS

ROOT = Path(__file__).parents[2]
_SAID = re.compile(r'\bsay\(\s*"([^"]+)"')
_COUNTED = re.compile(r'\bcount\("([^"]+)", "([^"]+)"')
_TOLD = re.compile(r'(?:BadToken|message_page)\(\s*(?:[\w.]+(?:\(request\))?,\s*)?((?:"[^"]*",?\s*)+)')
_WORDS = re.compile(r'"[\w-]+": "([A-Z][^"]+)",')


def _sentences() -> set[str]:
    templates = [*(ROOT / "templates" / "pages").glob("*.html"), *(ROOT / "templates" / "mail").iterdir()]
    code = [
        *(ROOT / "digest" / "web").rglob("*.py"),
        *((ROOT / "digest" / "actions" / f"{name}.py")
          for name in ("leave", "preferences", "own_data", "confirm", "move", "archive", "letters")),
        ROOT / "digest" / "signing.py",
    ]  # fmt: skip
    found: set[str] = set()
    for file in [*templates, *code]:
        text = file.read_text("utf-8")
        found.update(_SAID.findall(text))
        found.update(one for one, _ in _COUNTED.findall(text))
        for arguments in _TOLD.findall(text):
            found.update(re.findall(r'"([^"]*)"', arguments))
    for name in ("leave", "preferences"):
        found.update(_WORDS.findall((ROOT / "digest" / "web" / "public" / f"{name}.py").read_text("utf-8")))
    return found


def test_the_sentences_are_found() -> None:
    found = _sentences()
    assert {"Why did you leave?", "For a month", "Too many mails", "This form belongs to another link.",
            "There is no such page", "Please confirm: {list}"} <= found  # fmt: skip


@pytest.mark.parametrize("language", [language for language in LANGUAGES if language != "en"])
def test_nothing_is_left_in_english(language: str) -> None:
    with (CATALOGS / f"{language}.po").open("rb") as file:
        catalog = {
            (message.id[0] if isinstance(message.id, tuple) else message.id): message
            for message in read_po(file)
        }
    for sentence in _sentences():
        assert sentence in catalog, sentence
        message = catalog[sentence]
        said = message.string if isinstance(message.string, tuple) else (message.string,)
        assert all(said), sentence
        places = set(re.findall(r"\{[a-z]+\}", sentence)) - {"{count}"}
        assert all(places == set(re.findall(r"\{[a-z]+\}", one)) - {"{count}"} for one in said), sentence


@pytest.mark.parametrize(
    ("header", "language"),
    [("", "en"), ("hy", "hy"), ("de-AT,de;q=0.9", "de-AT"), ("ja, fr;q=0.8, ru;q=0.9", "ru"),
     ("*", "en"), ("xx;q=zz, ar", "ar"), ("en;q=0.1,hy;q=0.5", "hy"), ("<script>", "en")],
)  # fmt: skip
def test_the_browsers_language_is_heeded(header: str, language: str) -> None:
    assert preferred(header) == language


def test_only_known_languages_are_spoken() -> None:
    assert spoken("pt") is None
    assert spoken("") is None
    assert spoken(None) is None
    assert spoken("hy-AM") == "hy-AM"
