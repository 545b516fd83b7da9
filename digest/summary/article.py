"""An article as the summarizer reads it: sentences in order, with what is needed to judge each."""

from collections import Counter
from dataclasses import dataclass
from itertools import pairwise

from digest.summary.noise import is_furniture, without_opening
from digest.summary.standing import antecedents, leaning
from digest.text.language import base_language
from digest.text.sentences import paragraphs, split_paragraph
from digest.text.typography import one_line, tidy
from digest.text.words import content_stems, word_count

LONGEST = 200_000
"""Characters of a text that are read; what follows is left out of the judgement."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence as it stands in the article; `leans_on` is the index of the sentence it needs before
    it.
    """

    index: int
    paragraph: int
    text: str
    words: int
    stems: tuple[str, ...]
    leaning: str | None
    leans_on: int | None


@dataclass(frozen=True, slots=True)
class Article:
    """A text cut into sentences, furniture and datelines left out, and how often each stem occurs in it."""

    language: str
    title: str
    title_stems: frozenset[str]
    sentences: tuple[Sentence, ...]
    frequency: Counter[str]


def read(title: str | None, text: str, language: str | None = None) -> Article:
    """`text` as an Article. `language` is a BCP 47 tag; None guesses it by script. Never raises."""
    text = tidy(text[:LONGEST])
    title = one_line(title or "")
    code = base_language(language, text or title)
    headline = _key(title)
    pieces: list[tuple[int, str]] = []
    for number, paragraph in enumerate(paragraphs(text)):
        if is_furniture(paragraph) or (headline and _key(paragraph) == headline):
            continue
        if not pieces:
            paragraph = without_opening(paragraph)
        pieces += [(number, piece) for piece in split_paragraph(paragraph, code) if not is_furniture(piece)]
    opened = [leaning(piece, code) for _, piece in pieces]
    sentences = tuple(
        Sentence(
            index=index,
            paragraph=number,
            text=piece,
            words=word_count(piece),
            stems=tuple(content_stems(piece, code)),
            leaning=opened[index],
            leans_on=leans_on,
        )
        for index, ((number, piece), leans_on) in enumerate(zip(pieces, antecedents(opened), strict=True))
    )
    frequency = Counter(stem for sentence in sentences for stem in set(sentence.stems))
    return Article(code, title, frozenset(content_stems(title, code)), sentences, frequency)


def _key(line: str) -> str:
    return "".join(char for char in line.lower() if char.isalnum())


def joined(article: Article, chosen: tuple[int, ...]) -> str:
    """The text of the chosen sentences, in the article's order; scripts without spaces are joined without
    one.
    """
    parts: list[str] = []
    glue = "" if article.language in ("zh", "ja") else " "
    for index in sorted(chosen):
        parts.append(article.sentences[index].text)
    return glue.join(parts)


def neighbours(chosen: tuple[int, ...]) -> int:
    """How many of the chosen sentences follow directly on another chosen one."""
    return sum(b - a == 1 for a, b in pairwise(sorted(chosen)))
