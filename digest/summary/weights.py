"""The learned weights that ship with the package, by language.

Made by bench/train_scorer.py; the file holds tables of numbers and how common words are, no text.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from math import log
from typing import Any

from digest.summary.additive import Additive
from digest.summary.worth import Kind


@dataclass(frozen=True, slots=True)
class Weights:
    """Everything learned for one language.

    `spread` is how rare a stem is (log of documents by documents with it; "" for one never seen), `whole` and
    `continued` are the kinds of text that begin with their lead and that do not, and `opening` tells which.
    """

    spread: Mapping[str, float]
    whole: Kind
    continued: Kind
    opening: Additive


@cache
def weights_for(language: str) -> Weights | None:
    """The weights of `language` (a primary subtag), or None for a language that was not learned."""
    stored = files("digest.summary").joinpath("data", f"{language}.json")
    return from_json(json.loads(stored.read_text(encoding="utf-8"))) if stored.is_file() else None


def from_json(stored: dict[str, Any]) -> Weights:
    """The weights that `to_json` wrote."""
    return Weights(
        spread_of(stored["documents"], stored["unseen"], stored["common"]),
        _kind(stored["whole"]),
        _kind(stored["continued"]),
        Additive.from_json(stored["opening"]),
    )


def spread_of(documents: int, unseen: int, common: Mapping[str, str]) -> dict[str, float]:
    """How rare each stem is, from the stems listed by the number of documents they occur in."""
    spread = {
        term: log((documents + 1) / (int(times) + 1))
        for times, terms in common.items()
        for term in terms.split()
    }
    spread[""] = log((documents + 1) / (unseen + 1))
    return spread


def _kind(stored: dict[str, Any]) -> Kind:
    usual = {term: float(odds) for odds, terms in stored["usual"].items() for term in terms.split()}
    return Kind(
        Additive.from_json(stored["words"]),
        Additive.from_json(stored["pairs"]),
        stored["length"],
        usual,
        tuple(stored["taste"]),
    )
