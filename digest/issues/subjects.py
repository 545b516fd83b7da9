"""Subject lines and preheaders proposed from the items of an issue. Pure.

They are made of the issue's own headlines, whole or visibly cut, joined by signs that are the same
in every language: so a subject claims nothing that the issue does not say.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

SUBJECT_LENGTH = 78  # what a phone shows in two lines, and a desktop list in one
PREHEADER_LENGTH = 110
JOIN = " · "
_WORD = re.compile(r"[^\W\d_]+(?:['’\-][^\W\d_]+)*")
_SENTENCE_START = re.compile(r"(?:^|[.!?։。؟]\s*[\"“«(]*)$")
_LONG = 4  # capitals up to this length are read as an abbreviation: NATO


@dataclass(frozen=True)
class Proposal:
    """A subject with the preheader that continues it. `length` is the subject's, in characters."""

    subject: str
    preheader: str

    @property
    def length(self) -> int:
        return len(self.subject)

    def to_json(self) -> dict[str, Any]:
        """The proposal as plain data."""
        return {"subject": self.subject, "preheader": self.preheader, "length": self.length}


def propose(newsletter_title: str, pieces: Sequence[tuple[str, str]]) -> list[Proposal]:
    """Three proposals, or as many as differ, from the (headline, summary) of each item, the lead first.

    The lead alone, the lead with the next story, and the lead under the newsletter's name. None is
    written in capitals, whatever the headlines are.
    """
    if not pieces:
        return []
    told = " ".join(summary for _, summary in pieces)
    headlines = [calm(one_line(headline), told) for headline, _ in pieces]
    lead, rest = headlines[0], headlines[1:]
    subjects = [(cut(lead, SUBJECT_LENGTH), rest)]
    # The second story is the next best whose headline fits beside the lead's whole.
    for place, other in enumerate(rest):
        both = f"{lead}{JOIN}{other}"
        if len(both) <= SUBJECT_LENGTH:
            subjects.append((both, rest[:place] + rest[place + 1 :]))
            break
    else:
        subjects += [(cut(other, SUBJECT_LENGTH), [lead, *rest[1:]]) for other in rest[:1]]
    title = one_line(newsletter_title)
    subjects.append((cut(f"{title}: {lead}", SUBJECT_LENGTH), rest))
    subjects.append((cut(title, SUBJECT_LENGTH), headlines))
    proposals: list[Proposal] = []
    for line, others in subjects:
        subject = calm(line) if is_shouting(line) else line
        if subject and subject not in (known.subject for known in proposals):
            proposals.append(Proposal(subject, _preheader(others, pieces[0][1])))
    return proposals[:3]


def calm(headline: str, told: str = "") -> str:
    """The headline without shouting: in capitals no more than abbreviations are.

    A word in capitals gets the form that it has in `told`, the text it is about; in a headline that is
    all capitals the other words become small and the first letter a capital.
    """
    forms = _forms(told)
    shouting = is_shouting(headline)

    def quiet(match: re.Match[str]) -> str:
        word = match[0]
        if not word.isupper():
            return word
        if len(word) == 1:
            return word.lower() if shouting and word != "I" else word
        known = forms.get(_key(word))
        if known is not None and (shouting or len(word) > _LONG):
            return known
        if shouting or len(word) > _LONG + 2:
            return word.lower()
        return word

    quieted = _WORD.sub(quiet, headline)
    if is_shouting(quieted):  # the text shouts as well, and tells no better form
        quieted = quieted.lower()
    first = _WORD.search(quieted)
    if first and quieted != headline:
        start = first.start()
        quieted = quieted[:start] + quieted[start : start + 1].upper() + quieted[start + 1 :]
    return quieted


def _forms(told: str) -> dict[str, str]:
    """How the text writes each of its words: as an abbreviation, or as within a sentence, or at its start.

    What only starts sentences keeps its capital, for it may be a name, unless it is as short as "The".
    """
    starts: dict[str, str] = {}
    within: dict[str, str] = {}
    shouted = is_shouting(told)
    for match in _WORD.finditer(told):
        word = match[0]
        if word.isupper() and 1 < len(word) <= _LONG and not shouted:
            within[_key(word)] = word
        elif _SENTENCE_START.search(told[max(0, match.start() - 8) : match.start()]):
            starts.setdefault(_key(word), word if len(word) > _LONG - 1 else word.lower())
        elif not within.get(_key(word), "").isupper():
            within[_key(word)] = word
    return starts | within


def _key(word: str) -> str:
    """The word without case; Armenian և is ԵՎ in capitals, which no case rule leads back."""
    return word.casefold().replace("եւ", "եվ")


def is_shouting(text: str) -> bool:
    """Whether the text is written in capitals: most of its words longer than an abbreviation are."""
    words = [word for word in _WORD.findall(text) if word.upper() != word.lower()]
    long = [word for word in words if len(word) > _LONG]
    return bool(long) and sum(word.isupper() for word in long) * 2 > len(long)


def one_line(text: str) -> str:
    """The text in one line, without control characters: it goes into a header."""
    plain = "".join(" " if unicodedata.category(letter) in ("Cc", "Zl", "Zp") else letter for letter in text)
    return " ".join(plain.split())


def cut(text: str, length: int) -> str:
    """The text, or as many whole words of it as fit with an ellipsis that shows the cut."""
    if len(text) <= length:
        return text
    kept = text[: length - 1]
    if not text[length - 1].isspace() and " " in kept[length // 2 :]:
        kept = kept.rsplit(" ", 1)[0]
    else:
        # A script without spaces is cut between letters, never between a letter and its marks.
        while kept and unicodedata.category(text[len(kept)]) in ("Mn", "Mc", "Me", "Cf"):
            kept = kept[:-1]
    return kept.rstrip(" ,;:–—-·") + "…"


def _preheader(headlines: Sequence[str], summary: str) -> str:
    """As many whole headlines as fit, or else the start of the lead's summary."""
    text = ""
    for headline in headlines:
        longer = f"{text}{JOIN}{headline}" if text else headline
        if len(longer) > PREHEADER_LENGTH:
            break
        text = longer
    return text or cut(one_line(summary), PREHEADER_LENGTH) or cut(" ".join(headlines[:1]), PREHEADER_LENGTH)
