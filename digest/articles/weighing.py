"""Texts as vectors of weighted words (TF-IDF), and how alike two of them are.

The weight of a word is (1 + log tf) · idf², squared because names and places tell stories apart better than
the words of their kind. Rarity is counted among the texts of one language: of three Armenian articles among
thirty English ones, the words that every Armenian article has are not rare.
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


ALONE = 0.5
"""What a word that no other text has counts for in a text's length: it matches nothing, but makes what the
text shares with others a smaller part of it. Chosen with the threshold by bench/clustering.py."""


def vectors(documents: Sequence[Document]) -> list[dict[str, float]]:
    """A vector for each document, weighed by how rare its words are among those of its language.

    A vector is at most of length one: words of one document alone count for its length and are left out.
    """
    counted = [term_counts(document) for document in documents]
    languages = [base_language(document.language, document.text[:500]) for document in documents]
    frequency: dict[str, Counter[str]] = defaultdict(Counter)
    for language, counts in zip(languages, counted, strict=True):
        frequency[language].update(counts.keys())
    number = Counter(languages)
    made: list[dict[str, float]] = []
    for language, counts in zip(languages, counted, strict=True):
        rarity = frequency[language]
        weighed = {
            word: (1 + math.log(count)) * math.log((number[language] + 1) / (rarity[word] + 0.5)) ** 2
            for word, count in counts.items()
        }
        length = math.sqrt(
            sum((value if rarity[word] > 1 else value * ALONE) ** 2 for word, value in weighed.items())
        )
        made.append(
            {
                f"{language} {word}": value / length
                for word, value in weighed.items()
                if rarity[word] > 1 and length
            }
        )
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
