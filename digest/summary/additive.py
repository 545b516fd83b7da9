"""A generalised additive model: each feature looks up its own part, the parts are summed.

Boosted stumps come down to this form, so that a model of hundreds of trees is a few small tables, can be read
by a person, and needs nothing but bisection at run time.
"""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from math import exp


@dataclass(frozen=True, slots=True)
class Additive:
    """`bias` and for each feature in turn the cuts and the value of each interval between them.

    A value equal to a cut falls into the interval below it. A feature without cuts adds nothing.
    """

    bias: float
    cuts: tuple[tuple[float, ...], ...]
    values: tuple[tuple[float, ...], ...]

    @classmethod
    def from_json(cls, stored: dict[str, list[object]]) -> "Additive":
        """The model that `to_json` wrote."""
        bias, cuts, values = stored["bias"], stored["cuts"], stored["values"]
        return cls(
            float(bias[0]),  # type: ignore[arg-type]
            tuple(tuple(column) for column in cuts),  # type: ignore[arg-type]
            tuple(tuple(column) for column in values),  # type: ignore[arg-type]
        )

    def to_json(self) -> dict[str, list[object]]:
        """Plain lists for a JSON file, four decimals each."""
        return {
            "bias": [round(self.bias, 5)],
            "cuts": [[round(cut, 5) for cut in column] for column in self.cuts],
            "values": [[round(value, 4) for value in column] for column in self.values],
        }

    def total(self, features: Sequence[float]) -> float:
        """The sum of all parts for one row of features."""
        total = self.bias
        for cuts, values, feature in zip(self.cuts, self.values, features, strict=True):
            if cuts:
                total += values[bisect_left(cuts, feature)]
        return total

    def probability(self, features: Sequence[float]) -> float:
        """`total` as a probability by the logistic function."""
        return logistic(self.total(features))


def logistic(total: float) -> float:
    """The probability whose log odds are `total`."""
    return 1.0 / (1.0 + exp(-max(-30.0, min(30.0, total))))
