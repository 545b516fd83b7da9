"""Choose sentences by what was learned from editors' summaries."""

from functools import cache

from digest.summary.article import Article
from digest.summary.candidates import Chosen, candidates
from digest.summary.choosing import repeats_headline
from digest.summary.opening import opening_features
from digest.summary.weights import Weights
from digest.summary.worth import Worth, expected_overlap, mixed, worth

_PAIRS = 1.5
"""How much the expected overlap of pairs of words counts beside that of words."""
_SURE = 0.05
"""A share of one kind of text below this is not worth the time of judging it."""


def judge(article: Article, weights: Weights) -> Worth:
    """The worth of the words of `article`, weighed between the kinds of text it may be."""
    return _judged(article, weights, weights.opening.probability(opening_features(article)))


def _judged(article: Article, weights: Weights, continued: float) -> Worth:
    if continued < _SURE:
        return worth(article, weights.whole, weights.spread)
    if continued > 1 - _SURE:
        return worth(article, weights.continued, weights.spread)
    return mixed(
        worth(article, weights.whole, weights.spread),
        worth(article, weights.continued, weights.spread),
        continued,
    )


def choose(article: Article, words: int, weights: Weights) -> Chosen:
    """The set of sentences within `words` words that an editor's summary most resembles; empty if none fits."""
    if not article.sentences:
        return ()
    continued = weights.opening.probability(opening_features(article))
    value = _judged(article, weights, continued)

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
    begins = continued < 0.5 and not article.credited
    sets = candidates(article, words, score, without=repeated, begins=begins)
    return max(sets, key=lambda chosen: (score(chosen), chosen), default=())
