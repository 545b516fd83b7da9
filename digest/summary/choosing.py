"""Choose whole sentences under a budget of words, each with the sentence it leans on."""

from collections.abc import Callable

from digest.summary.article import Article, Sentence

Score = Callable[[Article, tuple[int, ...]], float]
_REACH = 30
"""Sentences from the start that are considered; a summary of a news article needs none beyond."""
_REPEATS = 0.8
"""A sentence of which this share of words stands in the headline tells nothing new."""


def with_support(article: Article, index: int) -> tuple[int, ...]:
    """The sentence `index` and those it leans on, back to one that stands by itself, in order."""
    chain = [index]
    while (before := article.sentences[chain[-1]].leans_on) is not None and before not in chain:
        chain.append(before)
    return tuple(sorted(chain))


def repeats_headline(article: Article, sentence: Sentence) -> bool:
    """Whether the headline already says all of `sentence`."""
    stems = set(sentence.stems)
    return (
        bool(stems)
        and bool(article.title_stems)
        and len(stems & article.title_stems) >= _REPEATS * len(stems)
    )


def choose(article: Article, words: int, score: Score) -> tuple[int, ...]:
    """The indices of the best sentences within `words` words, by greedy growth of `score`; empty if none
    fits.
    """
    chosen: tuple[int, ...] = ()
    spent = 0
    # A text may begin with "It"; only where every sentence leans on another may its summary begin so.
    free = any(sentence.leaning is None for sentence in article.sentences[:_REACH])
    while True:
        best: tuple[float, tuple[int, ...], int] | None = None
        current = score(article, chosen)
        for sentence in article.sentences[:_REACH]:
            if sentence.index in chosen or (
                repeats_headline(article, sentence) and len(article.sentences) > 1
            ):
                continue
            support = with_support(article, sentence.index)
            if free and article.sentences[support[0]].leaning is not None:
                continue
            grown = tuple(sorted({*chosen, *support}))
            cost = sum(article.sentences[index].words for index in grown)
            if cost > words:
                continue
            gain = (score(article, grown) - current) / (cost - spent)
            if gain > 0 and (best is None or gain > best[0]):
                best = (gain, grown, cost)
        if best is None:
            return chosen
        chosen, spent = best[1], best[2]
