"""The shape of a set of sentences: what beside the worth of its words tells that an editor would choose it.

How long it is, where in the article it stands, whether it is the lead or keeps of it, how it is written, and whether
it says a thing twice. Plain counts; how much each matters is learned by bench/train_scorer.py.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from digest.summary.article import Article, Sentence
from digest.summary.candidates import Chosen, lead
from digest.summary.worth import Worth, expected_overlap
from digest.text.words import FUNCTION_WORDS

_QUOTE = re.compile(r"[\"“]|``")
_MATTER = 6
"""So many of the stems that an article is most about are looked for in a set."""

# Beyond these a text is no prose: headings in capitals, tables, lists. They count no further for or against it.
_MOST_DIGITS, _MOST_CAPITALS = 0.5, 0.35  # a word
_MOST_QUOTES, _MOST_COMMAS = 4, 8

FEATURES = 20


@dataclass(frozen=True, slots=True)
class _Style:
    """Counts of one sentence: quotation marks, commas, letters, digits, words with a capital, function words."""

    quotes: int
    commas: int
    letters: int
    digits: int
    capitals: int
    functional: int


class Shapes:
    """Gives the features of sets of `article`'s sentences for a summary of `words` words; counts each sentence once."""

    def __init__(self, article: Article, words: int, value: Worth, spread: Mapping[str, float]) -> None:
        self._article = article
        self._value = value
        self._spread = spread
        self._lead = lead(article, words) or (0,)
        self._lead_words = sum(article.sentences[index].words for index in self._lead)
        self._styles: dict[int, _Style] = {}

    @cached_property
    def _matter(self) -> frozenset[str]:
        """The stems that come in many sentences here and in few articles elsewhere."""
        unseen = self._spread.get("", 7.0)
        frequency = self._article.frequency
        ranked = sorted(frequency, key=lambda stem: (-frequency[stem] * self._spread.get(stem, unseen), stem))
        return frozenset(ranked[:_MATTER])

    def _style(self, sentence: Sentence) -> _Style:
        if sentence.index not in self._styles:
            text = sentence.text
            parts = text.split()
            function = FUNCTION_WORDS.get(self._article.language, frozenset())
            self._styles[sentence.index] = _Style(
                quotes=len(_QUOTE.findall(text)),
                commas=text.count(","),
                letters=sum(map(len, parts)),
                digits=sum(map(str.isdigit, text)),
                capitals=sum(part[0].isupper() for part in parts),
                functional=sum(term in function for term in sentence.terms),
            )
        return self._styles[sentence.index]

    def features(self, chosen: Chosen) -> tuple[float, ...]:
        """The features of `chosen`, which is not empty."""
        sentences = [self._article.sentences[index] for index in chosen]
        styles = [self._style(sentence) for sentence in sentences]
        ones, twos = expected_overlap(self._article, chosen, self._value)
        length = sum(len(sentence.terms) for sentence in sentences) or 1
        words = sum(sentence.words for sentence in sentences) or 1
        stems = [stem for sentence in sentences for stem in sentence.stems]
        distinct = set(stems)
        kept = sum(self._article.sentences[index].words for index in chosen if index in self._lead)
        return (
            ones,
            twos,
            length,
            len(chosen),
            chosen[0] == 0,
            chosen[0],
            chosen[-1],
            chosen[-1] - chosen[0] + 1 - len(chosen),
            sum(sentence.leaning is not None for sentence in sentences),
            min(_MOST_QUOTES, sum(style.quotes for style in styles)),
            sum(style.functional for style in styles) / length,
            min(_MOST_COMMAS, sum(style.commas for style in styles)),
            sum(style.letters for style in styles) / words,
            min(_MOST_DIGITS, sum(style.digits for style in styles) / words),
            min(_MOST_CAPITALS, sum(style.capitals for style in styles) / words),
            1 - len(distinct) / (len(stems) or 1),
            len(distinct & self._matter),
            kept / (self._lead_words or 1),
            chosen == self._lead,
            min(sentence.words for sentence in sentences),
        )
