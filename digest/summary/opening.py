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
_PAST = frozenset(["was", "were", "had"])
_PRESENT = frozenset(["has", "have", "is", "are", "ha", "i"])


def opening_features(article: Article) -> tuple[float, ...]:
    """Features of the first sentence among the others, for the model of kinds; `article` has a sentence."""
    sentences = article.sentences
    first = sentences[0]
    function = FUNCTION_WORDS.get(article.language, frozenset())
    frequency = Counter(term for sentence in sentences for term in sentence.terms)

    def recurrence(terms: tuple[str, ...]) -> float:
        content = {term for term in terms if term not in function}
        return sum(frequency[term] for term in content) / max(1, len(content))

    content = {term for term in first.terms if term not in function}
    soon = {term for sentence in sentences[1:8] for term in sentence.terms}
    names = _NAME.findall(first.text)
    surnames = {found for sentence in sentences[1:12] for found in _FULL_NAME.findall(sentence.text)}
    average = sum(sentence.words for sentence in sentences) / len(sentences)
    usual = sum(recurrence(sentence.terms) for sentence in sentences) / len(sentences)
    return (
        first.leaning is not None,
        first.words,
        first.words / max(1.0, average),
        len(content),
        len(content & soon) / max(1, len(content)),
        recurrence(first.terms),
        recurrence(first.terms) / max(0.1, usual),
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
    )
