"""Where sentences end in scripts that have capitals: Latin, Cyrillic, Greek.

A stop ends a sentence when what follows does not begin small, unless it belongs to an abbreviation, an
initial, a number or a short quotation that is still open.
"""

import re

from digest.text.abbreviations import ABBREVIATIONS, BEFORE_NUMBER
from digest.text.quotations import quotations
from digest.text.wordlists import word_set
from digest.text.words import FUNCTION_WORDS

_STOP = re.compile(
    r"(?:[.!?]+|…)(?:\s?['’]{1,2}(?=\s|$)|[\"”»)\]])*(?:(?=\s)|(?<=[a-z]{2}\.)(?=[A-Z][a-z]+\s))"
)
_WORD_BEFORE = re.compile(r"([^\s(\[\"“«‘']+)\s?$")
_WORD_AFTER = re.compile(r"\s*[\"'“«„‘(\[`—–-]*\s?([^\W\d_]+(?:['’][^\W\d_]+)?)?")
_SPOKEN = re.compile(
    r"\s+(?:[^\W\d_]\S*\s+){1,4}?(?:said|says|asked|told|added|cried|replied|wrote|tweeted|shouted)\b"
)
_ACRONYM = re.compile(r"(?:[^\W\d_]\.)+[^\W\d_]|[^\W\d_]")
_MAY_END = word_set(
    "inc corp co ltd jr sr etc ph.d a.m p.m d.c est др т.д т.п н.э руб г гг тыс млн млрд трлн"
)
_AFTER_HOUR = re.compile(r"(?:[A-Z]{2,4}T|GMT|(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day)\b")
_REACH = 40
_LONGEST_QUOTATION = 320
"""Characters; a longer quotation is cut at its sentences."""


def borders(paragraph: str, code: str, *, whole_quotations: bool = True) -> list[int]:
    """Offsets at which a sentence of `paragraph` ends and white space follows, in rising order."""
    longest = _LONGEST_QUOTATION if whole_quotations else 0
    spans = [(a, b) for a, b in quotations(paragraph) if b - a <= longest]
    ends: list[int] = []
    span = 0
    for match in _STOP.finditer(paragraph):
        end = match.end()
        while span < len(spans) and spans[span][1] <= end:
            span += 1
        if span < len(spans) and spans[span][0] < end:
            continue
        if not _goes_on(paragraph, ends[-1] if ends else 0, match, code):
            ends.append(end)
    return ends


def _goes_on(paragraph: str, begun: int, match: re.Match[str], code: str) -> bool:
    """Whether the sentence that began at `begun` goes on after this stop."""
    following = _WORD_AFTER.match(paragraph, match.end())
    after = (following[1] or "") if following else ""
    if after[:1].islower() and not after[1:2].isupper():
        return True
    if paragraph[match.end() : match.end() + _REACH].lstrip()[:1] in (",", ";"):
        return True
    stop = match.group().rstrip("\"”»)]'’ ")
    quoted = stop != match.group()
    if stop != ".":
        return bool(quoted and stop.endswith(("!", "?")) and _SPOKEN.match(paragraph, match.end()))
    if quoted:
        return False
    before = _WORD_BEFORE.search(paragraph, max(begun, match.start() - _REACH), match.start())
    if before is None:
        return False
    rest = paragraph[match.end() : match.end() + _REACH].lstrip()
    return _abbreviates(before[1], after, rest, code, alone=before.start() <= begun + 1)


def _abbreviates(word: str, after: str, rest: str, code: str, *, alone: bool) -> bool:
    """Whether the stop after `word` marks an abbreviation in the middle of a sentence."""
    low = word.lower()
    if low in BEFORE_NUMBER.get(code, ()) and rest[:1].isdigit():
        return True
    if low in ("a.m", "p.m"):
        return bool(_AFTER_HOUR.match(rest))
    if len(after) == 1 and rest[1:2] == "." and _ACRONYM.fullmatch(word):
        return True
    if rest[:1].isdigit() and "." in word and _ACRONYM.fullmatch(word):
        return True  # "U.S. 70"
    starts_anew = after.lower() in FUNCTION_WORDS.get(code, ()) or not after
    if low in _MAY_END or (_ACRONYM.fullmatch(word) and word[0].isupper() and word != "I"):
        return not starts_anew
    if low in ABBREVIATIONS.get(code, ()):
        return True
    # "1. Close the bridge" and the German "5. Mai".
    return word.isdigit() and len(word) <= 2 and (alone or code in ("de", "da", "fi", "cs", "hu"))
