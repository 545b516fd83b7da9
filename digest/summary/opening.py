"""Whether a text begins with its lead, or goes on from one that was set apart and is not part of it.

Some sites mark the first sentence up as a standfirst, and what is extracted as text begins after it. Told by
the first sentence alone: who is named how, and how much of it comes again.
"""

import re
from collections import Counter

from digest.summary.article import Article
from digest.text.words import FUNCTION_WORDS

_FULL_NAME = re.compile(r"\b[A-Z][a-z]+ ([A-Z][a-z]+)\b")
_NAME = re.compile(r"\b[A-Z][a-z]+\b")
_TITLED = re.compile(r"\b(?:Mr|Mrs|Ms|Miss|Dr) [A-Z]")
_DEFINITE = re.compile(
    r"\bThe \d+-year-old|"
    r"^The (?:man|woman|boy|girl|incident|victim|pair|couple|report|company|firm|team|club|move|event)"
)
_WEEKDAY = re.compile(r"\b(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\b")
_AGE = re.compile(r", \d\d,")
_PAST = frozenset(["was", "were", "had"])
_PRESENT = frozenset(["has", "have", "is", "are"])
_COMMONEST = 8


def opening_features(article: Article) -> tuple[float, ...]:
    """Features of the first sentence among the others, for the model of kinds; `article` has a sentence."""
    sentences = article.sentences
    first = sentences[0]
    function = FUNCTION_WORDS.get(article.language, frozenset())
    contents = [{term for term in sentence.terms if term not in function} for sentence in sentences]
    frequency = Counter(term for sentence in sentences for term in sentence.terms)
    within = Counter(term for content in contents for term in content if not term.isdigit())
    # Equals by the alphabet: the order of a set differs from one process to the next.
    commonest = set(sorted(within, key=lambda term: (-within[term], term))[:_COMMONEST])
    recurring = [sum(frequency[term] for term in content) / max(1, len(content)) for content in contents]
    covered = [len(commonest & content) for content in contents[:4]]
    soon = {term for sentence in sentences[1:8] for term in sentence.terms}
    names = _NAME.findall(first.text)
    surnames = {found for sentence in sentences[1:12] for found in _FULL_NAME.findall(sentence.text)}
    average = sum(sentence.words for sentence in sentences) / len(sentences)
    return (
        first.leaning is not None,
        first.words,
        first.words / max(1.0, average),
        len(contents[0]),
        len(contents[0] & soon) / max(1, len(contents[0])),
        recurring[0],
        recurring[0] / max(0.1, sum(recurring) / len(recurring)),
        len(_FULL_NAME.findall(first.text)),
        len(surnames.intersection(names)),
        first.text.startswith("The "),
        first.text.startswith(("A ", "An ")),
        len(names) / max(1, first.words),
        " said" in first.text,
        '"' in first.text or "“" in first.text,
        sum(term in _PAST for term in first.terms),
        sum(term in _PRESENT for term in first.terms),
        sum(char.isdigit() for char in first.text),
        covered[0],
        covered[0] - max(covered[1:], default=0),
        bool(_TITLED.search(first.text)),
        any(_TITLED.search(sentence.text) for sentence in sentences[:6]),
        bool(_DEFINITE.search(first.text)),
        bool(_WEEKDAY.search(first.text)),
        len(_AGE.findall(first.text)),
        first.text.count(","),
        sum(len(contents[0] & content) for content in contents[1:4]),
    )
