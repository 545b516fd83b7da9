"""Choose a share of an article's sentences: those most like all the others.

Degree centrality on cosine similarity of word counts (Erkan & Radev, LexRank, JAIR 22, 2004, section 3.1 without a
threshold): for extracts of a third or more of a text, where a budget of words and an editor's habits tell little.
"""

import re
from collections import Counter
from math import ceil, sqrt

from digest.summary.article import Article
from digest.text.words import FUNCTION_WORDS, stem

_WORD = re.compile(r"[^\W_]+(?:['’‑-][^\W_]+)*")
_PLURAL = re.compile(r"(?:['’]s|(?<=[^s])s)$")


def choose_share(article: Article, ratio: float) -> tuple[int, ...]:
    """The most central `ratio` (0 to 1, rounded up) of the sentences, in order; at least one of a text that has any."""
    count = min(len(article.sentences), max(1, ceil(ratio * len(article.sentences) - 1e-9)))
    values = centrality(article)
    ranked = sorted(range(len(values)), key=lambda index: (-values[index], index))
    return _soundly_opened(article, sorted(ranked[:count]), ranked[count:])


def _soundly_opened(article: Article, chosen: list[int], left: list[int]) -> tuple[int, ...]:
    """`chosen` with the sentences that cannot open a text taken from its beginning, the best of `left` instead.

    Unless the article itself opens so: its author meant it to.
    """
    rest = iter(left)
    while chosen and chosen[0] and article.sentences[chosen[0]].leaning is not None:
        instead = next(rest, None)
        if instead is None:
            break
        if instead > chosen[0] or article.sentences[instead].leaning is None:
            chosen = sorted([*chosen[1:], instead])
    return tuple(chosen)


def centrality(article: Article) -> list[float]:
    """For each sentence the sum of its similarities (0 to 1) to all others."""
    bags = [_bag(sentence.text, article.language) for sentence in article.sentences]
    # The sum of cosines to all sentences is one product with the sum of all unit vectors.
    lengths = [sqrt(sum(times * times for times in bag.values())) for bag in bags]
    together: Counter[str] = Counter()
    for bag, length in zip(bags, lengths, strict=True):
        for word, times in bag.items():
            together[word] += times / length  # type: ignore[assignment]
    return [
        sum(times * together[word] for word, times in bag.items()) / length - 1 if length else 0.0
        for bag, length in zip(bags, lengths, strict=True)
    ]


def _bag(sentence: str, code: str) -> Counter[str]:
    """How often each meaningful word occurs; in English only the plural is taken off, which tells most here."""
    function = FUNCTION_WORDS.get(code, frozenset())
    words = [word for word in _WORD.findall(sentence.lower()) if word not in function]
    if code == "en":
        return Counter(_PLURAL.sub("", word) for word in words)
    return Counter(stem(word, code) for word in words)
