"""Train the weights of digest/summary on articles with human summaries, and write them into the package.

    python bench/train_scorer.py            # writes digest/summary/data/en.json

Trained on: CNN/DailyMail (494 articles), SummEval (49), freelance writers (59) as texts with their lead; XSum
(965), whose first sentence is cut off, as texts without. What is stored are tables of boosted stumps over
counts, and in how many articles common words occur. No text is stored. Needs LightGBM and NumPy, which the
package itself does not.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import cache
from math import log
from pathlib import Path
from typing import Any, Generic, TypeVar

import lightgbm
import numpy as np
import rouge
from summary_sets import Sample, load

from digest.summary.additive import Additive
from digest.summary.opening import opening_features
from digest.summary.weights import Weights, from_json, spread_of
from digest.summary.worth import Pair, pair_features, word_features
from digest.text.words import stem, tokens

Key = TypeVar("Key", str, Pair)

WHOLE = ("cnndm", "summeval", "writers")
CONTINUED = ("xsum",)
TARGET = Path(__file__).parents[1] / "digest" / "summary" / "data" / "en.json"
_LENGTHS = {"whole": 36.0, "continued": 20.0}
_PRIOR = 0.6
"""Of the training texts six in ten are continued ones; on real sites they are fewer, so the odds are lowered."""
_RIDGE = 6.0
_UNSEEN = 1
_LEAST_DOCUMENTS = 3  # a stem in fewer articles counts as unseen


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


@cache
def _rouge_words(token: str) -> frozenset[str]:
    return frozenset(rouge.words(token))


def spoken(sample: Sample) -> dict[str, frozenset[str]]:
    """The ROUGE tokens that each stem of the article stands for."""
    forms: dict[str, set[str]] = defaultdict(set)
    for sentence in sample.article.sentences:
        for token in tokens(sentence.text):
            forms[stem(token, "en")] |= _rouge_words(token)
    return {term: frozenset(found) for term, found in forms.items()}


def word_targets(sample: Sample, terms: Iterable[str], forms: dict[str, frozenset[str]]) -> list[float]:
    """The share of references that hold each term."""
    return [
        sum(any(form in reference.words for form in forms[term]) for reference in sample.references)
        / len(sample.references)
        for term in terms
    ]


def pair_targets(
    sample: Sample, pairs: Iterable[tuple[str, str]], forms: dict[str, frozenset[str]]
) -> list[float]:
    """The share of references that hold each pair of neighbours."""
    return [
        sum(
            any((one, two) in reference.pairs for one in forms[pair[0]] for two in forms[pair[1]])
            for reference in sample.references
        )
        / len(sample.references)
        for pair in pairs
    ]


class Trainer:
    """Learns weights from samples; how rare words are is counted in `rarity`, what is counted once is kept."""

    def __init__(self, rarity: Sequence[Sample]) -> None:
        documents = Counter(
            term for sample in rarity for term in {t for s in sample.article.sentences for t in s.terms}
        )
        by_times: dict[int, list[str]] = defaultdict(list)
        for term, times in sorted(documents.items()):
            if times >= _LEAST_DOCUMENTS:
                by_times[times].append(term)
        self.common = {str(times): " ".join(terms) for times, terms in sorted(by_times.items())}
        self.documents = len(rarity)
        self.spread = spread_of(self.documents, _UNSEEN, self.common)
        self._kept: dict[
            Sample, tuple[dict[str, tuple[float, ...]], list[float], dict[str, frozenset[str]]]
        ] = {}

    def weights(self, samples: Sequence[Sample]) -> dict[str, Any]:
        """The weights learned from `samples`, in their stored form."""
        stored: dict[str, Any] = {
            "documents": self.documents,
            "unseen": _UNSEEN,
            "common": self.common,
            "opening": _opening(samples).to_json(),
        }
        for kind, sets in (("whole", WHOLE), ("continued", CONTINUED)):
            stored[kind] = self._kind([sample for sample in samples if sample.set in sets], _LENGTHS[kind])
        return stored

    def _words(
        self, sample: Sample
    ) -> tuple[dict[str, tuple[float, ...]], list[float], dict[str, frozenset[str]]]:
        if sample not in self._kept:
            features = word_features(sample.article, self.spread)
            forms = spoken(sample)
            self._kept[sample] = features, word_targets(sample, features, forms), forms
        return self._kept[sample]

    def _kind(self, samples: Sequence[Sample], length: float) -> dict[str, Any]:
        counted = [self._words(sample) for sample in samples]
        terms = [list(features) for features, _, _ in counted]
        wanted = [np.array(targets) for _, targets, _ in counted]
        rows = [np.array(list(features.values()), dtype=np.float64) for features, _, _ in counted]
        words = stumps(np.concatenate(rows), np.concatenate(wanted), 400)
        usual = Usual(terms, wanted, [totals(words, each) for each in rows])
        pairs: list[dict[Pair, tuple[float, ...]]] = []
        for place, (sample, each) in enumerate(zip(samples, rows, strict=True)):
            # What an article itself told of its words is left out, as it will be for an article never seen.
            log_odds = totals(words, each) + usual.without(place)
            value = dict(zip(terms[place], (1 / (1 + np.exp(-log_odds))).tolist(), strict=True))
            pairs.append(pair_features(sample.article, value))
        listed = [list(each) for each in pairs]
        wanted = [
            np.array(pair_targets(sample, each, forms))
            for sample, each, (_, _, forms) in zip(samples, listed, counted, strict=True)
        ]
        rows = [np.array(list(each.values()), dtype=np.float64) for each in pairs]
        model = stumps(np.concatenate(rows), np.concatenate(wanted), 150)
        return {
            "words": words.to_json(),
            "pairs": model.to_json(),
            "length": length,
            "usual": usual.to_json(),
        }


def totals(model: Additive, rows: np.ndarray) -> np.ndarray:
    """What `model.total` gives for each row."""
    summed = np.full(len(rows), model.bias)
    for place, (cuts, values) in enumerate(zip(model.cuts, model.values, strict=True)):
        if cuts:
            summed += np.array(values)[np.searchsorted(cuts, rows[:, place], side="left")]
    return summed


class Usual(Generic[Key]):
    """How much likelier than a model tells (log odds) each word or pair is used: one Newton step, held back
    by _RIDGE as by articles that tell nothing.
    """

    def __init__(
        self, keys: Sequence[list[Key]], wanted: Sequence[np.ndarray], log_odds: Sequence[np.ndarray]
    ) -> None:
        self._keys = keys
        self._parts: list[tuple[np.ndarray, np.ndarray]] = []
        self._slope: dict[Key, float] = defaultdict(float)
        self._weight: dict[Key, float] = defaultdict(float)
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
            if odds and self._articles[key] >= _LEAST_DOCUMENTS:
                by_odds[odds].append(key if isinstance(key, str) else " ".join(key))  # type: ignore[arg-type]
        return {str(odds): " ".join(sorted(keys)) for odds, keys in sorted(by_odds.items())}


def _opening(samples: Sequence[Sample]) -> Additive:
    known = [sample for sample in samples if sample.set in WHOLE + CONTINUED]
    rows = np.array([opening_features(sample.article) for sample in known], dtype=np.float64)
    model = stumps(rows, np.array([float(sample.set in CONTINUED) for sample in known]), 150, least=40)
    return replace(model, bias=model.bias + log(_PRIOR))


def folds(samples: Sequence[Sample], count: int) -> list[Weights]:
    """For each fold the weights learned without it."""
    trainer = Trainer(samples)
    return [
        from_json(trainer.weights([sample for sample in samples if sample.fold != fold]))
        for fold in range(count)
    ]


def main() -> None:
    samples = [sample for name in WHOLE + CONTINUED for sample in load(name)]
    rarity = samples + load("bbc")
    stored = Trainer(rarity).weights(samples)
    TARGET.parent.mkdir(exist_ok=True)
    TARGET.write_text(json.dumps(stored, ensure_ascii=False, separators=(",", ":")) + "\n", encoding="utf-8")
    print(f"{TARGET.name}: {TARGET.stat().st_size / 1000:.0f} kB from {len(samples)} articles")


if __name__ == "__main__":
    main()
