"""Dates, times and numbers as a reader of the language writes them."""

from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_skeleton, format_time
from babel.numbers import format_decimal

from digest.rendering.language import tag


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
    return str(format_date(moment.astimezone(ZoneInfo(zone)), "long", locale=locale(language)))


def story_date(moment: datetime, issue: datetime, zone: str, language: str) -> str:
    """The day of a story: without the year when it is the issue's own year."""
    local = moment.astimezone(ZoneInfo(zone))
    if local.year != issue.astimezone(ZoneInfo(zone)).year:
        return long_date(moment, zone, language)
    return str(format_skeleton("MMMMd", local, locale=locale(language)))


def event_time(moment: datetime, zone: str, language: str) -> str:
    """Day and hour of an event in the zone: `24 November 2026, 19:00`."""
    local = moment.astimezone(ZoneInfo(zone))
    day = str(format_date(local, "long", locale=locale(language)))
    return f"{day}, {format_time(local, 'short', locale=locale(language))}"


def number(value: int, language: str) -> str:
    """A whole number with the separators of the language."""
    return str(format_decimal(value, locale=locale(language)))
