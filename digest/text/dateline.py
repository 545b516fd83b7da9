"""Datelines: the place, agency and date that a news report begins with.

`MOSCOW (RFE/RL) — …`, `YEREVAN, Armenia (AP) —`, `BERLIN, Nov 24 –`, `(CNN) --`,
`ԵՐԵՎԱՆ, 24 նոյեմբերի, ԱՐՄԵՆՊՐԵՍ․`, `ЕРЕВАН, 24 ноября. /ТАСС/.`, `القاهرة (رويترز) -`,
`新华社北京11月24日电`.
Precision first: an ordinary sentence that begins with capitals is no dateline, so every form needs two signs,
for example a place in capitals and a dash, or a place, an agency and a mark.
"""

import re
from dataclasses import dataclass
from functools import cache

LONGEST = 120
"""A dateline is looked for in this many characters at the start of a text."""


@dataclass(frozen=True, slots=True)
class Dateline:
    """What a dateline says; `original` is the text as it stood, with its closing dash or point."""

    place: str | None
    credit: str | None
    date: str | None
    original: str

    def __str__(self) -> str:
        """`MOSCOW (RFE/RL)`: the place with the credit in brackets, or what there is of the two."""
        if self.place and self.credit:
            return f"{self.place} ({self.credit})"
        return self.place or self.credit or self.original


# Letters: any that is no digit and no underscore; capitals are checked in Python because `re` knows no
# \p{Lu}.
_L = r"[^\W\d_]"
_WORD = rf"{_L}[^\W\d_'’.\-‑]*(?:['’.\-‑]{_L}+)*\.?"
_JOIN = r"(?:de|del|de la|la|las|los|el|al|of|the|am|an der|sur|di|da|do|dos|den|na|на|и|al-|the)"
_PLACE = (
    rf"(?P<place>{_WORD}(?:[ \u00a0](?:{_JOIN}[ \u00a0])?{_WORD}){{0,4}}"
    rf"(?:\s?[/&]\s?{_WORD}(?:[ \u00a0]{_WORD}){{0,2}})?)"
)
_REGION = (
    rf"(?P<region>(?:,\s?(?!(?:le|den|al)\s\d){_L}[\w.'’\-]*(?:[ \u00a0]{_L}[\w.'’\-]*){{0,3}}){{1,2}}"
    rf"|\s\({_L}[^()]{{1,24}}\)(?=\s?[\(/]))?"
)
_MONTH = (
    r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|januar|februar|märz|mai|juni|juli|okt|dez|janv|"
    r"févr|fév|mars|avr|juin|"
    r"juil|août|déc|ene|abr|ago|dic|fev|set|out|dez|gen|mag|giu|lug|ott|янв|фев|мар|апр|ма[йя]|июн|июл|авг|"
    r"сен|окт|ноя|дек|"
    r"січ|лют|бер|кві|тра|чер|лип|сер|вер|жов|лис|гру|"
    r"հունվ|փետր|մարտ|ապր|մայ|հուն|հուլ|օգոս|սեպտ|հոկտ|նոյեմ|դեկտ|"
    r"يناير|فبراير|مارس|[إا]بريل|مايو|يونيو|يوليو|[أا]غسطس|سبتمبر|[أا]كتوبر|نوفمبر|ديسمبر|كانون|شباط|آذار|"
    r"نيسان|[أا]يار|حزيران|تموز|آب|[أا]يلول|تشرين)"
)
_YEAR = r"(?:,?\s(?:19|20)\d\d\b)?"
_DATE = (
    rf"(?P<date>(?:le\s|den\s|al\s)?(?:\d{{1,2}}\.?(?:er|-[а-я]+|"
    rf"-ին)?\s(?:de\s)?{_MONTH}{_L}*\.?(?:\sde)?{_YEAR}(?:\s?(?:г\.|года|թ\.))?"
    rf"|{_MONTH}{_L}*\.?\s\d{{1,2}}\b{_YEAR}|\d{{1,2}}[./]\d{{1,2}}[./]\d{{2,4}}|"
    rf"\d{{1,2}}\s?/\s?{_MONTH}{_L}*\s?/))"
)
_AGENCIES = (
    r"(?:AP|AFP|Reuters|RFE/RL|RFI|dpa|DPA|CNN|BBC|EFE|ANSA|UPI|IPS|VOA|DW|Bloomberg|Xinhua|TASS|ITAR-TASS|"
    r"Interfax|RIA|RIA Novosti|"
    r"Sputnik|Armenpress|ARMENPRESS|Arka|ARKA|Panorama(?:\.am)?|News\.am|NEWS\.am|Mediamax|Azatutyun|"
    r"Massis(?:Post|\sPost)?|Asbarez|"
    r"Anadolu|AA|IRNA|ISNA|PTI|ANI|IANS|KUNA|SPA|WAM|NNA|PAP|APA|SID|KNA|epd|dapd|Kyodo|Yonhap|Lusa|ATS|"
    r"Belga|Tanjug|Hina|MTI|CTK|"
    r"The Associated Press|Associated Press|Agence France-Presse|Agencia EFE|Europa Press|Agência Brasil|"
    r"ТАСС|ИТАР-ТАСС|РИА Новости|РИА|Интерфакс|АРКА|Арменпресс|АРМЕНПРЕСС|Sputnik Армения|Новости-Армения|"
    r"Укринформ|УНИАН|БелТА|Рейтер|"
    r"ԱՐՄԵՆՊՐԵՍ|Արմենպրես|ԱՐԿԱ|Արկա|ՄԵԴԻԱՄԱՔՍ|Մեդիամաքս|ԱԶԱՏՈՒԹՅՈՒՆ|Ազատություն|ՆՅՈՒԶ\.ԱՄ|"
    r"رويترز|سانا|وام|واس|كونا|قنا|وفا|الأناضول|أ\s?ف\s?ب|ا\s?ف\s?ب|أ\.ف\.ب|د\s?ب\s?أ|د\.ب\.أ|أ\s?ب|ا\s?ب|"
    r"أ\sش\sأ|أ\.ش\.أ|بترا|فرانس برس|شينخوا|سبوتنيك|العربية|الجزيرة|وكالات)"
)
_ACRONYM = r"[A-ZԱ-ՖА-ЯЁΑ-Ω][A-ZԱ-ՖА-ЯЁΑ-Ω.&/\-]{1,11}"
_CREDIT_NAME = (
    rf"(?:(?:{_AGENCIES}|{_ACRONYM})(?:[ /,\-]\s?(?:{_AGENCIES}|{_ACRONYM}|{_L}[\w.]{{1,14}})){{0,2}})"
)
_CREDIT = (
    rf"(?:,?\s?[\(\[]\s?(?P<credit>{_CREDIT_NAME})\s?[\)\]]|\s?/\s?(?P<slashed>{_CREDIT_NAME})\s?/"
    rf"|[,.]?\s?[-–—]?\s?(?P<bare>{_AGENCIES})(?![\w]))"
)
_DASH = r"(?:\s?(?:—|―|–|--+|\.\s?[-–—])\s?|\s-\s|\s?[:։․]\s?[-–—]\s?)"
_POINT = r"(?:\s?[:։․](?:\s|$)|\.\s|\s-(?=\S)|-\s)"
_GLUED = r"(?<=[)\]])(?=[^\s\d.,;:])"  # `(CNN)The`: pages whose dash was lost
_START = r"[\s\u200e\u200f\ufeff]*"

_LATER = _DATE.replace("<date>", "<later>")
_FULL = (
    rf"{_START}{_PLACE}{_REGION}(?:[,.]?\s{_DATE}[.,]?)?{_CREDIT}(?:,?\s{_LATER}[.,]?)?"
    rf"(?P<mark>{_DASH}|{_POINT}|{_GLUED})"
)
_PLACED = rf"{_START}{_PLACE}{_REGION}(?:,?\s{_DATE})?(?P<mark>{_DASH})"
# After a place in capitals and before a true dash any name in brackets is the credit: `STEPANAKERT
# (Combined Sources) —`.
_NAMED = (
    rf"{_START}{_PLACE}{_REGION}(?:[,.]?\s{_DATE}[.,]?)?(?:,?\s|--+)?"
    rf"\((?P<credit>{_WORD}(?:[ /]{_WORD}){{0,3}})\)(?P<mark>\s?(?:[—–―]|--+)\s?)"
)
_CREDITED = (
    rf"{_START}(?:{_DATE}\s?)?[\(\[]\s?(?P<credit>{_CREDIT_NAME})\s?[\)\]](?P<mark>{_DASH}|\s?:\s|{_GLUED})"
)
_CHINESE = (
    r"[\s　]*(?:【|（)?"
    r"(?P<credit>新华社|新華社|中新社|中新网|中央社|人民网|法新社|路透社|美联社)"
    r"[\s·]?(?:记者[^\s，。]{2,12})?"
    r"(?P<place>[\u4e00-\u9fff]{2,8}?)(?P<date>\d{1,2}月\d{1,2}日|\d{1,2}日)\s?电(?:】|）)?(?:\s?[（(](?:记者|"
    r"記者)[^）)]{1,40}[）)])?[\s　]*"
)
_JAPANESE = (
    r"[\s　]*[【（\[](?P<place>[\u3040-\u30ff\u4e00-\u9fffー・]{2,12}?)[\s　]?[=＝]?[\s　]?"
    r"(?P<credit>共同通信|共同|時事通信|時事|ロイター|聯合ニュース|AFP(?:＝時事)?|AP)[】）\]][\s　]*"
)

# In capitals at the start of many an ordinary sentence or kicker, and never a place.
_NO_PLACE = frozenset(
    "nato nasa unesco unicef opec asean covid covid-19 aids hiv fifa uefa nba nfl nhl mlb fbi cia imf wto "
    "who osce bbc cnn "
    "ap afp upi eu un us usa uk uae tv pm cep ceo ps faq diy pc brexit advertisement нато сша ес оон сми "
    "обсе ввп ՆԱՏՕ ԱՄՆ ԵՄ ՄԱԿ ԵԱՀԿ".casefold().split()
)
_NO_PLACE_WORD = frozenset(
    "breaking update updated exclusive watch opinion analysis video photo photos interview correction "
    "editorial review note "
    "warning spoiler live news sports sport factbox timeline explainer podcast listen read story news: a "
    "an the and but so i we it he she "
    "they this that what when where why how who if as at in on for or our my also now not no yes is are "
    "was do does did can will "
    "question answer q q&a part chapter step tip tips day week month year today видео фото интервью важно "
    "срочно молния "
    "ՏԵՍԱՆՅՈՒԹ ԼՈՒՍԱՆԿԱՐ ՀԱՐՑԱԶՐՈՒՅՑ eilmeldung kommentar meinung urgent en direct vidéo der die das ein "
    "eine und les une un "
    "monday tuesday wednesday thursday friday saturday sunday".casefold().split()
)
_KNOWN_CREDIT = rf"{_AGENCIES}(?:[/,\s].*)?"
_OPENING = "\"'“”„«‘’([…¿¡"


def split_dateline(text: str) -> tuple[Dateline | None, str]:
    """The dateline at the start of `text`, or None, and the text after it.

    Nothing is lost: `dateline.original` followed by the rest is `text`, white space aside.
    """
    head = text[:LONGEST]
    for form, judge in _FORMS:
        found = _compiled(form).match(head)
        if found and judge(found, text[found.end() :]):
            return _dateline(found), text[found.end() :].lstrip()
    return None, text


@cache
def _compiled(form: str) -> re.Pattern[str]:
    """Compiled when first asked for: together they take 60 ms, and most commands read no article."""
    return re.compile(form, re.IGNORECASE)


def _dateline(found: re.Match[str]) -> Dateline:
    groups = found.groupdict()
    place = groups.get("place")
    region = groups.get("region")
    if place and region:
        place = f"{place}{region}"
    credit = groups.get("credit") or groups.get("slashed") or groups.get("bare")
    date = groups.get("date") or groups.get("later")
    return Dateline(
        place=_tidy(place) or None,
        credit=_tidy(credit) or None,
        date=_tidy(date) or None,
        original=found[0].strip(),
    )


def _tidy(text: str | None) -> str:
    return " ".join((text or "").replace("\u200e", "").replace("\u200f", "").split()).strip(" ,-–—")


def _is_capitals(text: str) -> bool:
    letters = [c for c in text if c.isalpha()]
    return len(letters) >= 2 and all(c.isupper() for c in letters)


def _is_name(text: str) -> bool:
    """Each word begins with a capital, or the script has no capitals."""
    words = [w for w in re.split(r"[\s/&]+", text) if w and not re.fullmatch(_JOIN, w)]
    return bool(words) and all(not w[0].islower() for w in words)


def _can_be_place(place: str) -> bool:
    words = [word.strip(".,").casefold() for word in place.replace("/", " ").split()]
    return place.strip(".").casefold() not in _NO_PLACE and not any(word in _NO_PLACE_WORD for word in words)


def _begins_sentence(rest: str) -> bool:
    rest = rest.lstrip()
    return bool(rest) and (
        rest[0] in _OPENING or rest[0].isdigit() or (rest[0].isalpha() and not rest[0].islower())
    )


def _judge_full(found: re.Match[str], rest: str) -> bool:
    """Place and agency: a known agency after any name, or an acronym after a place in capitals and before a
    dash."""
    place = found["place"]
    credit = (found["credit"] or found["slashed"] or found["bare"]).strip()
    known = bool(_compiled(_KNOWN_CREDIT).fullmatch(credit))
    dashed = bool(re.search(r"[—–―]|-", found["mark"]))
    if not rest.strip() or not _can_be_place(place) or not _is_name(place):
        return False
    if (
        any(c.isalpha() and c.isascii() for c in credit)
        and credit.islower()
        and credit not in ("dpa", "epd", "dapd")
    ):
        return False
    if found["bare"] and not (found["date"] or _is_caseless(place) or (dashed and _is_capitals(place))):
        return False
    if found["bare"] and _is_caseless(place) and not dashed and not found["date"]:
        return False
    if not found["mark"] and not (known and _begins_sentence(rest) and len(place.split()) <= 3):
        return False
    if _is_capitals(place):
        return (known or _is_capitals(credit)) and (
            dashed or known or bool(found["slashed"] or found["date"])
        )
    if _is_caseless(place):
        return known and len(place.split()) <= 3
    told = dashed or not found["mark"] or bool(found["date"] or found["slashed"])
    return known and told and len(place.split()) <= 4


def _is_caseless(text: str) -> bool:
    letters = [c for c in text if c.isalpha()]
    return bool(letters) and not any(c.isupper() or c.islower() for c in letters)


def _judge_placed(found: re.Match[str], rest: str) -> bool:
    """Place and dash: the place in capitals, or with a date; and what follows begins a sentence."""
    place = found["place"]
    if not _can_be_place(place) or not _begins_sentence(rest) or len(place.split()) > 4:
        return False
    if _is_capitals(place):
        region = (found["region"] or "").strip(" ,")
        return len(place) >= 4 and (not region or _is_name(region))
    return bool(found["date"]) and _is_name(place) and not _is_caseless(place)


def _judge_named(found: re.Match[str], rest: str) -> bool:
    """Place, any name in brackets, and a true dash; of a script without capitals a place of one or two
    words."""
    place = found["place"]
    placed = _is_capitals(place) or (_is_caseless(place) and len(place.split()) <= 2)
    return placed and _can_be_place(place) and _is_name(found["credit"]) and _begins_sentence(rest)


def _judge_credited(found: re.Match[str], rest: str) -> bool:
    credit = found["credit"]
    if not found["mark"] and not (_compiled(_KNOWN_CREDIT).fullmatch(credit) and _begins_sentence(rest)):
        return False
    return bool(rest.strip()) and (
        bool(_compiled(_KNOWN_CREDIT).fullmatch(credit)) or _is_capitals(credit.split()[0])
    )


def _judge_fixed(found: re.Match[str], rest: str) -> bool:
    return bool(rest.strip())


_FORMS = (
    (_FULL, _judge_full),
    (_NAMED, _judge_named),
    (_PLACED, _judge_placed),
    (_CREDITED, _judge_credited),
    (_CHINESE, _judge_fixed),
    (_JAPANESE, _judge_fixed),
)
