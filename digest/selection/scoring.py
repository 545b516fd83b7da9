"""The score of a candidate, as parts that add up."""

from collections.abc import Sequence
from datetime import datetime
from statistics import median

from digest.selection.candidate import Candidate
from digest.selection.matching import section_of
from digest.selection.policy import Policy

FULL_LENGTH = 500  # words from which an article counts as a full piece
DIGITS = 4


def typical_comments(candidates: Sequence[Candidate]) -> float:
    """The median of the comment counts that are not zero: what "much discussed" means on this site."""
    counts = [candidate.comments for candidate in candidates if candidate.comments > 0]
    return float(median(counts)) if counts else 1.0


def score(
    candidate: Candidate, policy: Policy, now: datetime, told_by: int, typical: float
) -> dict[str, float]:
    """The parts of a candidate's score, in a fixed order, each rounded so that the shown ones add up.

    Freshness halves every `half_life`. Coverage grows with the sources that tell the story: 0 for one,
    ½ for two, ⅔ for three. Comments count for half at the site's typical number. The weights of source
    and section scale the sum of these, and show as what they add or take away; so does the share of
    readers who had the story.
    """
    weights = policy.weights
    age = max(0.0, (now - candidate.published_at) / policy.half_life)
    parts = {
        "freshness": weights.freshness * 0.5**age,
        "coverage": weights.coverage * (1 - 1 / told_by),
        "comments": weights.comments * candidate.comments / (candidate.comments + typical),
        "originality": weights.originality * candidate.own_piece,
        "length": weights.length * min(1.0, candidate.words / FULL_LENGTH),
        "image": weights.image * candidate.has_image,
    }
    base = sum(parts.values())
    rule = section_of(candidate, policy)
    section_weight = rule.weight if rule else 1.0
    parts["source"] = base * (candidate.source_weight - 1)
    parts["section"] = base * candidate.source_weight * (section_weight - 1)
    parts["had"] = -base * candidate.source_weight * section_weight * candidate.had_by
    parts["pin"] = weights.pin * candidate.pinned
    return {name: round(value, DIGITS) + 0.0 for name, value in parts.items()}


def total(parts: dict[str, float]) -> float:
    """The score: the sum of its parts as they are shown."""
    return round(sum(parts.values()), DIGITS)
