"""Numbers in a text, written in digits or in words, as one comparable set."""

import re
import unicodedata

from digest.text.wordlists import word_set

_DIGITS = re.compile(r"\d{1,3}(?:[ \u00a0\u202f]\d{3})+(?!\d)(?:[.,]\d+)?|\d+(?:[.,٫٬’']\d+)*")
_PART = re.compile(rf"{_DIGITS.pattern}|[^\W\d_]+")
_GROUPED = re.compile(r"\d{1,3}(?:[.,٬’' \u00a0\u202f]\d{3})+$")

_SPELLED: dict[str, str] = {
    "en": "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
    "fifteen sixteen "
    "seventeen eighteen nineteen",
    "ru": "ноль один два три четыре пять шесть семь восемь девять десять одиннадцать двенадцать тринадцать "
    "четырнадцать пятнадцать шестнадцать семнадцать восемнадцать девятнадцать",
    "hy": "զրո մեկ երկու երեք չորս հինգ վեց յոթ ութ ինը տասը տասնմեկ տասներկու տասներեք տասնչորս "
    "տասնհինգ տասնվեց "
    "տասնյոթ տասնութ տասնինը",
}
_TENS: dict[str, str] = {
    "en": "twenty thirty forty fifty sixty seventy eighty ninety",
    "ru": "двадцать тридцать сорок пятьдесят шестьдесят семьдесят восемьдесят девяносто",
    "hy": "քսան երեսուն քառասուն հիսուն վաթսուն յոթանասուն ութսուն իննսուն",
}
_OTHER: dict[str, int] = {
    "first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7,
    "eighth": 8, "ninth": 9,
    "tenth": 10, "once": 1, "twice": 2, "dozen": 12, "hundred": 100, "thousand": 1000,
    "одна": 1, "одно": 1, "одного": 1, "две": 2, "двух": 2, "двое": 2, "трех": 3, "трёх": 3, "трое":
    3, "четырех": 4,
    "четырёх": 4, "пяти": 5, "шести": 6, "семи": 7, "восьми": 8, "девяти": 9, "десяти": 10, "сто":
    100, "тысяча": 1000,
    "մէկ": 1, "եօթ": 7, "եօթը": 7, "մեկը": 1, "երկուսը": 2, "երեքը": 3, "հարյուր": 100, "հարիւր":
    100, "հազար": 1000,
    "յիսուն": 50, "տաս": 10,
}  # fmt: skip


# How a word for a power of ten begins.
_SCALES = (
    ("thousand", 3), ("million", 6), ("billion", 9), ("trillion", 12), ("тысяч", 3), ("тыс", 3),
    ("миллион", 6), ("млн", 6),
    ("миллиард", 9), ("млрд", 9), ("հազար", 3), ("միլիոն", 6), ("մլն", 6), ("միլիարդ", 9), ("մլրդ",
    9), ("mln", 6),
    ("bn", 9), ("milliard", 9), ("millones", 6), ("мільйон", 6), ("ألف", 3), ("مليون", 6), ("مليار",
    9), ("万", 4), ("亿", 8),
)  # fmt: skip
_HARDLY_NUMBERS = word_set(
    """
one first once second մեկ մէկ մեկը один одна одно одного
"""
)


def _spelled_numbers() -> dict[str, int]:
    table = dict(_OTHER)
    for words in _SPELLED.values():
        table.update({word: value for value, word in enumerate(words.split())})
    for words in _TENS.values():
        table.update({word: (index + 2) * 10 for index, word in enumerate(words.split())})
    return table


SPELLED: dict[str, int] = _spelled_numbers()


def normal_number(written: str) -> str:
    """A number of digits in one spelling: Latin digits, no grouping, `.` for the decimal mark (`3,5` is
    `3.5`).

    A single mark before exactly three digits is taken as grouping, as news writes it: `1.234` is 1234.
    """
    latin = "".join(str(unicodedata.digit(char)) if char.isdecimal() else char for char in written)
    if _GROUPED.fullmatch(latin):
        return re.sub(r"\D", "", latin).lstrip("0") or "0"
    whole, _, decimals = (
        re.sub(r"[ \u00a0\u202f]", "", latin).replace("٫", ".").replace(",", ".").partition(".")
    )
    whole = whole.lstrip("0") or "0"
    return f"{whole}.{decimals.rstrip('0')}".rstrip(".")


def _spelled_at(words: list[tuple[str, str]], index: int) -> tuple[int, int] | None:
    """The number written in words at `index`, and how many words it takes: `twenty one` is (21, 2)."""
    value = SPELLED.get(words[index][0])
    if value is None:
        return None
    following = SPELLED.get(words[index + 1][0], 0) if index + 1 < len(words) else 0
    if value in range(20, 100, 10) and 0 < following < 10:
        return value + following, 2
    return value, 1


def quantities(text: str) -> dict[str, str]:
    """Every number of `text` as one comparable value, with the words it was written with.

    Digits and words are the same number, and a scale is part of it: "3.5 million" is 3500000,
    "half a million" is not read. Words for one and for first are left out: they seldom count anything.
    """
    found: dict[str, str] = {}
    words = [(match.group().lower(), match.group()) for match in _PART.finditer(text)]
    index = 0
    while index < len(words):
        low, written = words[index]
        taken = 1
        if written[0].isdecimal():
            value: str | None = normal_number(written)
        elif (spelled := _spelled_at(words, index)) and low not in _HARDLY_NUMBERS:
            value, taken = str(spelled[0]), spelled[1]
            written = " ".join(word for _, word in words[index : index + taken])
        else:
            index += 1
            continue
        index += taken
        scale = _scale(words[index][0]) if index < len(words) else 0
        if value and scale:
            value = _scaled(value, scale)
            written = f"{written} {words[index][1]}"
            index += 1
        if value:
            found.setdefault(value, written)
    return found


def _scale(word: str) -> int:
    return next((power for start, power in _SCALES if word.startswith(start)), 0)


def _scaled(value: str, power: int) -> str:
    whole, _, decimals = value.partition(".")
    if not whole.isdigit() or (decimals and not decimals.isdigit()) or len(decimals) > power:
        return value
    return (whole + decimals.ljust(power, "0")).lstrip("0") or "0"
