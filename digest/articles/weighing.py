"""Texts as vectors of weighted words (TF-IDF), and how alike two of them are.

The weight of a word is (1 + log tf) · idf², squared because names and places tell stories apart better than
the
words of their kind. The idf is smoothed with a prior, so that a window of three articles behaves like one
of three hundred.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from digest.text.language import base_language
from digest.text.words import stem, tokens

Vector = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Document:
    """A text to weigh; the title's words and names count more."""

    title: str
    text: str
    language: str | None = None


def term_counts(document: Document) -> Counter[str]:
    """How often each stem stands in the title and text."""
    language = base_language(document.language, document.text[:500])
    counts: Counter[str] = Counter()
    for token in tokens(f"{document.title}\n{document.text}"):
        counts[stem(token, language)] += 1
    return counts


def vectors(documents: Sequence[Document]) -> list[dict[str, float]]:
    """A vector of length one for each document, weighed by how rare its words are among them all.

    Words of one document alone are left out: they can match nothing, and would only make long texts look
    unlike.
    """
    counted = [term_counts(document) for document in documents]
    frequency: Counter[str] = Counter()
    for counts in counted:
        frequency.update(counts.keys())
    number = len(counted)
    made: list[dict[str, float]] = []
    for counts in counted:
        weighed = {
            word: (1 + math.log(count)) * math.log((number + 1) / (frequency[word] + 0.5)) ** 2
            for word, count in counts.items()
            if frequency[word] > 1
        }
        length = math.sqrt(sum(value * value for value in weighed.values())) or 1.0
        made.append({word: value / length for word, value in weighed.items()})
    return made


def cosine(one: Vector, other: Vector) -> float:
    """How alike two vectors of length one are, 0 to 1."""
    if len(one) > len(other):
        one, other = other, one
    return sum(value * other[word] for word, value in one.items() if word in other)


def alike(made: Sequence[Vector], least: float) -> Iterator[tuple[int, int, float]]:
    """Every pair of positions (first smaller) whose cosine is at least `least`, by an index of words."""
    postings: dict[str, list[tuple[int, float]]] = defaultdict(list)
    for position, vector in enumerate(made):
        sums: dict[int, float] = defaultdict(float)
        for word, value in vector.items():
            for earlier, weight in postings[word]:
                sums[earlier] += value * weight
            postings[word].append((position, value))
        for earlier, total in sums.items():
            if total >= least:
                yield earlier, position, total
