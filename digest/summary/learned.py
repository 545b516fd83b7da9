"""Choose sentences by what was learned from editors' summaries."""

from functools import cache

from digest.summary.article import Article
from digest.summary.candidates import Chosen, candidates
from digest.summary.choosing import repeats_headline
from digest.summary.opening import opening_features
from digest.summary.shape import Shapes
from digest.summary.standing import may_begin
from digest.summary.weights import Weights
from digest.summary.worth import Worth, expected_overlap, mixed, worth

_PAIRS = 1.5
"""How much the expected overlap of pairs of words counts beside that of words."""
_SHORTLIST = 40
"""Sets whose shape is looked at."""
_SURE = 0.05
"""A share of one kind of text below this is not worth the time of judging it."""


def continuing(article: Article, weights: Weights) -> float:
    """How likely (0 to 1) `article` goes on from a lead that was set apart; what is nearly sure is made so.

    A text that began with a dateline began at its beginning.
    """
    if article.credited:
        return 0.0
    share = weights.opening.probability(opening_features(article))
    if share < _SURE:
        return 0.0
    return 1.0 if share > 1 - _SURE else share


def judge(article: Article, weights: Weights, continued: float | None = None) -> Worth:
    """The worth of the words of `article`, weighed between the kinds of text it may be."""
    share = continuing(article, weights) if continued is None else continued
    if share == 0:
        return worth(article, weights.whole, weights.spread)
    if share == 1:
        return worth(article, weights.continued, weights.spread)
    return mixed(
        worth(article, weights.whole, weights.spread),
        worth(article, weights.continued, weights.spread),
        share,
    )


def shortlist(article: Article, words: int, value: Worth, continued: float) -> list[Chosen]:
    """The sets within `words` words that an editor's summary most resembles by their words, best first."""

    @cache
    def score(chosen: Chosen) -> float:
        ones, twos = expected_overlap(article, chosen, value)
        return ones + _PAIRS * twos

    repeated = frozenset(
        sentence.index
        for sentence in article.sentences
        if len(article.sentences) > 1 and repeats_headline(article, sentence)
    )
    # After a dateline was cut off, or without its lead, a text does not begin where its author began it.
    first = article.sentences[0]
    begins = continued < 0.5 and not article.credited and may_begin(first.text, first.leaning)
    sets = candidates(article, words, score, without=repeated, begins=begins)
    return sorted(sets, key=lambda chosen: (-score(chosen), chosen))[:_SHORTLIST]


def choose(article: Article, words: int, weights: Weights) -> Chosen:
    """The set of sentences within `words` words that editors would choose; empty if none fits."""
    if not article.sentences:
        return ()
    continued = continuing(article, weights)
    value = judge(article, weights, continued)
    taste = [
        (1.0 - continued) * one + continued * other
        for one, other in zip(weights.whole.taste, weights.continued.taste, strict=True)
    ]
    shapes = Shapes(article, words, value, weights.spread)

    def liking(chosen: Chosen) -> float:
        return sum(weight * feature for weight, feature in zip(taste, shapes.features(chosen), strict=True))

    return max(
        shortlist(article, words, value, continued), key=lambda chosen: (liking(chosen), chosen), default=()
    )
