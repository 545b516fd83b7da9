"""Languages and their writing direction, from BCP 47 tags."""

import re
import unicodedata
from functools import lru_cache

_RIGHT_TO_LEFT = {
    *("ar", "arc", "arz", "azb", "ckb", "dv", "fa", "glk", "he", "ji", "khw", "ks", "lrc", "mzn", "nqo"),
    *("pnb", "ps", "sd", "syr", "ug", "ur", "yi"),
}
_RIGHT_TO_LEFT_SCRIPTS = {"adlm", "arab", "hebr", "mand", "nkoo", "rohg", "samr", "syrc", "thaa"}
_TAG = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*")


def tag(language: str | None, default: str = "en") -> str:
    """`language` as a well-formed tag with hyphens, or `default` where it is none."""
    text = (language or "").strip()
    return text.replace("_", "-") if _TAG.fullmatch(text) else default


@lru_cache(maxsize=256)
def direction(language: str) -> str:
    """`rtl` or `ltr`: by the script of the tag if it names one, else by its language."""
    primary, *rest = tag(language).lower().split("-")
    scripts = [part for part in rest if len(part) == 4 and part.isalpha()]
    if scripts:
        return "rtl" if scripts[0] in _RIGHT_TO_LEFT_SCRIPTS else "ltr"
    return "rtl" if primary in _RIGHT_TO_LEFT else "ltr"


def direction_of_text(text: str, default: str) -> str:
    """The direction of the first strong character (UAX 9, rule P2), or `default` where there is none."""
    for character in text:
        kind = unicodedata.bidirectional(character)
        if kind == "L":
            return "ltr"
        if kind in ("R", "AL"):
            return "rtl"
    return default
