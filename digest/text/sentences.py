"""Split text into sentences, right for Armenian, Russian, Arabic, Chinese, Japanese and Latin scripts.

The borders are sentencex's; our own rules take back those that cut a title, an initial or a quotation, and
Armenian has rules of its own (digest.text.armenian).
"""

import re

import sentencex

from digest.text import armenian, cased
from digest.text.abbreviations import ABBREVIATIONS, BEFORE_NUMBER
from digest.text.language import base_language, guess_language
from digest.text.typography import tidy

_CASED = frozenset(["en", "ru", "fr", "de", "es", "it", "pt"])
_TERMINAL = re.compile(r"[.!?։:;؟。！？…][\"'»”’)\]」』]*$")
_LAST_WORD = re.compile(r"([^\s(\[\"“«]+)\.$")
_INITIALS = re.compile(r"^(?:[^\W\d_]\.)*[^\W\d_]$")
_CONTINUES = re.compile(r"^(?:[—–-] ?)?[\"'“”’»)]*[,;]|^(?:[—–-] )?(?![a-z][A-Z])[a-zа-яёß-öø-ÿա-և]")
_HOUR = re.compile(r"\b[ap]\.m\.$")
_AFTER_HOUR = re.compile(r"(?:[A-Z]{2,4}T|GMT|Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)(?:day)?\b|local\b")
_TRAILING_OPENER = re.compile(r"\s+[\"“«„(\[]$")
_ORPHAN_CLOSER = re.compile(r"^[\"”»’)\]」』]+(?=\s|$)")
_PAIRS = (("“", "”"), ("«", "»"), ("「", "」"), ("『", "』"), ("„", "“"))
_QUOTE_LIMIT = 600  # characters a quotation may run over several sentences before it is cut after all
_WRAP = 50  # a line at least this long without a full stop was wrapped, not ended


def paragraphs(text: str) -> list[str]:
    """The paragraphs of `text`, each on one line: blank lines part them, and so do line ends that wrap
    nothing.
    """
    found: list[str] = []
    for block in tidy(text).split("\n\n"):
        lines = [line for line in block.split("\n") if line]
        wrapped = _is_wrapped(lines)
        for index, line in enumerate(lines):
            if index and (wrapped or _wraps(lines[index - 1], line)):
                found[-1] = f"{found[-1]} {line}"
            else:
                found.append(line)
    return found


def _is_wrapped(lines: list[str]) -> bool:
    """Whether all `lines` are one paragraph wrapped at a column: alike in length, cut inside sentences."""
    if len(lines) < 3:
        return False
    lengths = [len(line) for line in lines[:-1]]
    cut = sum(not _TERMINAL.search(line) for line in lines[:-1])
    return min(lengths) >= _WRAP and max(lengths) <= 100 and cut * 2 >= len(lengths)


def _wraps(before: str, line: str) -> bool:
    """Whether `line` continues the sentence of the line `before`, as in text wrapped at a column."""
    if _TERMINAL.search(before):
        return False
    return line[0].islower() or (_WRAP <= len(before) <= 120 and before[-1] in ",;–—-")


def sentences(text: str, language: str | None = None) -> list[str]:
    """The sentences of `text` in order, without the white space around them.

    Line ends between paragraphs end a sentence. A quotation of several sentences stays one while it is
    shorter than 600 characters. `language` is a BCP 47 tag; None guesses it by script.
    Never raises; joined with single spaces the result holds every visible character of `text`.
    """
    code = base_language(language, text)
    return [sentence for paragraph in paragraphs(text) for sentence in split_paragraph(paragraph, code)]


def split_paragraph(paragraph: str, code: str, *, whole_quotations: bool = True) -> list[str]:
    """The sentences of one line of text in the language `code` (a primary subtag).

    Without `whole_quotations` (scripts with capitals) the sentences inside a quotation are parted too.
    """
    if code == "hy" and guess_language(paragraph) == "hy":
        return _cut(paragraph, armenian.borders(paragraph))
    if code in _CASED:
        return _cut(paragraph, cased.borders(paragraph, code, whole_quotations=whole_quotations))
    spans: list[tuple[int, int]] = []
    place = 0
    for piece in sentencex.segment(code, paragraph):
        piece = piece.strip()
        if not piece:
            continue
        begin = paragraph.find(piece, place)
        if begin < 0:
            return [paragraph]
        place = begin + len(piece)
        if spans and _belongs(paragraph[slice(*spans[-1])], piece, code):
            spans[-1] = (spans[-1][0], place)
        else:
            spans.append((begin, place))
    return [paragraph[begin:end] for begin, end in _whole_quotes(spans, paragraph)]


def _cut(paragraph: str, ends: list[int]) -> list[str]:
    pieces = [paragraph[a:b].strip() for a, b in zip([0, *ends], [*ends, len(paragraph)], strict=True)]
    return [piece for piece in pieces if piece]


def _belongs(before: str, piece: str, code: str) -> bool:
    """Whether `piece` goes on with the sentence `before`: a border that sentencex set too early."""
    if _CONTINUES.match(piece) or _ORPHAN_CLOSER.match(piece) or _TRAILING_OPENER.search(before):
        return True
    if (_HOUR.search(before) and _AFTER_HOUR.match(piece)) or (before[-1] in "」』" and piece[0] in "とが、"):
        return True
    word = _LAST_WORD.search(before)
    if not word:
        return False
    last = word[1].lower()
    if last in ABBREVIATIONS.get(code, ()):
        return True
    if piece[0].isdigit() and last in BEFORE_NUMBER.get(code, ()):
        return True
    return bool(_INITIALS.match(word[1])) and word[1].isupper() and len(word[1]) == 1 and word[1] != "I"


def _whole_quotes(spans: list[tuple[int, int]], paragraph: str) -> list[tuple[int, int]]:
    """`spans` with those joined that lie inside one pair of quotation marks."""
    whole: list[tuple[int, int]] = []
    waiting = ""
    for begin, end in spans:
        if waiting:
            whole[-1] = (whole[-1][0], end)
        else:
            whole.append((begin, end))
        start = whole[-1][0]
        waiting = _open_quote(paragraph[start:end]) if end - start <= _QUOTE_LIMIT else ""
        if waiting and waiting not in paragraph[end : end + _QUOTE_LIMIT]:
            waiting = ""
    return whole


def _open_quote(sentence: str) -> str:
    """The mark that would close the quotation left open in `sentence`, or nothing."""
    for opener, closer in _PAIRS:
        if opener == "„" and closer not in sentence and "„" in sentence:
            return closer
        if opener != "„" and sentence.count(opener) > sentence.count(closer):
            return closer
    return ""
