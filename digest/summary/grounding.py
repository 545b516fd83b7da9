"""Check a summary against its article: every number, date and name of it must occur there.

A name may be inflected (Armenian, Russian) and a number spelled ("twenty-one" for 21). Scripts without
capitals show no names, so there numbers and words in Latin letters are checked.
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from digest.text.language import base_language
from digest.text.names import names, same_name
from digest.text.numbers import quantities
from digest.text.sentences import sentences
from digest.text.wordlists import word_set
from digest.text.words import FUNCTION_WORDS, stem, tokens

NUMBER, NAME, FULL_NAME, DATE, QUOTE = "number", "name", "full name", "date", "quote"

_WORD = re.compile(r"[^\W\d_]+(?:[-'’՚][^\W\d_]+)*")
_OPENER = re.compile(r"[^\W\d_][\w'’՚-]*")  # as _ACTS reads them, digits included: "U2"
_WINDOW = 4
"""Words that parts of one name may stand apart, none of them an ordinary word: "Minister Nikol Avagyan"."""

_PARTICLES = word_set("of de del della da dos van von der den bin ibn al el la le and")
# Beginnings of month and weekday names that are not written with a capital.
_CALENDAR = {
    "ru": "январ феврал март апрел мая июн июл август сентябр октябр ноябр декабр понедельник "
    "вторник сред четверг пятниц "
    "суббот воскресень",
    "hy": "հունվար փետրվար մարտ ապրիլ մայիս հունիս հուլիս օգոստոս սեպտեմբեր հոկտեմբեր նոյեմբեր "
    "դեկտեմբեր երկուշաբթի "
    "երեքշաբթի չորեքշաբթի հինգշաբթի ուրբաթ շաբաթ կիրակի յունուար փետրուար յունիս յուլիս",
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre "
    "lundi mardi mercredi jeudi "
    "vendredi samedi dimanche",
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre "
    "lunes martes miércoles "
    "jueves viernes sábado domingo",
    "ar": "يناير فبراير مارس أبريل مايو يونيو يوليو أغسطس سبتمبر أكتوبر نوفمبر ديسمبر الاثنين "
    "الثلاثاء الأربعاء الخميس "
    "الجمعة السبت الأحد",
}
# A first word in capitals and what shows that it may be somebody's name.
_ACTS = {
    "en": re.compile(
        r"\W*([A-Z][\w'’-]*[^s\W]) (?:said|says|has|have|had|is|are|was|were|will|would|[a-z]+ed)\b"
    ),
    "ru": re.compile(r"\W*([А-ЯЁ][а-яё-]+(?:ов|ев|ин|ский|ова|ева|ина|ская|ян|енко))\b"),
    "hy": re.compile(r"\W*([Ա-Ֆ][ա-ֆև]+(?:յան|եան)[ա-ֆև]*)\b"),
}
_QUOTED = re.compile(r"“([^”]+)”|\"([^\"]+)\"|«([^»]+)»|「([^」]+)」|„([^“”]+)[“”]")
_EDGES = " \t\n.,;:!?…։՝،。，"


@dataclass(frozen=True, slots=True)
class Violation:
    """Something a summary says that its article does not: the `kind` and the words as the summary has
    them.
    """

    kind: str
    found: str

    def __str__(self) -> str:
        return f"{self.kind} “{self.found}” is not in the article"


def violations(summary: str, article: str, language: str | None = None) -> list[Violation]:
    """What `summary` claims without the article's support, in order of kind, each once; empty when it is
    grounded.

    `article` is everything the summary may draw on (title and text). Never raises.
    """
    code = base_language(language, article)
    return list(
        dict.fromkeys(
            [
                *_numbers(summary, article),
                *_dates(summary, article, code),
                *_names(summary, article, code),
                *_openings(summary, article, code),
                *_full_names(summary, article, code),
            ]
        )
    )


def loose_quotes(summary: str, article: str) -> list[Violation]:
    """Quotations of `summary` (two words and more) that do not stand word for word in `article`."""
    plain = _plain(article)
    return [
        Violation(QUOTE, quoted)
        for match in _QUOTED.finditer(summary)
        if (quoted := next(group for group in match.groups() if group))
        and len(quoted.split()) > 1
        and _plain(quoted).strip(_EDGES) not in plain
    ]


def _plain(text: str) -> str:
    """`text` with one kind of quotation mark, apostrophe, dash and space, for comparing word for word."""
    text = re.sub(r"[“”„«»\"]", '"', text)
    text = re.sub(r"[‘’՚]", "'", text)
    return " ".join(re.sub(r"[–—―]", "-", text).split()).casefold()


def _numbers(summary: str, article: str) -> Iterator[Violation]:
    known = quantities(article)
    for value, written in quantities(summary).items():
        if value not in known:
            yield Violation(NUMBER, written)


def _dates(summary: str, article: str, code: str) -> Iterator[Violation]:
    beginnings = _CALENDAR.get(code, "").split()
    there = set(tokens(article))
    for token in tokens(summary):
        root = next((beginning for beginning in beginnings if token.startswith(beginning)), None)
        if root and not any(word.startswith(root) for word in there):
            yield Violation(DATE, token)


def _key(word: str, code: str) -> str:
    return stem(word.lower().removesuffix("'s").removesuffix("’s"), code)


def _names(summary: str, article: str, code: str) -> Iterator[Violation]:
    written = set(_WORD.findall(article))
    known = {_key(part, code) for word in written for part in (word, *word.split("-"))}
    capitals = [word for word in written if word[0].isupper()]
    for name in names(summary, code):
        parts = [part for part in re.split(r"[-.]", name) if part]
        for part in parts:
            if _key(part, code) in known:
                continue
            if not any(same_name(part, word, code) for word in capitals):
                yield Violation(NAME, name)
                break


def _openings(summary: str, article: str, code: str) -> Iterator[Violation]:
    """Names that open a sentence, where every word is written large: names by form or place, not in the article."""
    acts = _ACTS.get(code)
    if acts is None:
        return
    known = {_key(part, code) for word in _OPENER.findall(article) for part in (word, *word.split("-"))}
    function = FUNCTION_WORDS.get(code, frozenset())
    for sentence in sentences(summary, code):
        found = acts.match(sentence)
        if found and found[1].lower() not in function and _key(found[1], code) not in known:
            yield Violation(NAME, found[1])


def _full_names(summary: str, article: str, code: str) -> Iterator[Violation]:
    """First and family names that both occur in the article, but of two different people."""
    near: dict[str, set[str]] = defaultdict(set)
    after: dict[str, set[str]] = defaultdict(set)
    before: dict[str, set[str]] = defaultdict(set)
    function = FUNCTION_WORDS.get(code, frozenset())
    words = [(word, _key(word, code)) for word in _WORD.findall(article)]
    for index, (word, key) in enumerate(words):
        for following, other in words[index + 1 : index + 1 + _WINDOW]:
            if not following[0].isupper() and following not in _PARTICLES:
                break
            near[key].add(other)
        if index + 1 < len(words) and word[0].isupper() and words[index + 1][0][0].isupper():
            after[key].add(words[index + 1][1])
            before[words[index + 1][1]].add(key)
    told = list(_WORD.finditer(summary))
    for one_match, two_match in pairwise(told):
        first, second = one_match.group(), two_match.group()
        if summary[one_match.end() : two_match.start()] != " ":
            continue
        if not (first[0].isupper() and second[0].isupper()):
            continue
        one, two = _key(first, code), _key(second, code)
        if first.lower() not in function and after.get(one) and before.get(two) and two not in near[one]:
            yield Violation(FULL_NAME, f"{first} {second}")
