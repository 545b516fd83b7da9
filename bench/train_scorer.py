"""Train the weights of digest/summary on articles with human summaries, and write them into the package.

    python bench/train_scorer.py            # writes digest/summary/data/en.json

Trained on: CNN/DailyMail (494 articles), SummEval (49), freelance writers (59) as texts with their lead; XSum
(965), whose first sentence is cut off, as texts without; which of the two a text is was learned from BBC's (534) too,
for the same newsroom wrote both. What is stored are tables of boosted stumps over
counts, how much each feature of a set of sentences counts, and of common words in how many articles they occur and
how much likelier than others they are used. No text is stored. Needs LightGBM and NumPy, which the package itself
does not.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import cache
from math import log
from pathlib import Path
from typing import Any

import numpy as np
import rouge
from boosting import Usual, stumps, totals
from summary_sets import Sample, load
from taste import Tasting, taste, tasting

from digest.summary.additive import Additive
from digest.summary.candidates import Chosen
from digest.summary.opening import opening_features
from digest.summary.shape import FEATURES
from digest.summary.weights import Weights, from_json, spread_of
from digest.summary.worth import Pair, pair_features, word_features
from digest.text.words import stem, tokens

WHOLE = ("cnndm", "summeval", "writers")
CONTINUED = ("xsum",)
TARGET = Path(__file__).parents[1] / "digest" / "summary" / "data" / "en.json"
_LENGTHS = {"whole": 36.0, "continued": 20.0}  # words of their summaries
_PRIOR = 0.6
"""Of the training texts six in ten are continued ones; on real sites they are fewer, so the odds are lowered."""
_UNSEEN = 1
_LEAST_DOCUMENTS = 3  # a stem in fewer articles counts as unseen


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
    """Learns weights from `samples`, whole folds of them at a time.

    `besides` are texts with their lead of which only that is used, and how rare their words are.
    """

    def __init__(self, samples: Sequence[Sample], besides: Sequence[Sample]) -> None:
        rarity = [*samples, *besides]
        self._openings = besides
        documents = Counter(
            term for sample in rarity for term in {t for s in sample.article.sentences for t in s.terms}
        )
        by_times: dict[int, list[str]] = defaultdict(list)
        for term, times in sorted(documents.items()):
            if times >= _LEAST_DOCUMENTS:
                by_times[times].append(term)
        self._common = {str(times): " ".join(terms) for times, terms in sorted(by_times.items())}
        self._documents = len(rarity)
        self._spread = spread_of(self._documents, _UNSEEN, self._common)
        self.samples = samples
        self._kept: dict[
            Sample, tuple[dict[str, tuple[float, ...]], list[float], dict[str, frozenset[str]]]
        ] = {}
        self._untasted: dict[frozenset[int], dict[str, Any]] = {}
        self._tried: dict[Sample, dict[Chosen, float]] = defaultdict(dict)

    def weights(self, without: frozenset[int] = frozenset()) -> dict[str, Any]:
        """The weights learned from all folds but those in `without`, in their stored form.

        The taste for sets is learned from words judged as at run time: each fold by weights that did not see it.
        """
        shown: dict[str, list[Tasting]] = {"whole": [], "continued": []}
        for fold in sorted({sample.fold for sample in self.samples} - without):
            told = from_json(self._words_only(without | {fold}))
            for sample in self.samples:
                if sample.fold == fold and (rows := tasting(sample, told, self._tried[sample])):
                    shown["continued" if sample.set in CONTINUED else "whole"].append(rows)
        stored = self._words_only(without)
        return stored | {kind: stored[kind] | {"taste": taste(shown[kind])} for kind in shown}

    def _words_only(self, without: frozenset[int]) -> dict[str, Any]:
        """The weights without a taste for sets."""
        if without not in self._untasted:
            samples = [sample for sample in self.samples if sample.fold not in without]
            self._untasted[without] = {
                "documents": self._documents,
                "unseen": _UNSEEN,
                "common": self._common,
                "opening": _opening([*samples, *self._openings]).to_json(),
                "whole": self._kind([sample for sample in samples if sample.set in WHOLE], _LENGTHS["whole"]),
                "continued": self._kind(
                    [sample for sample in samples if sample.set in CONTINUED], _LENGTHS["continued"]
                ),
            }
        return self._untasted[without]

    def _words(
        self, sample: Sample
    ) -> tuple[dict[str, tuple[float, ...]], list[float], dict[str, frozenset[str]]]:
        if sample not in self._kept:
            features = word_features(sample.article, self._spread)
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
            pairs.append(pair_features(sample.article, value, self._spread))
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
            "taste": [0.0] * FEATURES,
        }


def _opening(samples: Sequence[Sample]) -> Additive:
    rows = np.array([opening_features(sample.article) for sample in samples], dtype=np.float64)
    model = stumps(rows, np.array([float(sample.set in CONTINUED) for sample in samples]), 150, least=40)
    return replace(model, bias=model.bias + log(_PRIOR))


def trainer() -> Trainer:
    """For all articles with summaries; the extracts of BBC's are not used, only how those texts begin."""
    return Trainer([sample for name in WHOLE + CONTINUED for sample in load(name)], load("bbc"))


def folds(count: int) -> list[Weights]:
    """For each fold the weights learned without it."""
    learner = trainer()
    return [from_json(learner.weights(frozenset([fold]))) for fold in range(count)]


def main() -> None:
    learner = trainer()
    stored = learner.weights()
    TARGET.parent.mkdir(exist_ok=True)
    TARGET.write_text(json.dumps(stored, ensure_ascii=False, separators=(",", ":")) + "\n", encoding="utf-8")
    print(f"{TARGET.name}: {TARGET.stat().st_size / 1000:.0f} kB from {len(learner.samples)} articles")


if __name__ == "__main__":
    main()
