"""Names in a text: words that a script with capitals writes large without being made to."""

import re

from digest.text.language import base_language
from digest.text.sentences import sentences
from digest.text.wordlists import word_set
from digest.text.words import FUNCTION_WORDS, stem

# Words that open a sentence before a name without being part of it.
_OPENERS = word_set(
    """
today yesterday tomorrow now last former police president minister prime mayor king queen meanwhile
сегодня вчера завтра сейчас теперь президент министр мэр
այսօր երեկ վաղը հիմա նախագահ վարչապետ նախարար
aujourd'hui hier demain heute gestern morgen hoy ayer
"""
)
_WORD = re.compile(r"[^\W\d_]+(?:[-'’՚.][^\W\d_]+)*")


def names(text: str, language: str | None = None) -> list[str]:
    """Words of `text` that are written as names, in order, repeated as often as they occur.

    The first word of a sentence counts only when it is no function word and is followed by another capital,
    or occurs with a capital elsewhere inside a sentence of `text`.
    """
    code = base_language(language, text)
    function = FUNCTION_WORDS.get(code, frozenset())
    found: list[tuple[str, bool]] = []
    for sentence in sentences(text, code):
        words = _WORD.findall(sentence)
        for index, word in enumerate(words):
            if not word[0].isupper() or word == "I" or (word.lower() in function and not word.isupper()):
                continue
            followed = (
                index + 1 < len(words) and words[index + 1][0].isupper() and word.lower() not in _OPENERS
            )
            found.append((word, index > 0 or followed))
    known = {stem(word.lower(), code) for word, sure in found if sure}
    return [word for word, sure in found if sure or stem(word.lower(), code) in known]


def same_name(one: str, other: str, code: str) -> bool:
    """Whether two words may be forms of one name: equal stems, or in inflecting languages a long common
    start.
    """
    one, other = one.lower(), other.lower()
    if one == other or stem(one, code) == stem(other, code):
        return True
    if code not in ("ru", "hy", "de", "tr", "uk"):
        return False
    shorter, longer = sorted((one, other), key=len)
    common = 0
    while common < len(shorter) and shorter[common] == longer[common]:
        common += 1
    return common >= max(3, len(shorter) - 2) and len(longer) - common <= 5
