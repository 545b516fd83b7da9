"""The sets of sentences that a summary may be, within its budget and each sentence with what it leans on."""

from collections.abc import Callable
from itertools import combinations

from digest.summary.article import Article

Chosen = tuple[int, ...]
_REACH = 45
"""Sentences from the start that are looked at."""
_SHORTEST = 3
"""Words of a sentence that may be chosen by itself: "Empathy." tells nothing."""
_BEST, _FIRST = 10, 4
"""Sets are made of the best sentences by themselves and of the first ones."""


def supported(article: Article, chosen: Chosen, before: frozenset[int] = frozenset()) -> bool:
    """Whether each sentence that leans on another has it in the set as well; `before` needs no support.

    Nor may a question come last whose answer was left out.
    """
    if len(chosen) > 1 and article.sentences[chosen[-1]].text.endswith("?"):
        return False
    for index in chosen:
        leans_on = article.sentences[index].leans_on
        if leans_on is not None and leans_on not in chosen and index not in before:
            return False
    return article.sentences[chosen[0]].leaning is None or chosen[0] in before


def fits(article: Article, chosen: Chosen, words: int) -> bool:
    """Whether the chosen sentences together have at most `words` words."""
    return sum(article.sentences[index].words for index in chosen) <= words


def lead(article: Article, words: int) -> Chosen:
    """The first sentences that fit into `words` words; empty when the very first does not."""
    taken: list[int] = []
    for sentence in article.sentences:
        words -= sentence.words
        if words < 0:
            break
        taken.append(sentence.index)
    return tuple(taken)


def candidates(
    article: Article,
    words: int,
    score: Callable[[Chosen], float],
    *,
    without: frozenset[int] = frozenset(),
    begins: bool = False,
) -> list[Chosen]:
    """Sets of one to three sentences, the lead, and what greedy growth by `score` gives; none of `without`.

    With `begins` the article's first sentence may come first even if it opens with "It" or the like: its
    author meant it to. So may the first one of a text of which every sentence leans on another.
    """
    usable = [
        sentence.index
        for sentence in article.sentences[:_REACH]
        if _SHORTEST <= sentence.words <= words and sentence.index not in without
    ]
    if not usable:
        return []
    free = any(article.sentences[index].leaning is None for index in usable)
    excused = frozenset([0] if begins else []) if free else frozenset(usable[:1])
    best = sorted(usable, key=lambda index: (-score((index,)), index))[:_BEST]
    # What the best ones lean on comes along, or they could never be chosen.
    needed = {before for index in best if (before := article.sentences[index].leans_on) in usable}
    pool = sorted({*best, *usable[:_FIRST], *(index for index in needed if index is not None)})
    sets = {
        chosen
        for size in (1, 2, 3)
        for chosen in combinations(pool, size)
        if fits(article, chosen, words) and supported(article, chosen, excused)
    }
    first = lead(article, words)
    if first and not without.intersection(first) and supported(article, first, excused):
        sets.add(first)
    grown = _grown(article, words, score, pool, excused)
    if grown:
        sets.add(grown)
    return sorted(sets)


def _grown(
    article: Article, words: int, score: Callable[[Chosen], float], pool: list[int], excused: frozenset[int]
) -> Chosen:
    """Sentences of `pool` added one by one while the score rises."""
    chosen: Chosen = ()
    reached = 0.0
    while True:
        options = [
            grown
            for index in pool
            if index not in chosen
            and fits(article, grown := tuple(sorted((*chosen, index))), words)
            and supported(article, grown, excused)
        ]
        if not options:
            return chosen
        best = max(options, key=lambda option: (score(option), option))
        if score(best) <= reached:
            return chosen
        chosen, reached = best, score(best)
