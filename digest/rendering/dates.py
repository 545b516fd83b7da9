"""Dates, times and numbers as a reader of the language writes them."""

from datetime import UTC, date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_skeleton, format_time
from babel.numbers import format_decimal

from digest.rendering.language import direction, tag


@lru_cache(maxsize=256)
def locale(language: str) -> Locale:
    """The locale of a tag; English where nothing is known of the language.

    Plain `en` is read as international English, so that the day stands before the month.
    """
    wanted = tag(language)
    try:
        return Locale.parse("en-GB" if wanted.lower() == "en" else wanted, sep="-")
    except (UnknownLocaleError, ValueError):
        primary = wanted.split("-")[0].lower()
        return locale(primary) if primary != wanted.lower() else Locale.parse("en_GB")


def long_date(moment: datetime, zone: str, language: str) -> str:
    """The day written out: `24 November 2026`, `24 նոյեմբերի, 2026 թ.`"""
    return _day(moment.astimezone(ZoneInfo(zone)).date(), language, with_year=True)


def story_date(moment: datetime, issue: datetime, zone: str, language: str) -> str:
    """The day of a story: without the year when it is the issue's own year."""
    day = moment.astimezone(ZoneInfo(zone)).date()
    return _day(day, language, with_year=day.year != issue.astimezone(ZoneInfo(zone)).year)


def event_time(moment: datetime, zone: str, language: str) -> str:
    """Day and hour of an event in the zone: `24 November 2026, 19:00`."""
    local = moment.astimezone(ZoneInfo(zone))
    hour = format_time(local, "short", locale=locale(language))
    return f"{_day(local.date(), language, with_year=True)}{comma(language)}{hour}"


def comma(language: str) -> str:
    """The comma between two things of a row, as the script writes it, and a space."""
    return "، " if direction(language) == "rtl" and not language.lower().startswith(("he", "yi")) else ", "


@lru_cache(maxsize=1024)
def _day(day: date, language: str, *, with_year: bool) -> str:
    if with_year:
        spoken = locale(language)
        # CLDR's Armenian writes "05 դեկտեմբերի", as no Armenian does.
        return str(format_date(day, spoken.date_formats["long"].pattern.replace("dd", "d"), locale=spoken))
    noon = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
    return str(format_skeleton("MMMMd", noon, tzinfo=UTC, locale=locale(language)))


@lru_cache(maxsize=1024)
def number(value: int, language: str) -> str:
    """A whole number with the separators of the language."""
    return str(format_decimal(value, locale=locale(language)))
