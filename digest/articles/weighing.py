"""Texts as vectors of weighted words, and how alike two of them are.

A word counts by how rare it is (idf²), not by how often a text repeats it, and twice when it is a name,
because names and
places tell two earthquakes apart and the words of their kind do not. Rarity is measured in the window of
articles at hand,
among those of one language: of three Armenian articles among thirty English ones, the words that each
Armenian one has
are not rare. It is smoothed by PRIOR imagined articles in which the small words of the language stand
everywhere and others nearly nowhere: so
a window of three articles behaves like one of three hundred. The figures were chosen by bench/clustering.py.
"""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from digest.articles.language import small_words
from digest.text.language import base_language
from digest.text.words import stem, tokens

PRIOR = 100
COMMON, RARE = 0.5, 0.005
"""The share of imagined articles that hold a small word, and any other word."""

NAME = 2.0
"""How much more a name counts."""

KEPT = 150
"""Words of a vector: the weightiest; the rest add next to nothing and most of the time."""

FEW, LONELY = 20, 0.35
"""In a window of so many articles a word of one article alone counts fully; in larger ones less, but never
less than that."""

OFTEN, EVERYWHERE = 20, 0.15
"""A word of more than so many articles, and of more than this share of them, tells none apart: it is not
compared."""

MOST = 0.04
"""What one common word can add to a likeness: two rare words that two texts happen to share make no story."""

_CAPITALISED = re.compile(r"(?<![.!?։:…»”\"'(]\s)(?<=[^\s]\s)[^\W\d_][\w'’-]+")

Vector = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Document:
    """A text to weigh."""

    title: str
    text: str
    language: str | None = None


def vectors(documents: Sequence[Document]) -> list[dict[str, float]]:
    """A vector for each document, weighed by how rare its words are among them all.

    Its length is one, or less as it holds words that no other document of a small window has.
    """
    languages = [base_language(document.language, document.text[:500]) for document in documents]
    words = [_stems(document, language) for document, language in zip(documents, languages, strict=True)]
    frequency: dict[str, Counter[str]] = defaultdict(Counter)
    for language, held in zip(languages, words, strict=True):
        frequency[language].update(held.keys())
    spoken = Counter(languages)
    made: list[dict[str, float]] = []
    for document, language, held in zip(documents, languages, words, strict=True):
        names = _names(document.text, language)
        common = _common(language)
        number, holding = spoken[language], frequency[language]
        lonely = min(1.0, max(LONELY, FEW / number))
        shared: dict[str, float] = {}
        length = 0.0
        for word in held:
            expected = PRIOR * (COMMON if word in common else RARE)
            rarity = math.log((number + PRIOR + 1) / (holding[word] + expected + 0.5))
            weight = max(rarity, 0.0) ** 2 * (NAME if word in names else 1.0)
            if 1 < holding[word] <= max(OFTEN, EVERYWHERE * number):
                shared[f"{language} {word}"] = weight
                length += weight * weight
            else:
                length += (lonely if holding[word] == 1 else 1.0) * weight * weight
        scale = math.sqrt(length) or 1.0
        telling = sorted(shared.items(), key=lambda pair: (-pair[1], pair[0]))[:KEPT]
        made.append({word: weight / scale for word, weight in telling})
    return made


def likeness(one: Vector, other: Vector) -> float:
    """How alike two vectors are, 0 to 1: their cosine, with what each word adds capped."""
    if len(one) > len(other):
        one, other = other, one
    return sum(min(value * other[word], MOST) for word, value in one.items() if word in other)


def alike(made: Sequence[Vector], least: float) -> Iterator[tuple[int, int, float]]:
    """Every pair of positions (first smaller) whose likeness is at least `least`, by an index of words."""
    postings: dict[str, list[tuple[int, float]]] = defaultdict(list)
    for position, vector in enumerate(made):
        sums: dict[int, float] = defaultdict(float)
        for word, value in vector.items():
            for earlier, weight in postings[word]:
                product = value * weight
                sums[earlier] += product if product < MOST else MOST
            postings[word].append((position, value))
        for earlier, total in sorted(sums.items()):
            if total >= least:
                yield earlier, position, total


def _stems(document: Document, language: str) -> dict[str, None]:
    """The stems of title and text, each once, in order: sums of floats then come out alike on every run."""
    return dict.fromkeys(stem(token, language) for token in tokens(f"{document.title}\n{document.text}"))


def _names(text: str, language: str) -> set[str]:
    """Stems of words that are capitalised within a sentence."""
    found: set[str] = set()
    for match in _CAPITALISED.finditer(text):
        if match[0][0].isupper():
            found.update(stem(token, language) for token in tokens(match[0])[:1])
    return found


@cache
def _common(language: str) -> frozenset[str]:
    return frozenset(stem(word, language) for word in small_words(language))
