"""Two or three points that a long article makes beside its summary."""

from collections.abc import Callable, Sequence

from digest.summary import learned, untrained
from digest.summary.article import Article, Sentence, read
from digest.summary.choosing import repeats_headline
from digest.summary.weights import weights_for
from digest.summary.worth import expected_overlap

LONG = 350
"""Words from which on a piece is long enough for key points."""
_SHORTEST, _LONGEST = 6, 32
_ALIKE = 0.4
"""Two sentences that share this much of the shorter one's words tell the same."""


def key_points(
    title: str | None, text: str, language: str | None = None, *, most: int = 3, besides: Sequence[str] = ()
) -> tuple[str, ...]:
    """Up to `most` whole sentences of a long `text`, in its order; none for a short one, never just one.

    Each stands by itself, has 6 to 32 words, and tells something that neither the headline, nor the sentences
    in `besides` (the summary's, as a rule), nor another point tells.
    """
    article = read(title, text, language)
    if sum(sentence.words for sentence in article.sentences) < LONG:
        return ()
    told = [frozenset(sentence.stems) for sentence in article.sentences if sentence.text in besides]
    score = _scorer(article)
    usable = [
        sentence
        for sentence in article.sentences
        if sentence.text not in besides
        and sentence.leaning is None
        and _SHORTEST <= sentence.words <= _LONGEST
        and sentence.text[0] not in "\"“«„'‘"
        and not sentence.text.endswith(("?", "՞", "؟", "？"))
        and not repeats_headline(article, sentence)
    ]
    points: list[Sentence] = []
    for sentence in sorted(usable, key=lambda sentence: (-score(sentence), sentence.index)):
        stems = frozenset(sentence.stems)
        if stems and not any(_alike(stems, other) for other in told):
            points.append(sentence)
            told.append(stems)
        if len(points) == most:
            break
    if len(points) < 2:
        return ()
    return tuple(point.text for point in sorted(points, key=lambda point: point.index))


def _alike(one: frozenset[str], other: frozenset[str]) -> bool:
    return len(one & other) >= _ALIKE * max(1, min(len(one), len(other)))


def _scorer(article: Article) -> Callable[[Sentence], float]:
    weights = weights_for(article.language)
    if weights is None:
        return lambda sentence: untrained.score(article, (sentence.index,)) / (3 + sentence.words)
    value = learned.judge(article, weights)

    def score(sentence: Sentence) -> float:
        ones, twos = expected_overlap(article, (sentence.index,), value)
        return ones + twos

    return score
