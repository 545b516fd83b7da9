"""Time zones by their IANA names."""

from difflib import get_close_matches
from functools import cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from digest.schedule.problems import ScheduleError


def zone(name: str) -> ZoneInfo:
    """The zone `name` ("Asia/Yerevan"); ScheduleError names the closest one for a misspelt name."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        closest = _closest(name)
        hint = f"Did you mean {closest}?" if closest else "Write a name like Asia/Yerevan or Europe/Paris."
        raise ScheduleError(f"{name!r} is not a time zone.", hint) from None


def _closest(name: str) -> str | None:
    """The zone whose whole name, or else whose city, is spelt most like `name`."""
    wanted = name.strip().replace(" ", "_").casefold()
    by_name, by_city = _spellings()
    if found := get_close_matches(wanted, by_name, n=1, cutoff=0.85):
        return by_name[found[0]]
    if found := get_close_matches(wanted.rsplit("/", 1)[-1], by_city, n=1, cutoff=0.7):
        return by_city[found[0]]
    return None


@cache
def _spellings() -> tuple[dict[str, str], dict[str, str]]:
    names = sorted(available_timezones())
    # Of several zones with one city (Etc/UTC, UTC) the first in the alphabet with an area wins.
    cities = {name.rsplit("/", 1)[-1].casefold(): name for name in reversed(names) if "/" in name}
    return {name.casefold(): name for name in names}, cities
