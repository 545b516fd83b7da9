"""A quotation worth pulling out of an article, with the person who said it.

Only speech that the article gives to somebody by name, right beside it, is taken: a quotation with the wrong
speaker is worse than none. English, Russian and Armenian ways of attributing are known.
"""

import re
from dataclasses import dataclass

from digest.summary.article import Article, read
from digest.text.quotations import quotations
from digest.text.words import FUNCTION_WORDS

_SHORTEST, _LONGEST = 7, 40
_MARKS = "\"“”«»„'‘’`"


@dataclass(frozen=True, slots=True)
class Quote:
    """Words that stand in the article in quotation marks, without the marks, and who said them."""

    words: str
    speaker: str


_NAME_EN = r"(?P<name>(?:(?:[A-Z][\w.'’-]*|[a-z]{2,12}) ){0,4}?(?:[A-Z][\w.'’-]+ )+[A-Z][\w'’-]+)"
_SAID_EN = r"(?:said|says|told \w+(?: \w+)?|added|explained|wrote|stressed|warned|argued|recalled)"
_NAME_RU = r"(?P<name>(?:[а-яё-]+ ){0,3}[А-ЯЁ][а-яё-]+(?: [А-ЯЁ][а-яё-]+){0,2})"
_SAID_RU = r"(?:сказал|заявил|отметил|подчеркнул|добавил|сообщил|пояснил|рассказал|считает|говорит)(?:а|и)?"
_NAME_HY = r"(?P<name>(?:[ա-ֆև-]+ ){0,3}[Ա-Ֆ][ա-ֆև-]+(?: [Ա-Ֆ][ա-ֆև-]+){0,2})"
_SAID_HY = (
    r"(?:ասաց|ասել է|նշեց|նշել է|հայտարարեց|հայտարարել է|ընդգծեց|հավելեց|ըսաւ|նշեց|յայտարարեց|աւելցուց)"
)
_DASH = r"\s*,?\s*[—–-]?\s*"

# What stands right after a quotation, and right before one.
_AFTER = {
    "en": (re.compile(rf"\s*{_SAID_EN} {_NAME_EN}"), re.compile(rf"\s*{_NAME_EN},? {_SAID_EN}\b")),
    "ru": (re.compile(rf"{_DASH}{_SAID_RU} {_NAME_RU}"),),
    "hy": (re.compile(rf"{_DASH}{_SAID_HY} {_NAME_HY}"),),
}
_BEFORE = {
    "en": (re.compile(rf"(?:^|[.!?] ){_NAME_EN} {_SAID_EN}[:,] $"),),
    "ru": (re.compile(rf"(?:^|[.!?] ){_NAME_RU} {_SAID_RU}: $"),),
    "hy": (re.compile(rf"(?:^|[։:] ){_NAME_HY} {_SAID_HY}[.․՝:] $"),),
}
_IN_ROLES = frozenset(["of", "the"])
_WEEKDAYS = frozenset(["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"])


def pull_quote(title: str | None, text: str, language: str | None = None) -> Quote | None:
    """The quotation of `text` that tells most, with its named speaker, or None. Its words stand there verbatim."""
    article = read(title, text, language)
    best: tuple[float, Quote] | None = None
    for sentence in article.sentences:
        for begin, end in quotations(sentence.text):
            words = sentence.text[begin:end].strip(_MARKS + " ").rstrip(",")
            if not _SHORTEST <= len(words.split()) <= _LONGEST:
                continue
            speaker = _speaker(sentence.text[:begin], sentence.text[end:], article.language)
            if speaker:
                value = _telling(article, sentence.stems)
                if best is None or value > best[0]:
                    best = (value, Quote(words, speaker))
    return best[1] if best else None


def _speaker(before: str, after: str, code: str) -> str | None:
    matches = [pattern.match(after) for pattern in _AFTER.get(code, ())]
    matches += [pattern.search(before) for pattern in _BEFORE.get(code, ())]
    for found in matches:
        if found and _is_person(found["name"], code):
            return found["name"].rstrip(".,")
    return None


def _is_person(name: str, code: str) -> bool:
    """Whether a match is a role and a name, and not the beginning of what was said: "said that he met Anna Lee"."""
    words = name.split()
    function = FUNCTION_WORDS.get(code, frozenset()) - _IN_ROLES
    return words[0] not in _WEEKDAYS and not any(word in function for word in words)


def _telling(article: Article, stems: tuple[str, ...]) -> float:
    """How much of what the article is about comes in a sentence, by the mean frequency of its stems."""
    return sum(article.frequency[stem] for stem in set(stems)) / (len(set(stems)) or 1)
