"""How a word is written, and what two of its features tell together that neither tells alone.

Stems have lost their endings, but an editor's summary holds more of "arrested" and "arrests" than of "arresting".
An additive model cannot see that a name counts differently from a function word at the same place; a column of its
own for each can.
"""

from collections import Counter
from collections.abc import Sequence
from math import log1p

from digest.summary.article import Article
from digest.text.words import written_words

UNKNOWN = -1.0
"""For what is not known of a word, or does not concern it."""
_ENDINGS = ("ed", "ing", "ly", "s")
NAME = 0.6
"""A word with a capital in more of its places than this share is a name."""
_MOST_SENTENCES = 6


def endings(article: Article) -> dict[str, tuple[float, ...]]:
    """For each stem the share of its uses (0 to 1) that end in "ed", "ing", "ly" and "s"."""
    times: Counter[str] = Counter()
    ended: Counter[tuple[str, str]] = Counter()
    for sentence in article.sentences:
        for term, word in zip(sentence.terms, written_words(sentence.text), strict=True):
            times[term] += 1
            for ending in _ENDINGS:
                if word.endswith(ending):
                    ended[term, ending] += 1
    return {
        term: tuple([ended[term, ending] / number for ending in _ENDINGS]) for term, number in times.items()
    }


def crossed(row: Sequence[float]) -> tuple[float, ...]:
    """Columns that join features of one word; `row` begins as digest.summary.worth.word_features makes it."""
    times, _, within, _, first, _, position, _, _, opening, early, _, rare, _, capital, functional = row[:16]
    a_name = not functional and capital > NAME
    at_first = not functional and first == 0
    return (
        *((position, rare, times, early) if functional else (UNKNOWN,) * 4),
        *((position, times, early) if a_name else (UNKNOWN,) * 3),
        *((times, rare) if at_first else (UNKNOWN,) * 2),
        opening * min(_MOST_SENTENCES, within),
        log1p(position) - log1p(times),
        rare * log1p(within) / (1 + 0.2 * first),
    )
