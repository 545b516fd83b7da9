"""Typographic normalisation: one way to write spaces and invisible characters, everything else kept."""

import re
import unicodedata

# Zero-width space, soft hyphen, byte-order mark and word joiner carry nothing for a reader. Zero-width
# (non-)joiners stay: Persian and Indic spelling needs them.
_INVISIBLE = dict.fromkeys([0x00AD, 0x200B, 0x2060, 0xFEFF])
_SPACES = re.compile(r"[^\S\n]+")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f\x80-\x9f]")
_NEWLINES = re.compile(r"\r\n?|[\u2028\u2029\x85\v\f]")
_BLANK = re.compile(r" ?\n[ \n]*\n ?")


def tidy(text: str) -> str:
    """`text` in NFC with plain spaces, `\\n` line ends, at most one blank line, and no invisible characters.

    Idempotent. Letters, quotes and dashes are left as the author wrote them.
    """
    text = _NEWLINES.sub("\n", unicodedata.normalize("NFC", text)).translate(_INVISIBLE)
    text = _SPACES.sub(" ", _CONTROL.sub("", text))
    text = _BLANK.sub("\n\n", text)
    return re.sub(r" ?\n ?", "\n", text).strip()


def one_line(text: str) -> str:
    """`text` tidied and set on one line."""
    return " ".join(tidy(text).split())
