"""Slots: the places of a compiled rendition that differ for each recipient.

A slot is written into HTML and text as a marker between two private-use characters. Content can
never hold those characters (`clean` removes them), so no article can open a slot.
"""

import re
from collections.abc import Mapping
from html import escape

OPEN, CLOSE = "\ue000", "\ue001"
NAMES = ("name", "address", "unsubscribe_url", "preferences_url", "web_url")
"""What a theme may use."""
READER = "reader"
"""Stands in counted links that note persons; no theme may use it."""
_MARKER = re.compile(f"{OPEN}([a-z_]+){CLOSE}")


def marker(name: str) -> str:
    """The marker to put into a template for the slot `name`; KeyError for a slot nobody fills."""
    if name not in (*NAMES, READER):
        raise KeyError(name)
    return f"{OPEN}{name}{CLOSE}"


def clean(text: str) -> str:
    """`text` without the two characters that could open or close a slot."""
    return text.replace(OPEN, "").replace(CLOSE, "")


def split(compiled: str) -> list[str]:
    """Literal text and slot names in turn: `[literal, name, literal, name, …, literal]`."""
    return _MARKER.split(compiled)


def fill(compiled: str, values: Mapping[str, str], *, html: bool) -> str:
    """`compiled` with every slot replaced; in HTML the values are escaped, so none leaves its slot."""
    return _MARKER.sub(lambda m: escape(values[m[1]]) if html else values[m[1]], compiled)
