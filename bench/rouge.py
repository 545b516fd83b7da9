"""ROUGE-1, ROUGE-2 and ROUGE-Lsum (F1, stemmed), counted as the package rouge-score counts them, and cached.

Finding the best possible sentences needs thousands of scores an article; `agrees` checks that these are equal
to the package's own.
"""

import re
from collections import Counter
from collections.abc import Sequence
from functools import cache
from itertools import pairwise

from nltk.stem import porter

Score = tuple[float, float, float]
_STEMMER = porter.PorterStemmer()


@cache
def _stem(word: str) -> str:
    return str(_STEMMER.stem(word)) if len(word) > 3 else word


def words(text: str) -> list[str]:
    """The tokens of `text` as rouge-score cuts and stems them."""
    return [_stem(word) for word in re.sub(r"[^a-z0-9]+", " ", text.lower()).split()]


def _pairs(tokens: Sequence[str]) -> Counter[tuple[str, str]]:
    return Counter(pairwise(tokens))


def _f1(hits: int, one: int, other: int) -> float:
    return 2 * hits / (one + other) if hits else 0.0


def _common(reference: list[str], other: list[str]) -> frozenset[int]:
    """Places in `reference` of a longest common subsequence with `other`."""
    rows = [[0] * (len(other) + 1)]
    for word in reference:
        above, row = rows[-1], [0]
        for column, candidate in enumerate(other):
            row.append(above[column] + 1 if word == candidate else max(row[column], above[column + 1]))
        rows.append(row)
    i, j, places = len(reference), len(other), set()
    while i and j:
        if reference[i - 1] == other[j - 1]:
            places.add(i - 1)
            i, j = i - 1, j - 1
        elif rows[i][j - 1] > rows[i - 1][j]:
            j -= 1
        else:
            i -= 1
    return frozenset(places)


class Reference:
    """One human summary, given as its sentences, to score others against."""

    def __init__(self, sentences: Sequence[str]) -> None:
        self.text = " ".join(sentences)
        self.sentences = [tokens for sentence in sentences if (tokens := words(sentence))]
        flat = [token for tokens in self.sentences for token in tokens]
        self.length = len(flat)
        self.words = Counter(flat)
        self.pairs = _pairs(flat)
        self._places: dict[tuple[int, str], frozenset[int]] = {}

    def score(self, summary: Sequence[str]) -> Score:
        """ROUGE-1, 2 and Lsum of `summary`, given as its sentences."""
        lines = [(sentence, words(sentence)) for sentence in summary]
        flat = [token for _, tokens in lines for token in tokens]
        ones = sum((Counter(flat) & self.words).values())
        twos = sum((_pairs(flat) & self.pairs).values())
        return (
            _f1(ones, len(flat), self.length),
            _f1(twos, max(0, len(flat) - 1), max(0, self.length - 1)),
            _f1(self._union(lines, Counter(flat)), len(flat), self.length),
        )

    def _union(self, lines: list[tuple[str, list[str]]], left: Counter[str]) -> int:
        """Words of the reference in a longest common subsequence with any sentence, each counted once a side."""
        mine = Counter(self.words)
        hits = 0
        for number, sentence in enumerate(self.sentences):
            places: set[int] = set()
            for text, tokens in lines:
                key = (number, text)
                if key not in self._places:
                    self._places[key] = _common(sentence, tokens)
                places |= self._places[key]
            for place in sorted(places):
                word = sentence[place]
                if mine[word] > 0 and left[word] > 0:
                    hits += 1
                    mine[word] -= 1
                    left[word] -= 1
        return hits


def best(references: Sequence[Reference], summary: Sequence[str]) -> Score:
    """The best of each measure over the references."""
    scores = [reference.score(summary) for reference in references]
    return tuple(max(score[measure] for score in scores) for measure in range(3))  # type: ignore[return-value]


def agrees(reference: Sequence[str], summary: Sequence[str], tolerance: float = 1e-9) -> bool:
    """Whether the package rouge-score gives the same three figures."""
    from rouge_score import rouge_scorer

    scorer = rouge_scorer.RougeScorer(["rouge1", "rouge2", "rougeLsum"], use_stemmer=True)
    theirs = scorer.score("\n".join(reference), "\n".join(summary))
    ours = Reference(reference).score(summary)
    wanted = (theirs["rouge1"].fmeasure, theirs["rouge2"].fmeasure, theirs["rougeLsum"].fmeasure)
    return all(abs(a - b) <= tolerance for a, b in zip(ours, wanted, strict=True))
