"""Shorten one sentence that is longer than a whole summary may be: at a clause if the grammar allows,
else at a word.
"""

import re

from digest.text.words import word_count

ELLIPSIS = "…"
_TERMINAL = {"hy": "։", "zh": "。", "ja": "。", "hi": "।"}
_MARK = re.compile(r"[;:،؛，；՝․]|,|\s[—–-]\s|—")
_SUBORDINATE = {
    "en": r"(?:which|who|whose|where|while|although|though|because|after|before|as|when|since|if|"
    r"unless|and|but|or|so|"
    r"including|following|with|adding|saying|leaving|making|raising)\b",
    "ru": r"(?:котор|где|когда|пока|хотя|потому|так как|поскольку|если|а|но|и|что|чтобы|включая)\b|котор\w+",
    "hy": r"(?:որ|որը|որոնք|որտեղ|երբ|մինչ|թեև|քանի|որովհետև|եթե|իսկ|բայց|և|ու|որպեսզի|ներառյալ)\b",
    "fr": r"(?:qui|que|dont|où|alors|tandis|bien|parce|après|avant|comme|quand|si|et|mais|ou)\b",
    "de": r"(?:der|die|das|welche|wo|während|obwohl|weil|nachdem|bevor|als|wenn|und|aber|oder|dass|wobei)\b",
    "es": r"(?:que|quien|donde|mientras|aunque|porque|después|antes|como|cuando|si|y|pero|o)\b",
}
_CLAUSE = {code: re.compile(pattern, re.IGNORECASE) for code, pattern in _SUBORDINATE.items()}
_LEAST_SHARE = 0.35  # a clause must hold at least this share of what fits, else too much is lost
_PAIRED = (("“", "”"), ("«", "»"), ("(", ")"), ("「", "」"), ("[", "]"))


def shorten(sentence: str, words: int, language: str) -> str:
    """`sentence` cut to at most `words` words; unchanged when it fits; empty when `words` is under one.

    A cut before a subordinate clause or after a semicolon keeps the grammar and ends with the language's full
    stop. Without such a place the text ends with "…" at a word. No quotation or bracket is left open at a
    clause.
    """
    if words < 1:
        return ""
    if word_count(sentence) <= words:
        return sentence
    least = max(4, int(words * _LEAST_SHARE))
    for mark in reversed(list(_MARK.finditer(sentence))):
        head = sentence[: mark.start()].rstrip()
        count = word_count(head)
        if count > words:
            continue
        if count < least:
            break
        if _is_clause_end(mark.group(), sentence[mark.end() :].lstrip(), language) and _balanced(head):
            return _ended(head, language)
    return _at_word(sentence, words)


def _is_clause_end(mark: str, rest: str, language: str) -> bool:
    if mark.strip() in (";", "؛", "；", "։") or (
        mark.strip() in ("—", "–", "-") and language in ("en", "fr", "es", "de")
    ):
        return True
    if language in ("zh", "ja"):
        return mark in "，；"
    pattern = _CLAUSE.get(language)
    return mark.strip() in ",،" and pattern is not None and bool(pattern.match(rest))


def _balanced(head: str) -> bool:
    return head.count('"') % 2 == 0 and all(head.count(a) == head.count(b) for a, b in _PAIRED)


def _ended(head: str, language: str) -> str:
    return head.rstrip(",;:—–- ") + _TERMINAL.get(language, ".")


def _at_word(sentence: str, words: int) -> str:
    """The first `words` words and an ellipsis; scripts without spaces are cut at a character."""
    kept: list[str] = []
    room = words
    for part in sentence.split():
        cost = word_count(part)
        if cost > room:
            if not kept or cost > 1:
                kept.append(_first_characters(part, room))
            break
        kept.append(part)
        room -= cost
    return " ".join(part for part in kept if part).rstrip(" ,;:—–-.…") + ELLIPSIS


def _first_characters(part: str, room: int) -> str:
    taken = ""
    for char in part:
        if word_count(taken + char) > room:
            break
        taken += char
    return taken
