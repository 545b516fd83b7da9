"""Summarize an article with its own sentences."""

from dataclasses import dataclass

from digest.summary import learned, untrained
from digest.summary.article import Article, Sentence, joined, read
from digest.summary.choosing import choose
from digest.summary.share import choose_share
from digest.summary.shorten import shorten
from digest.summary.weights import weights_for
from digest.text.typography import one_line
from digest.text.words import word_count

EMPTY, WHOLE, EXTRACT, SHORTENED = "empty", "whole", "extract", "shortened"


@dataclass(frozen=True, slots=True)
class Summary:
    """A summary, the sentences it is made of, how it was made, and its length in words.

    `method` is "empty" (no text), "whole" (the text is short enough), "extract" (chosen sentences) or
    "shortened" (one sentence was too long and was cut at a clause or a word).
    """

    text: str
    sentences: tuple[str, ...]
    method: str
    words: int


def summarize(
    title: str | None, text: str, language: str | None = None, words: int = 60, *, ratio: float | None = None
) -> Summary:
    """A summary of at most `words` words, made of whole sentences of `text` in their order.

    With `ratio` (0 to 1) that share of the article's sentences instead, whatever their length. The dateline
    or credit that the text begins with is left out; nothing else is changed, so every sentence stands in the
    article. `language` is a BCP 47 tag, None guesses it. Deterministic; never raises for any text.
    """
    article = read(title, text, language, whole_quotations=ratio is None)
    if not article.sentences:
        return _fallback(text, words, article.language)
    if ratio is not None:
        shared = choose_share(article, ratio)
        return _extract(article, _without_open_colons(article, shared) or shared)
    everything = tuple(range(len(article.sentences)))
    if sum(sentence.words for sentence in article.sentences) <= words:
        return _extract(article, everything, WHOLE)
    weights = weights_for(article.language)
    chosen = learned.choose(article, words, weights) if weights else choose(article, words, untrained.score)
    chosen = _without_open_colons(article, chosen)
    if not chosen:
        chosen = next(
            ((one.index,) for one in article.sentences if _stands_alone(one) and one.words <= words), ()
        )
    if chosen:
        return _extract(article, chosen)
    first = next(
        (sentence for sentence in article.sentences if sentence.leaning is None), article.sentences[0]
    )
    return _summary((shorten(first.text, words, article.language),), article.language, SHORTENED)


def _extract(article: Article, chosen: tuple[int, ...], method: str = EXTRACT) -> Summary:
    sentences = tuple(article.sentences[index].text for index in chosen)
    text = joined(article, chosen)
    return Summary(text, sentences, method, word_count(text))


def _without_open_colons(article: Article, chosen: tuple[int, ...]) -> tuple[int, ...]:
    """The choice without sentences that announce, with a colon, what was not chosen.

    What stands after a colon is read as what it announces: a stranger there would be given other words.
    In Armenian the colon is a full stop too.
    """
    if article.language == "hy":
        return chosen
    return tuple(
        index for index in chosen if not _ends_in_colon(article.sentences[index]) or index + 1 in chosen
    )


def _stands_alone(sentence: Sentence) -> bool:
    return sentence.leaning is None and not _ends_in_colon(sentence)


def _ends_in_colon(sentence: Sentence) -> bool:
    return sentence.text.rstrip().endswith((":", "："))


def _summary(sentences: tuple[str, ...], language: str, method: str) -> Summary:
    kept = tuple(sentence for sentence in sentences if sentence)
    text = " ".join(kept)
    return Summary(text, kept, method if kept else EMPTY, word_count(text))


def _fallback(text: str, words: int, language: str) -> Summary:
    """For a text of furniture only: itself, cut to the budget."""
    line = one_line(text)
    if not any(char.isalnum() for char in line):
        return Summary("", (), EMPTY, 0)
    fits = word_count(line) <= words
    return _summary((shorten(line, words, language),), language, WHOLE if fits else SHORTENED)
