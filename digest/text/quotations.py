"""Where quotations stand in a paragraph, also when typewriter marks do not say which of them opens.

A typewriter mark (" or ') opens after white space or a bracket and closes after a letter or a full stop. A
quotation that is not closed in its paragraph (speech that goes on in the next one) is none.
"""

import re

_MARK = re.compile(r"``|''|[\"“”„«»'‘’]")
_CLOSER_OF = {"“": "”", "„": "“”", "«": "»", "‘": "’", "``": ("''",)}
_BEFORE_OPENER = " \t\n([—–-/"


def quotations(paragraph: str) -> list[tuple[int, int]]:
    """Start and end offsets of the quotations of `paragraph`, marks included, in order and never nested."""
    spans: list[tuple[int, int]] = []
    open_at: int | None = None
    opener = ""
    for match in _MARK.finditer(paragraph):
        mark, start, end = match.group(), match.start(), match.end()
        if open_at is not None and _closes(paragraph, opener, mark, start, end):
            spans.append((open_at, end))
            open_at = None
        elif _opens(paragraph, mark, start, end) and (open_at is None or mark == opener):
            open_at, opener = start, mark
    return spans


def _opens(paragraph: str, mark: str, start: int, end: int) -> bool:
    if mark in ("“", "«", "„", "``"):
        return True
    if mark not in ('"', "'", "‘"):
        return False
    before = paragraph[start - 1] if start else " "
    after = paragraph[end : end + 1]
    return before in _BEFORE_OPENER and bool(after) and not after.isspace()


def _closes(paragraph: str, opener: str, mark: str, start: int, end: int) -> bool:
    if opener in _CLOSER_OF and opener != "‘":
        return mark in _CLOSER_OF[opener]
    if opener == '"':
        return mark == '"' and not (paragraph[start - 1].isspace() and not paragraph[end : end + 1].isspace())
    # Single marks are apostrophes too: one closes only after a stop, which tokenised text parts with a space.
    before = paragraph[:start].rstrip()[-1:]
    after = paragraph[end : end + 1]
    return mark in ("'", "’") and before in ".,!?…;:" and not after.isalnum()
