"""The language of a text, told by its script and its most common words.

A small guess for rules of spelling and sentence ends; recognising languages for selection is another matter.
"""

import re
from collections import Counter

from digest.text.wordlists import word_set

_SCRIPTS = (
    ("hy", re.compile(r"[\u0531-\u0587]")),
    ("ru", re.compile(r"[\u0400-\u052f]")),
    ("ar", re.compile(r"[\u0600-\u06ff\u0750-\u077f]")),
    ("ja", re.compile(r"[\u3040-\u30ff]")),
    ("zh", re.compile(r"[\u4e00-\u9fff]")),
    ("ko", re.compile(r"[\uac00-\ud7af]")),
    ("he", re.compile(r"[\u0590-\u05ff]")),
    ("el", re.compile(r"[\u0370-\u03ff]")),
    ("ka", re.compile(r"[\u10a0-\u10ff]")),
    ("hi", re.compile(r"[\u0900-\u097f]")),
    ("th", re.compile(r"[\u0e00-\u0e7f]")),
    ("en", re.compile(r"[A-Za-z\u00c0-\u024f]")),
)

_COMMON = {
    "en": word_set(
        """
the of and to in is was that for on with said his her as at by from has have it
"""
    ),
    "fr": word_set(
        """
le la les des du et est une un dans pour que qui sur au aux pas par plus avec
"""
    ),
    "de": word_set(
        """
der die das und ist von den mit für auf im ein eine nicht dem des sich zu auch
"""
    ),
    "es": word_set(
        """
el la los las de que y en un una por con para del se su al lo como más
"""
    ),
    "pt": word_set(
        """
o a os as de que e em um uma por com para do da se não na no mais
"""
    ),
    "it": word_set(
        """
il la i le di che e un una per con del della si non in è gli nel sono
"""
    ),
    "nl": word_set(
        """
de het een van en in is dat op te met voor niet zijn aan er om ook door
"""
    ),
    "tr": word_set(
        """
ve bir bu da de için ile olarak çok daha olan gibi sonra kadar ise
"""
    ),
}

_SAMPLE = 4000


def guess_language(text: str) -> str:
    """ISO 639-1 code of the language that `text` is most likely written in; `en` when nothing tells."""
    sample = text[:_SAMPLE]
    counts = {code: len(pattern.findall(sample)) for code, pattern in _SCRIPTS}
    if counts["ja"] and counts["ja"] * 8 >= counts["zh"]:
        return "ja"
    # A Chinese, Armenian or Arabic text may quote many Latin names, whose words are longer.
    counts["en"] //= 3
    best = max(counts, key=lambda code: counts[code])
    if best != "en" or not counts["en"]:
        return best if counts[best] else "en"
    words = Counter(re.findall(r"[^\W\d_]+", sample.lower()))
    hits = {code: sum(words[word] for word in common) for code, common in _COMMON.items()}
    return max(hits, key=lambda code: hits[code])


def base_language(language: str | None, text: str = "") -> str:
    """The primary subtag of `language` (`pt-BR` gives `pt`, Western Armenian `hyw` gives `hy`), or a
    guess.
    """
    code = (language or "").strip().lower().replace("_", "-").split("-")[0]
    if code == "hyw":
        return "hy"
    return code if re.fullmatch(r"[a-z]{2,3}", code) else guess_language(text)
