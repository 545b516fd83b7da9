"""Learn how much each feature of a set of sentences counts: ridge regression inside each article."""

from collections.abc import Sequence

import numpy as np
import rouge
from summary_sets import Sample

from digest.summary.candidates import Chosen
from digest.summary.learned import continuing, judge, shortlist
from digest.summary.shape import Shapes
from digest.summary.weights import Weights

_WORDS = 60
_PAIRS = 3.0
"""ROUGE-2 is a third of the size of the other two measures, and counts as much as they."""
_RIDGE = 5.0
_STEADY = 4.0
"""Scores against several references are steadier; such articles count this many times."""

Tasting = tuple[np.ndarray, np.ndarray, float]
"""Features of an article's sets, what each scores, and how much the article counts."""


def tasting(sample: Sample, weights: Weights, known: dict[Chosen, float]) -> Tasting | None:
    """The sets of `sample` that `weights` would look at; None where there is no choice. `known` keeps scores."""
    article = sample.article
    continued = continuing(article, weights)
    value = judge(article, weights, continued)
    sets = shortlist(article, _WORDS, value, continued)
    if len(sets) < 2:
        return None
    shapes = Shapes(article, _WORDS, value, weights.spread)
    for chosen in sets:
        if chosen not in known:
            texts = [article.sentences[index].text for index in chosen]
            ones, twos, longest = rouge.best(sample.references, texts)
            known[chosen] = ones + _PAIRS * twos + longest
    rows = np.array([shapes.features(chosen) for chosen in sets], dtype=np.float64)
    return rows, np.array([known[chosen] for chosen in sets]), _STEADY if len(sample.references) > 1 else 1.0


def taste(shown: Sequence[Tasting]) -> list[float]:
    """What each feature counts, from how the sets of one article differ from their mean."""
    rows = np.concatenate([features - features.mean(axis=0) for features, _, _ in shown])
    wanted = np.concatenate([scores - scores.mean() for _, scores, _ in shown])
    weight = np.concatenate([np.full(len(scores), counts / len(scores)) for _, scores, counts in shown])
    scale = rows.std(axis=0) + 1e-9
    rows = rows / scale
    weighted = (rows * weight[:, None]).T
    found = np.linalg.solve(weighted @ rows + _RIDGE * np.eye(rows.shape[1]), weighted @ wanted) / scale
    return [float(f"{value:.4g}") for value in found]
