"""Dates as feeds write them, to UTC."""

import re
from calendar import timegm
from datetime import UTC, datetime
from email.utils import parsedate_tz
from time import struct_time

_EARLIEST = datetime(1970, 1, 2, tzinfo=UTC)  # the epoch itself is what programs write for "unknown"
_LONGEST = 80


def from_struct(value: struct_time | None) -> datetime | None:
    """A UTC `struct_time` as feedparser gives it; None if absent or not a real date."""
    if value is None:
        return None
    try:
        return _sane(datetime.fromtimestamp(timegm(value), UTC))
    except (ValueError, OverflowError, OSError):
        return None


def read_date(value: object) -> datetime | None:
    """A moment from ISO 8601 (RFC 3339) or RFC 5322; without a zone it is taken as UTC. None if neither."""
    if not isinstance(value, str):
        return None
    text = value.strip()[:_LONGEST]
    return _sane(_iso(text) or _rfc5322(text))


def _iso(text: str) -> datetime | None:
    text = re.sub(r"\s*(?:UTC|GMT)$", "Z", text)
    text = re.sub(r"(\d)\s+([+-]\d\d:?\d\d)$", r"\1\2", text)
    text = re.sub(r"([.,]\d{6})\d+", r"\1", text)
    try:
        if re.fullmatch(r"\d{4}-\d\d", text):
            text += "-01"
        moment = datetime.fromisoformat(text)
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _rfc5322(text: str) -> datetime | None:
    parts = parsedate_tz(text)
    if parts is None:
        return None
    try:
        return datetime.fromtimestamp(timegm(parts[:9]) - (parts[9] or 0), UTC)
    except (ValueError, OverflowError, OSError):
        return None


def _sane(moment: datetime | None) -> datetime | None:
    return moment if moment is not None and moment >= _EARLIEST else None
