"""What a language model is asked: the prompt of the package, filled in for one article."""

import hashlib
import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from digest.text.typography import one_line, tidy

_LONGEST = 24_000
"""Characters of an article that are sent; news stands at the beginning."""
_NAMES = {
    "en": "English", "hy": "Armenian", "ru": "Russian", "fr": "French", "de": "German", "es": "Spanish", "ar": "Arabic",
    "it": "Italian", "pt": "Portuguese", "zh": "Chinese", "ja": "Japanese", "tr": "Turkish", "ka": "Georgian",
}  # fmt: skip
_SLOT = re.compile(r"\$(language|words|title|text)\b")


@dataclass(frozen=True, slots=True)
class Prompt:
    """A finished prompt and its version: a hash of the template, so that a changed one is asked anew."""

    text: str
    version: str


@cache
def _template() -> str:
    return files("digest.summary").joinpath("prompts", "summary.txt").read_text(encoding="utf-8")


def prompt_version() -> str:
    """Eight hexadecimal digits that change when the prompt of the package does."""
    return hashlib.sha256(_template().encode()).hexdigest()[:8]


def prompt_for(title: str, text: str, code: str, words: int) -> Prompt:
    """The prompt for one article in the language `code`. The article cannot end its own place in it."""
    inside = re.sub(r"</?\s*article\s*>", " ", tidy(text)[:_LONGEST], flags=re.IGNORECASE)
    values = {
        "language": _NAMES.get(code, "the language of the article"),
        "words": str(words),
        "title": one_line(title),
        "text": inside,
    }
    return Prompt(_SLOT.sub(lambda slot: values[slot[1]], _template()), prompt_version())


def cache_key(title: str, text: str, words: int, model: str) -> str:
    """The same for the same article, length, model and prompt: what an answer may be kept under."""
    asked = "\x1f".join([prompt_version(), model, str(words), one_line(title), tidy(text)])
    return hashlib.sha256(asked.encode("utf-8", "surrogatepass")).hexdigest()


def chat_request(prompt: Prompt, model: str, words: int) -> dict[str, Any]:
    """The JSON body of a POST to any OpenAI-compatible `/v1/chat/completions`."""
    return {
        "model": model,
        "messages": [{"role": "user", "content": prompt.text}],
        "temperature": 0,
        "max_tokens": 120 + 8 * words,
        "stream": False,
    }


def chat_answer(body: Any) -> str:
    """The text of such an endpoint's answer; ValueError when the body has another shape."""
    try:
        content = body["choices"][0]["message"]["content"]
    except (KeyError, IndexError, TypeError):
        raise ValueError("the endpoint's answer holds no choices[0].message.content") from None
    if not isinstance(content, str):
        raise ValueError("the endpoint's answer is not text")
    return content
