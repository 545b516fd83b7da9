"""Moments as pages write them, read with their zone.

Where only a local time is given, the zone is that of another time on the same page, else UTC. A date
without a time
becomes midnight UTC of that day: never in the future, and the same on every machine.
"""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from email.utils import parsedate_to_datetime

EARLIEST = 1990
_ISO = re.compile(
    r"(?P<y>(?:19|20)\d\d)-?(?P<m>\d\d?)-?(?P<d>\d\d?)"
    r"(?:[T ,]+(?P<H>\d\d?):?(?P<M>\d\d)(?::?(?P<S>\d\d))?(?:[.,]\d+)?\s*(?P<z>Z|UTC|GMT|[+-]\d\d:?\d\d|"
    r"[+-]\d\d)?)?",
    re.IGNORECASE,
)
_NUMERIC = re.compile(
    r"\b(?P<d>\d\d?)[./](?P<m>\d\d?)[./](?P<y>(?:19|20)\d\d)(?:\D{1,6}(?P<H>\d\d?):(?P<M>\d\d))?"
)
_SLASHED = re.compile(
    r"\b(?P<y>(?:19|20)\d\d)[./](?P<m>\d\d?)[./](?P<d>\d\d?)\b(?:\D{1,6}(?P<H>\d\d?):(?P<M>\d\d))?"
)
_CJK = re.compile(
    r"(?P<y>(?:19|20)\d\d)\s?[年년]\s?(?P<m>\d\d?)\s?[月월]\s?(?P<d>\d\d?)\s?[日일](?:\D{0,6}(?P<H>\d\d?)[:時时](?P<M>\d\d))?"
)
_MONTHS = (
    "jan|janv|ene|янв|січ|հունվ|يناير|كانون الثاني|led|sty|oca",
    "feb|fév|fev|févr|фев|лют|փետ|فبراير|شباط|úno|lut|şub",
    "mar|märz|mär|мар|бер|մարտ|مارس|آذار|bře",
    "apr|avr|abr|апр|кві|ապր|أبريل|ابريل|إبريل|نيسان|dub|kwi|nis",
    "may|mai|mag|maj|ма[йя]|тра|մայ|مايو|أيار|ايار|kvě",
    "jun|juin|giu|июн|чер|հունիս|يونيو|حزيران|čer|cze|haz",
    "jul|juil|lug|июл|лип|հուլ|يوليو|تموز|lip|tem",
    "aug|août|aoû|ago|авг|сер|օգոս|أغسطس|اغسطس|آب|srp|sie|ağu",
    "sep|set|сен|вер|սեպտ|سبتمبر|أيلول|ايلول|zář|wrz|eyl",
    "oct|oct|okt|out|ott|окт|жов|հոկտ|أكتوبر|اكتوبر|تشرين الأول|říj|paź|eki",
    "nov|ноя|лис|նոյեմ|نوفمبر|تشرين الثاني|lis|kas",
    "dec|déc|dez|dic|дек|гру|դեկտ|ديسمبر|كانون الأول|pro|gru|ara",
)
_NAMES = "|".join(f"(?P<m{n}>{names})" for n, names in enumerate(_MONTHS, 1))
_WORDED = re.compile(
    rf"\b(?:(?P<d1>\d\d?)(?:st|nd|rd|th|er|\.|º|-ին)?\s*(?:de\s|"
    rf"of\s)?)?(?:{_NAMES})[^\W\d_]*\.?,?\s*(?:de(?:l)?\s|of\s)?"
    rf"(?:(?P<d2>\d\d?)(?:st|nd|rd|th)?\s*(?:,|\s)\s*)?(?P<y>(?:19|20)\d\d)"
    rf"(?:\D{{1,12}}(?P<H>\d\d?)[:.h](?P<M>\d\d)\s*(?P<pm>[ap]\.?m\b)?)?",
    re.IGNORECASE,
)
_ZONES = {
    "EST": -5,
    "EDT": -4,
    "CST": -6,
    "CDT": -5,
    "MST": -7,
    "MDT": -6,
    "PST": -8,
    "PDT": -7,
    "CET": 1,
    "CEST": 2,
    "BST": 1,
    "MSK": 3,
}
_IN_ADDRESS = re.compile(
    r"/(?P<y>(?:19|20)\d\d)[/-](?P<m>\d\d?)[/-](?P<d>\d\d?)(?:[/-]|$)|/(?P<c>20\d\d[01]\d[0-3]\d)(?:/|\b)"
)


@dataclass(frozen=True, slots=True)
class Moment:
    """A point in time, or a local time whose zone is not told, or a whole day."""

    year: int
    month: int
    day: int
    clock: time | None = None
    zone: tzinfo | None = None

    def at(self, zone: tzinfo | None = None) -> datetime:
        """The moment, aware, in its own zone; `zone` is for a clock without one."""
        clock = self.clock or time()
        known = self.zone or (zone if self.clock else None) or UTC
        return datetime.combine(date(self.year, self.month, self.day), clock, known)


def read_moment(text: str | None) -> Moment | None:
    """The moment that `text` names: ISO 8601, RFC 2822, seconds since 1970, or a date in words of a known
    language."""
    if not text:
        return None
    text = " ".join(text.split())[:160]
    if re.fullmatch(r"1\d{9}(?:\d{3})?", text):
        seen = datetime.fromtimestamp(int(text[:10]), UTC)
        return Moment(seen.year, seen.month, seen.day, seen.time(), UTC)
    if re.match(r"(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*,? \d", text, re.IGNORECASE):
        try:
            mailed = parsedate_to_datetime(text)
            return _moment(mailed.year, mailed.month, mailed.day, mailed.time(), mailed.tzinfo)
        except (ValueError, TypeError):
            pass
    for pattern in (_ISO, _CJK, _SLASHED, _NUMERIC):
        found = pattern.search(text)
        if found:
            parts = found.groupdict()
            month, day = int(parts["m"]), int(parts["d"])
            if pattern is _NUMERIC and month > 12 >= day:
                month, day = day, month
            read = _moment(int(parts["y"]), month, day, _clock(parts), _zone(parts.get("z"), text))
            if read:
                return read
    found = _WORDED.search(text)
    if found:
        parts = found.groupdict()
        month = next(n for n in range(1, 13) if parts[f"m{n}"])
        named = parts["d1"] or parts["d2"]
        if named:
            return _moment(int(parts["y"]), month, int(named), _clock(parts), _zone(None, text))
    return None


def moment_of_address(url: str | None) -> Moment | None:
    """The day in an address such as `/2016/04/14/`."""
    found = _IN_ADDRESS.search(url or "")
    if not found:
        return None
    if found["c"]:
        return _moment(int(found["c"][:4]), int(found["c"][4:6]), int(found["c"][6:]), None, None)
    return _moment(int(found["y"]), int(found["m"]), int(found["d"]), None, None)


def _moment(year: int, month: int, day: int, clock: time | None, zone: tzinfo | None) -> Moment | None:
    try:
        date(year, month, day)
    except ValueError:
        return None
    return Moment(year, month, day, clock, zone if clock else None) if year >= EARLIEST else None


def _clock(parts: dict[str, str | None]) -> time | None:
    if not parts.get("H"):
        return None
    hour, minute, second = int(parts["H"] or 0), int(parts["M"] or 0), int(parts.get("S") or 0)
    half = (parts.get("pm") or "").lower()
    if half.startswith("p") and hour < 12:
        hour += 12
    elif half.startswith("a") and hour == 12:
        hour = 0
    try:
        return time(hour, minute, min(second, 59))
    except ValueError:
        return None


def _zone(told: str | None, text: str) -> tzinfo | None:
    if told:
        if told.upper() in ("Z", "UTC", "GMT"):
            return UTC
        digits = re.sub(r"\D", "", told)
        offset = timedelta(hours=int(digits[:2]), minutes=int(digits[2:] or 0))
        if offset >= timedelta(hours=15):
            return None
        return timezone(-offset if told[0] == "-" else offset)
    named = re.search(r"\b(UTC|GMT|" + "|".join(_ZONES) + r")\b", text)
    if named:
        return timezone(timedelta(hours=_ZONES.get(named[1], 0)))
    return None
