"""The worth of a word: how likely it is that an editor's summary of this article would hold it.

The same for pairs of neighbouring words. What tells is how often and how early a word comes, how rare it is
elsewhere, and how it is written. The features are plain counts, and the models are additive tables learned by
bench/train_scorer.py.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

from digest.summary.additive import Additive, logistic
from digest.summary.article import Article
from digest.summary.wording import UNKNOWN, crossed, endings
from digest.text.words import FUNCTION_WORDS

Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Worth:
    """Probabilities by stem and by pair of neighbouring stems, and how many words a summary has."""

    words: Mapping[str, float]
    pairs: Mapping[Pair, float]
    length: float


@dataclass(frozen=True, slots=True)
class Kind:
    """What was learned of one kind of text: a model for words, one for pairs, and the length of its summaries.

    `taste` tells how much each feature of a set of sentences counts (digest.summary.shape).
    `usual` is how much likelier (log odds) than the model tells editors use this very stem: "said" less,
    "arrested" more.
    """

    words: Additive
    pairs: Additive
    length: float
    usual: Mapping[str, float]
    taste: tuple[float, ...]


def word_features(article: Article, spread: Mapping[str, float]) -> dict[str, tuple[float, ...]]:
    """A row of features for each stem of `article`; `spread` is log of how rare each stem is, by stem."""
    lines = [sentence.terms for sentence in article.sentences]
    count = len(lines)
    frequency = Counter(term for line in lines for term in line)
    total = sum(frequency.values())
    first: dict[str, int] = {}
    last: dict[str, int] = {}
    position: dict[str, int] = {}
    within: Counter[str] = Counter()
    place = 0
    for index, line in enumerate(lines):
        for term in line:
            position.setdefault(term, place)
            place += 1
        for term in set(line):
            within[term] += 1
            first.setdefault(term, index)
            last[term] = index
    opening = Counter(lines[0]) if lines else Counter()
    early = Counter(term for line in lines[:3] for term in line)
    later = Counter(term for line in lines[3:10] for term in line)
    company = _company(article)
    ended = endings(article)
    function = FUNCTION_WORDS.get(article.language, frozenset())
    unseen = spread.get("", 7.0)
    rows: dict[str, tuple[float, ...]] = {}
    for term, times in frequency.items():
        rare = spread.get(term, unseen)
        capital, inner = article.capitals.get(term, (0, 0))
        row = (
            times,
            100.0 * times / total,
            within[term],
            within[term] / count,
            first[term],
            first[term] / count,
            position[term],
            position[term] / total,
            last[term] / count,
            opening.get(term, 0),
            early.get(term, 0),
            later.get(term, 0),
            rare,
            times * rare,
            capital / inner if inner else UNKNOWN,
            term in function,
            term[0].isdigit(),
            len(term),
            count,
            total,
            *company[term],
            *ended[term],
        )
        rows[term] = row + crossed(row)
    return rows


def _company(article: Article) -> dict[str, tuple[float, float]]:
    """For each stem how often its neighbours come, the commonest one, and the meaningful stems of its sentences,
    the mean.
    """
    neighbour: dict[str, int] = {}
    around: dict[str, float] = {}
    times: Counter[str] = Counter()
    frequency = article.frequency
    for sentence in article.sentences:
        distinct = set(sentence.stems)
        recurring = sum(frequency[term] for term in distinct) / (len(distinct) or 1)
        before = 0
        last = ""
        for term in sentence.terms:
            often = frequency.get(term, 0)
            neighbour[term] = max(neighbour.get(term, 0), before)
            if last:
                neighbour[last] = max(neighbour[last], often)
            around[term] = around.get(term, 0.0) + recurring
            times[term] += 1
            before, last = often, term
    return {term: (neighbour[term], around[term] / number) for term, number in times.items()}


def pair_features(
    article: Article, words: Mapping[str, float], spread: Mapping[str, float]
) -> dict[Pair, tuple[float, ...]]:
    """A row of features for each pair of neighbouring stems, given the worth of `words` and how rare they are."""
    function = FUNCTION_WORDS.get(article.language, frozenset())
    times: Counter[Pair] = Counter()
    first: dict[Pair, int] = {}
    best: dict[Pair, float] = {}
    alone = Counter(term for sentence in article.sentences for term in sentence.terms)
    for sentence in article.sentences:
        distinct = dict.fromkeys(sentence.terms)  # in their order: the sum is the same in every process
        mean = sum(words[term] for term in distinct) / (len(distinct) or 1)
        for pair in pairwise(sentence.terms):
            times[pair] += 1
            first.setdefault(pair, sentence.index)
            best[pair] = max(best.get(pair, 0.0), mean)
    count = max(1, len(article.sentences))
    unseen = spread.get("", 7.0)
    large = {
        term: capital / inner if inner else UNKNOWN for term, (capital, inner) in article.capitals.items()
    }
    rows: dict[Pair, tuple[float, ...]] = {}
    for pair, number in times.items():
        one, two = words[pair[0]], words[pair[1]]
        functional = (pair[0] in function) + (pair[1] in function)
        rare, rarer = spread.get(pair[0], unseen), spread.get(pair[1], unseen)
        name, surname = large.get(pair[0], UNKNOWN), large.get(pair[1], UNKNOWN)
        rows[pair] = (
            one,
            two,
            one * two,
            min(one, two),
            number,
            first[pair],
            first[pair] / count,
            functional,
            number / min(alone[pair[0]], alone[pair[1]]),
            best[pair],
            rare,
            rarer,
            min(rare, rarer),
            name,
            surname,
            min(name, surname),
        )
    return rows


def worth(article: Article, kind: Kind, spread: Mapping[str, float]) -> Worth:
    """The worth of all words and pairs of `article`, as a text of `kind`."""
    words = {
        term: logistic(kind.words.total(row) + kind.usual.get(term, 0.0))
        for term, row in word_features(article, spread).items()
    }
    pairs = {pair: kind.pairs.probability(row) for pair, row in pair_features(article, words, spread).items()}
    return Worth(words, pairs, kind.length)


def mixed(one: Worth, other: Worth, share: float) -> Worth:
    """Two judgements of one article weighed: `share` (0 to 1) of `other`."""
    keep = 1.0 - share
    return Worth(
        {term: keep * value + share * other.words[term] for term, value in one.words.items()},
        {pair: keep * value + share * other.pairs[pair] for pair, value in one.pairs.items()},
        keep * one.length + share * other.length,
    )


_AGAIN = 0.35
"""A word's second use in a summary finds a second one in an editor's this often, as against its first."""


def expected_overlap(article: Article, chosen: tuple[int, ...], value: Worth) -> tuple[float, float]:
    """The F1 of words and of pairs that the chosen sentences may expect against an editor's summary."""
    used: set[str] = set()
    twice: set[str] = set()
    pairs: set[Pair] = set()
    length = 0
    words = 0.0
    joined = 0.0
    for index in chosen:
        terms = article.sentences[index].terms
        length += len(terms)
        for term in terms:
            if term not in used:
                used.add(term)
                words += value.words[term]
            elif term not in twice:
                twice.add(term)
                words += _AGAIN * value.words[term]
        for pair in pairwise(terms):
            if pair not in pairs:
                pairs.add(pair)
                joined += value.pairs[pair]
    return 2 * words / (length + value.length), 2 * joined / (length + value.length)
