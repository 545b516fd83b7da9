"""Fit additive tables: boosted stumps folded into one table a feature, and what they cannot know of single words."""

from collections import Counter, defaultdict
from collections.abc import Sequence

import lightgbm
import numpy as np

from digest.summary.additive import Additive

_RIDGE = 6.0
_LEAST_ARTICLES = 3


def stumps(rows: np.ndarray, wanted: np.ndarray, rounds: int, *, least: int = 200) -> Additive:
    """Boosted stumps for probabilities, folded into one table a feature."""
    model = lightgbm.train(
        {
            "objective": "cross_entropy",
            "num_leaves": 2,
            "learning_rate": 0.1,
            "min_data_in_leaf": least,
            "feature_fraction": 0.8,
            "max_bin": 63,
            "seed": 1,
            "num_threads": 1,
            "deterministic": True,
            "verbose": -1,
        },
        lightgbm.Dataset(rows, wanted),
        rounds,
    )
    steps: list[dict[float, tuple[float, float]]] = [{} for _ in range(rows.shape[1])]
    bias = 0.0
    for tree in model.dump_model()["tree_info"]:
        root = tree["tree_structure"]
        if "split_feature" not in root:
            bias += root.get("leaf_value", 0.0)
            continue
        left, right = root["left_child"]["leaf_value"], root["right_child"]["leaf_value"]
        before = steps[root["split_feature"]].get(root["threshold"], (0.0, 0.0))
        steps[root["split_feature"]][root["threshold"]] = (before[0] + left, before[1] + right)
    cuts, values = [], []
    for column in steps:
        marks = sorted(column)
        cuts.append(tuple(marks))
        values.append(
            tuple(
                sum(column[mark][0 if place <= index else 1] for index, mark in enumerate(marks))
                for place in range(len(marks) + 1)
            )
            if marks
            else ()
        )
    return Additive(bias, tuple(cuts), tuple(values))


def totals(model: Additive, rows: np.ndarray) -> np.ndarray:
    """What `model.total` gives for each row."""
    summed = np.full(len(rows), model.bias)
    for place, (cuts, values) in enumerate(zip(model.cuts, model.values, strict=True)):
        if cuts:
            summed += np.array(values)[np.searchsorted(cuts, rows[:, place], side="left")]
    return summed


class Usual:
    """How much likelier than a model tells (log odds) each word is used: one Newton step, held back by
    _RIDGE as by articles that tell nothing.
    """

    def __init__(
        self, keys: Sequence[list[str]], wanted: Sequence[np.ndarray], log_odds: Sequence[np.ndarray]
    ) -> None:
        self._keys = keys
        self._parts: list[tuple[np.ndarray, np.ndarray]] = []
        self._slope: dict[str, float] = defaultdict(float)
        self._weight: dict[str, float] = defaultdict(float)
        self._articles = Counter(key for listed in keys for key in listed)
        for listed, targets, totals_ in zip(keys, wanted, log_odds, strict=True):
            told = 1 / (1 + np.exp(-totals_))
            self._parts.append((targets - told, told * (1 - told)))
            for key, slope, weight in zip(listed, *self._parts[-1], strict=True):
                self._slope[key] += slope
                self._weight[key] += weight

    def without(self, place: int) -> np.ndarray:
        """The log odds for the keys of the article at `place`, told by all the others."""
        return np.array(
            [
                (self._slope[key] - slope) / (self._weight[key] - weight + _RIDGE)
                for key, slope, weight in zip(self._keys[place], *self._parts[place], strict=True)
            ]
        )

    def to_json(self) -> dict[str, str]:
        """Those that matter, listed by their log odds in steps of 0.05."""
        by_odds: dict[float, list[str]] = defaultdict(list)
        for key, slope in self._slope.items():
            odds = round(20 * slope / (self._weight[key] + _RIDGE)) / 20
            if odds and self._articles[key] >= _LEAST_ARTICLES:
                by_odds[odds].append(key)
        return {str(odds): " ".join(sorted(keys)) for odds, keys in sorted(by_odds.items())}
