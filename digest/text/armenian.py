"""Where Armenian sentences end, in both orthographies.

The full stop is ։ (U+0589); texts from ordinary keyboards use the Latin colon for it. The Latin full stop
is the Armenian semicolon (միջակետ) and ends nothing; ՞ ՛ ՜ stand inside the word and end nothing either.
An ellipsis ends a sentence only before a capital. Rules measured by bench/armenian_sentences.py.
"""

import re

_CLOSERS = "»”\"')\\]’"
_OPENERS = '«“„"(\\[—–\\-'
_END = re.compile(rf"(?:[։:]|\.{{3}}|…|[?!])[{_CLOSERS}]*(?:\[\d+\])?(?=\s)")
_UPPER = "Ա-ՖA-ZА-ЯЁ"
_STARTS = re.compile(rf"\s+[{_OPENERS} ]*[{_UPPER}]")
_TITLE = (
    120  # characters a quoted title may have; a longer quotation is speech, and its sentences are its own
)


def borders(paragraph: str) -> list[int]:
    """Offsets at which a sentence of `paragraph` ends and white space follows, in rising order."""
    ends = []
    for match in _END.finditer(paragraph):
        mark = match.group()
        strong = "։" in mark or ":" in mark
        if strong and _inside_title(paragraph, match.end()):
            continue
        if not strong and not _STARTS.match(paragraph, match.end()):
            continue
        ends.append(match.end())
    return ends


def _inside_title(paragraph: str, end: int) -> bool:
    """Whether `end` lies inside «…» whose sentence goes on after the closing mark, as in a book's title."""
    opened = paragraph.rfind("«", 0, end)
    if opened < 0 or "»" in paragraph[opened:end]:
        return False
    closed = paragraph.find("»", end)
    if closed < 0 or closed - opened > _TITLE:
        return False
    after = paragraph[closed + 1 : closed + 3].lstrip()
    return not after or after[0] in ",-—–՝․." or after[0].islower()
