"""An article as the summarizer reads it: sentences in order, with what is needed to judge each."""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from digest.summary.noise import is_furniture, without_opening
from digest.summary.standing import antecedents, leaning
from digest.text.language import base_language
from digest.text.sentences import paragraphs, split_paragraph
from digest.text.typography import one_line, tidy
from digest.text.words import FUNCTION_WORDS, content_stems, stem, word_count, written_words

_LONG_OPENING = 45  # words
_LEAST_PART = 8
_SEAM = re.compile(r"(?<=[a-z0-9'’%]) (?=An? \w)")

LONGEST = 200_000
"""Characters of a text that are read; what follows is left out of the judgement."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence as it stands in the article.

    `terms` are the stems of all its words, `stems` of those that carry meaning. `leaning` is why it needs the
    sentence `leans_on` before it, both None when it stands by itself.
    """

    index: int
    paragraph: int
    text: str
    words: int
    terms: tuple[str, ...]
    stems: tuple[str, ...]
    leaning: str | None
    leans_on: int | None


@dataclass(frozen=True, slots=True)
class Article:
    """A text cut into sentences, furniture and datelines left out.

    `frequency` tells in how many sentences each meaningful stem occurs, `capitals` how often a stem is written
    with a capital inside a sentence, and how often it stands there at all. `credited` is whether a dateline or
    credit was taken off the beginning.
    """

    language: str
    title: str
    title_stems: frozenset[str]
    sentences: tuple[Sentence, ...]
    frequency: Mapping[str, int]
    capitals: Mapping[str, tuple[int, int]]
    credited: bool


def read(
    title: str | None, text: str, language: str | None = None, *, whole_quotations: bool = True
) -> Article:
    """`text` as an Article. `language` is a BCP 47 tag; None guesses it by script. Never raises.

    Without `whole_quotations` each sentence inside a quotation is one of its own.
    """
    text = tidy(text[:LONGEST])
    title = one_line(title or "")
    code = base_language(language, text or title)
    pieces, credited = _pieces(title, text, code, whole_quotations)
    function = FUNCTION_WORDS.get(code, frozenset())
    opened = [leaning(piece, code) for _, piece in pieces]
    capitals: dict[str, tuple[int, int]] = {}
    sentences: list[Sentence] = []
    for index, ((number, piece), leans_on) in enumerate(zip(pieces, antecedents(opened), strict=True)):
        written = written_words(piece)
        low = [word.lower() for word in written]
        terms = tuple([stem(word, code) for word in low])
        for term, word in zip(terms[1:], written[1:], strict=True):
            large, inner = capitals.get(term, (0, 0))
            capitals[term] = (large + word[0].isupper(), inner + 1)
        stems = tuple(
            [
                term
                for term, word in zip(terms, low, strict=True)
                if word not in function and (len(word) > 1 or word.isdigit())
            ]
        )
        sentences.append(
            Sentence(index, number, piece, word_count(piece), terms, stems, opened[index], leans_on)
        )
    frequency = Counter(term for sentence in sentences for term in set(sentence.stems))
    known = frozenset(content_stems(title, code))
    return Article(code, title, known, tuple(sentences), frequency, capitals, credited)


def _pieces(title: str, text: str, code: str, whole_quotations: bool) -> tuple[list[tuple[int, str]], bool]:
    """The sentences of `text` that tell the story, each with the number of its paragraph, and whether a
    dateline or credit was taken off before them.
    """
    credited = False
    headline = _key(title)
    pieces: list[tuple[int, str]] = []
    for number, paragraph in enumerate(paragraphs(text)):
        if is_furniture(paragraph) or (headline and _key(paragraph) == headline):
            continue
        if not pieces:
            credited = (bare := without_opening(paragraph)) != paragraph
            paragraph = bare
        split = split_paragraph(paragraph, code, whole_quotations=whole_quotations)
        if not pieces and code == "en":
            split = [*_parted(split[0]), *split[1:]] if split else split
        pieces += [(number, piece) for piece in split if not is_furniture(piece)]
    return pieces, credited


def _parted(opening: str) -> tuple[str, ...]:
    """A text's first sentence; in two where a line without a full stop, above the text on the page, ran into it.

    Such a line tells the story once and the sentence tells it again, so together they fill a whole summary.
    """
    if word_count(opening) <= _LONG_OPENING:
        return (opening,)
    for seam in _SEAM.finditer(opening):
        above, below = opening[: seam.start()], opening[seam.end() :]
        if min(word_count(above), word_count(below)) >= _LEAST_PART:
            return (above, below)
    return (opening,)


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
