"""Wrapping by display width: what a line takes on the screen, not how many code points it holds."""

import re
import unicodedata
from functools import lru_cache

# Where a line may break beside a space: after these, between two wide (CJK) characters, never before these.
_NEVER_FIRST = frozenset("、。，．・：；？！）］｝」』】〕〉》”’…ー々〜％")
_NEVER_LAST = frozenset("（［｛「『【〔〈《“‘")
# Each of these takes one column: Latin, Greek, Cyrillic, Armenian, Arabic and Hebrew letters, common signs.
_SINGLE = re.compile(
    "[\x20-\x7e\xa0-\xac\xae-\u02ff\u0370-\u0482\u048a-\u058f\u05d0-\u05ea\u0621-\u064a\u0660-\u066f"
    "\u060c\u061b\u061f\u2010-\u2027\u2030-\u205e]*"
)
_WORD = re.compile(r"[^ ]+")
_SPACES = re.compile(r"  +")
# The vowel signs of Arabic take no column: words with them are measured without.
_VOWELS = re.compile("[\u064b-\u0652\u0670]")


@lru_cache(maxsize=8192)
def _cell(character: str) -> int:
    category = unicodedata.category(character)
    if category in ("Mn", "Me", "Cf", "Cc"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in ("W", "F") else 1


def width(text: str) -> int:
    """The columns that `text` takes: marks and joiners none, East Asian wide characters two."""
    if text.isascii() or _SINGLE.fullmatch(text):
        return len(text)
    return sum(map(_cell, text))


def wrap(text: str, columns: int = 72, first: str = "", rest: str = "") -> list[str]:
    """`text` in lines of at most `columns`, the first begun with `first` and the others with `rest`.

    A web address is never broken and may be longer; another word longer than a line is broken.
    """
    text = _SPACES.sub(" ", text).strip(" ")
    bare = _VOWELS.sub("", text)
    if _SINGLE.fullmatch(bare) and (counted := _narrow(bare, columns, first, rest)) is not None:
        return counted if len(bare) == len(text) else _with_vowels(counted, text.split(" "), first, rest)
    lines: list[str] = []
    line, used, empty = first, width(first), True
    room = columns - width(rest)
    for word in _WORD.findall(text):
        glue = "" if empty else " "
        for piece in _parts(word, room):
            size = width(piece)
            if not empty and used + len(glue) + size > columns:
                lines.append(line)
                line, used, empty, glue = rest, columns - room, True, ""
            line += glue + piece
            used += len(glue) + size
            empty, glue = False, ""
    return [*lines, line] if not empty or not lines else lines


def _narrow(text: str, columns: int, first: str, rest: str) -> list[str] | None:
    """The lines of a text whose every character takes one column; None where a word is longer than a line."""
    lines: list[str] = []
    prefix, room = first, columns - width(first)
    while len(text) > room:
        space = text.rfind(" ", 0, room + 1)
        if space < 0:
            return None
        lines.append(prefix + text[:space])
        text, prefix, room = text[space + 1 :], rest, columns - width(rest)
    return [*lines, prefix + text]


def _with_vowels(lines: list[str], words: list[str], first: str, rest: str) -> list[str]:
    """The same lines of the words as they are written."""
    written: list[str] = []
    at, prefix = 0, first
    for line in lines:
        count = line[len(prefix) :].count(" ") + 1
        written.append(prefix + " ".join(words[at : at + count]))
        at, prefix = at + count, rest
    return written


def _parts(word: str, room: int) -> list[str]:
    """The pieces of a word between which a line may break."""
    if "://" in word or (len(word) <= room and _SINGLE.fullmatch(word)):
        return [word]
    parts: list[str] = []
    part, size = "", 0
    for character in word:
        cell = _cell(character)
        wide_border = bool(part) and _cell(part[-1]) == 2 and cell == 2
        may_break = wide_border and character not in _NEVER_FIRST and part[-1] not in _NEVER_LAST
        if part and cell and (may_break or size + cell > room):
            parts.append(part)
            part, size = "", 0
        part += character
        size += cell
    return [*parts, part]
