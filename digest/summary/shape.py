"""The shape of a set of sentences: what beside the worth of its words tells that an editor would choose it.

How long it is, where in the article it stands, whether it is the lead or keeps of it, how it is written, and whether
it says a thing twice, names somebody whom the article introduced elsewhere, or begins its sentences with a
circumstance. Plain counts; how much each matters is learned by bench/train_scorer.py.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from digest.summary.article import Article, Sentence
from digest.summary.candidates import Chosen, lead
from digest.summary.wording import NAME
from digest.summary.worth import Worth, expected_overlap
from digest.text.wordlists import word_set
from digest.text.words import FUNCTION_WORDS

_QUOTE = re.compile(r"[\"“]|``")
_CIRCUMSTANCE = {
    "en": word_set("when while after as although though if since because despite in on at with by for from")
}
"""First words of a sentence that tells when, where or why before it tells what."""
_FIRST_WORD = re.compile(r"\W*([^\W\d_]+)")
_MATTER = 6
"""So many of the stems that an article is most about are looked for in a set."""

# Beyond these a text is no prose: headings in capitals, tables, lists. They count no further for or against it.
_MOST_DIGITS, _MOST_CAPITALS = 0.5, 0.35  # a word
_MOST_QUOTES, _MOST_COMMAS = 4, 8

FEATURES = 23


@dataclass(frozen=True, slots=True)
class _Style:
    """Counts of one sentence: quotation marks, commas, letters, digits, words with a capital, function words;
    whether it begins with a circumstance, and its names.
    """

    quotes: int
    commas: int
    letters: int
    digits: int
    capitals: int
    functional: int
    circumstance: bool
    names: frozenset[str]


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

    @cached_property
    def _names(self) -> dict[str, int]:
        """The stems that are names, each with the sentence that it comes in first."""
        function = FUNCTION_WORDS.get(self._article.language, frozenset())
        names = {
            stem
            for stem, (large, inner) in self._article.capitals.items()
            if large > NAME * inner and stem not in function
        }
        met: dict[str, int] = {}
        for sentence in self._article.sentences:
            for stem in names.intersection(sentence.terms):
                met.setdefault(stem, sentence.index)
        return met

    def _with_circumstance(self, text: str) -> bool:
        first = _FIRST_WORD.match(text)
        return first is not None and first[1].lower() in _CIRCUMSTANCE.get(self._article.language, ())

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
                circumstance=self._with_circumstance(text),
                names=frozenset(self._names.keys() & sentence.terms),
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
        names = frozenset().union(*(style.names for style in styles))
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
            sum(self._names[name] not in chosen for name in names),
            sum(self._names[name] != chosen[0] for name in styles[0].names),
            sum(style.circumstance for style in styles),
        )
