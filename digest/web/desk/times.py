"""Moments as the desk tells them: in the newsletter's zone, the zone named, with how far away they are."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo


def when(moment: datetime, zone: str) -> str:
    """The moment in the zone, which is named: "Thu 26 Nov 09:00, Yerevan time"."""
    return f"{clock(moment, zone)}, {zone_name(zone)}"


def clock(moment: datetime, zone: str) -> str:
    """The moment in the zone without its name, for a page that says it once."""
    return f"{moment.astimezone(ZoneInfo(zone)):%a %-d %b %H:%M}"


def field(moment: datetime, zone: str) -> str:
    """The moment as a form field of the kind datetime-local holds it."""
    return f"{moment.astimezone(ZoneInfo(zone)):%Y-%m-%dT%H:%M}"


def zone_name(zone: str) -> str:
    """The zone in words: "Yerevan time"."""
    place = zone.rpartition("/")[2].replace("_", " ")
    return place if place in ("UTC", "GMT") else f"{place} time"


def away(moment: datetime, now: datetime) -> str:
    """How far away: "in 2 d 3 h", "4 min ago", "now"."""
    distance = abs(moment - now)
    if distance < timedelta(minutes=1):
        return "now"
    return f"in {span(distance)}" if moment > now else f"{span(distance)} ago"


def span(distance: timedelta) -> str:
    """A length of time by its two largest units."""
    minutes = int(distance.total_seconds() // 60)
    parts = [(minutes // 1440, "d"), (minutes // 60 % 24, "h"), (minutes % 60, "min")]
    while len(parts) > 1 and not parts[0][0]:
        parts.pop(0)
    return " ".join(f"{number}\u00a0{unit}" for number, unit in parts[:2] if number) or "0\u00a0min"
