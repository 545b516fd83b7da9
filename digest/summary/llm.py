"""A summary by a language model, used only if the article supports every fact of it.

The call itself is passed in: a function that takes a Prompt and returns the model's answer, or raises
ModelError. Whatever goes wrong, the extract is used and the reasons are kept for the editor.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from digest.summary.grounding import loose_quotes, violations
from digest.summary.problem import SummaryError
from digest.summary.prompt import Prompt, prompt_for
from digest.summary.standing import leaning
from digest.summary.summarize import Summary, summarize
from digest.text.language import base_language, guess_language
from digest.text.sentences import sentences
from digest.text.typography import one_line
from digest.text.words import word_count

MODEL = "model"
"""The `method` of a summary that a model wrote and the article supports."""

Ask = Callable[[Prompt], str]

_LEAD_IN = re.compile(
    r"^(?:(?:here(?:'s| is)[^:]{0,60}|summary|резюме|ամփոփում|résumé|ملخص)\s*:\s*)", re.IGNORECASE
)
_THINKING = re.compile(r"<think>.*?</think>", re.DOTALL | re.IGNORECASE)
_MARKUP = re.compile(
    r"https?://|www\.|<[a-z/!]|\]\(|^\s*[#>*-]\s|\*\*|`|\{\{|\{%", re.IGNORECASE | re.MULTILINE
)
_EXCUSE = re.compile(
    r"\b(?:as an ai|language model|i(?:'m| am) (?:sorry|unable)|i can(?:not|'t))\b", re.IGNORECASE
)
_ALLOWANCE = 1.1
"""A model counts words roughly: an answer a tenth too long is not refused for that alone."""


class ModelError(SummaryError):
    """The model could not be asked, or did not answer in time or form."""


class Budget:
    """How many questions and characters may go to the model for one issue; counts down as they are spent."""

    def __init__(self, questions: int, characters: int) -> None:
        self.questions = questions
        self.characters = characters

    def spend(self, prompt: Prompt) -> bool:
        """Take the cost of `prompt` from what is left; False, and nothing taken, when it is too much."""
        if self.questions < 1 or self.characters < len(prompt.text):
            return False
        self.questions -= 1
        self.characters -= len(prompt.text)
        return True


@dataclass(frozen=True, slots=True)
class Told:
    """The summary to use; when a model's answer was refused, that answer and why, for the desk to show."""

    summary: Summary
    refused: str = ""
    reasons: tuple[str, ...] = ()


def summarize_with(
    ask: Ask,
    title: str | None,
    text: str,
    language: str | None = None,
    words: int = 60,
    *,
    budget: Budget | None = None,
) -> Told:
    """The model's summary if the article supports it, else the extract with the reasons. Raises nothing of its own."""
    extract = summarize(title, text, language, words)
    if extract.method in ("empty", "whole"):
        return Told(extract)
    code = base_language(language, text)
    prompt = prompt_for(title or "", text, code, words)
    if budget is not None and not budget.spend(prompt):
        return Told(extract, reasons=("the budget of this issue is spent",))
    try:
        answer = tidy_answer(ask(prompt))
    except ModelError as error:
        return Told(extract, reasons=(str(error),))
    reasons = refusals(answer, title or "", text, code, words)
    if reasons:
        return Told(extract, answer, reasons)
    parts = tuple(sentences(answer, code))
    return Told(replace(extract, text=answer, sentences=parts, method=MODEL, words=word_count(answer)))


def tidy_answer(answer: str) -> str:
    """A model's answer on one line, without its thoughts, a lead-in or quotation marks around the whole."""
    line = one_line(_THINKING.sub(" ", answer)) if not _MARKUP.search(answer) else answer.strip()
    line = _LEAD_IN.sub("", line)
    for opener, closer in (('"', '"'), ("“", "”"), ("«", "»")):
        if (
            line.startswith(opener)
            and line.endswith(closer)
            and line.count(opener) + line.count(closer) in (2, 4)
        ):
            inner = line[1:-1]
            if opener not in inner and closer not in inner:
                line = inner
    return line


def refusals(answer: str, title: str, text: str, code: str, words: int) -> tuple[str, ...]:
    """Why `answer` may not be used as a summary of the article, in plain words; empty when it may."""
    if not any(char.isalnum() for char in answer):
        return ("the answer is empty",)
    reasons: list[str] = []
    if _MARKUP.search(answer):
        reasons.append("the answer holds markup or a link")
    if _EXCUSE.search(answer) and not _EXCUSE.search(text):
        reasons.append("the model speaks about itself")
    if word_count(answer) > words * _ALLOWANCE:
        reasons.append(f"the answer has {word_count(answer)} words, at most {words} were asked for")
    if guess_language(answer) != guess_language(text):
        reasons.append("the answer is in another language than the article")
    if leaning(answer, code) is not None:
        reasons.append("the answer begins with a word that points at something not said")
    source = f"{title}\n\n{text}"
    reasons += [str(found) for found in violations(answer, source, code)]
    reasons += [str(found) for found in loose_quotes(answer, source)]
    return tuple(reasons)
