"""Newsletters: adding, finding and editing them, every value checked before it is stored."""

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from difflib import get_close_matches
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import select
from sqlalchemy.orm import Session

from digest.issues.problems import NewsletterError
from digest.issues.tables import Newsletter
from digest.schedule import parse, zone
from digest.selection import read_policy

_SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?")
_ADDRESS = re.compile(r"[^\s@<>,;:\"()\[\]\\]{1,64}@[^\s@<>,;:\"()\[\]\\]{1,255}")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")


def add(
    session: Session,
    slug: str,
    *,
    title: str,
    sender_address: str,
    list_id: int,
    now: datetime,
    **values: Any,
) -> Newsletter:
    """A new newsletter; NewsletterError for a slug that is taken or any value that is wrong.

    `values` are further fields as in `edit`; the sender's name is the title unless given.
    """
    if not _SLUG.fullmatch(slug):
        raise NewsletterError(
            f"{slug!r} cannot be a newsletter's short name.", "Use small letters, digits and dashes: weekly."
        )
    if session.scalar(select(Newsletter.id).where(Newsletter.slug == slug)) is not None:
        raise NewsletterError(
            f"There is a newsletter {slug!r} already.", f"Change it with: digest newsletter edit {slug}."
        )
    newsletter = Newsletter(
        slug=slug, list_id=list_id, created_at=now, sender_name=title, postal_address="", policy={}, brand={}
    )
    _set(newsletter, {"title": title, "sender_name": title, "sender_address": sender_address} | values)
    session.add(newsletter)
    session.flush()
    return newsletter


def get(session: Session, slug: str) -> Newsletter:
    """The newsletter with this short name; NewsletterError names the ones there are."""
    newsletter = session.scalar(select(Newsletter).where(Newsletter.slug == slug))
    if newsletter is None:
        known = [one.slug for one in listed(session)]
        closest = get_close_matches(slug, known, n=1)
        hint = (
            f"Did you mean {closest[0]}?"
            if closest
            else f"There are: {', '.join(known)}."
            if known
            else ("Make one with: digest newsletter add.")
        )
        raise NewsletterError(f"There is no newsletter {slug!r}.", hint)
    return newsletter


def listed(session: Session) -> list[Newsletter]:
    """Every newsletter, by short name."""
    return list(session.scalars(select(Newsletter).order_by(Newsletter.slug)))


def edit(session: Session, newsletter: Newsletter, changes: Mapping[str, Any]) -> list[str]:
    """Change fields and return the names of those that are now different.

    Fields: title, sender_name, sender_address, reply_to, list_id, theme, language, timezone, site_url,
    postal_address, policy, brand, schedule (words or cron), automatic, uncertain, clicks, opens, comment_links,
    segment (whose words the caller has checked).
    NewsletterError for an unknown field or a wrong value, and then nothing is changed.
    """
    changed = _set(newsletter, changes)
    session.flush()
    return changed


def check(changes: Mapping[str, Any]) -> dict[str, Any]:
    """The changes as they are stored; NewsletterError for an unknown field or a wrong value."""
    checked: dict[str, Any] = {}
    for field, value in changes.items():
        if field not in _FIELDS:
            closest = get_close_matches(field, _FIELDS, n=1)
            hint = f"Did you mean {closest[0]}?" if closest else f"Fields: {', '.join(_FIELDS)}."
            raise NewsletterError(f"A newsletter has no field {field!r}.", hint)
        checked[field] = _FIELDS[field](field, value)
    return checked


def _set(newsletter: Newsletter, changes: Mapping[str, Any]) -> list[str]:
    checked = check(changes)
    changed = [field for field, value in checked.items() if getattr(newsletter, field, None) != value]
    for field in changed:
        setattr(newsletter, field, checked[field])
    return changed


def _wrong(field: str, value: Any, what: str, example: str) -> NewsletterError:
    return NewsletterError(f"The newsletter's {field} must be {what}, not {value!r}.", f"Example: {example}")


def _line(most: int) -> Callable[[str, Any], str]:
    """A text of one line: it goes into headers, where a line break would start another header."""

    def check(field: str, value: Any) -> str:
        text = value.strip() if isinstance(value, str) else ""
        if not text or len(text) > most or any(ord(letter) < 32 or ord(letter) == 127 for letter in text):
            raise _wrong(field, value, f"one line of 1 to {most} letters", "The Weekly")
        return text

    return check


def _address(field: str, value: Any) -> str:
    text = value.strip() if isinstance(value, str) else ""
    if not _ADDRESS.fullmatch(text) or any(ord(letter) < 32 for letter in text):
        raise _wrong(field, value, "one email address", "news@example.org")
    return text


def _reply_to(field: str, value: Any) -> str | None:
    return None if value in (None, "") else _address(field, value)


def _postal(field: str, value: Any) -> str:
    if not isinstance(value, str) or len(value) > 500:
        raise _wrong(field, value, "a postal address", "Example News, 1 Main Street, Yerevan")
    return value.strip()


def _site(field: str, value: Any) -> str | None:
    if value in (None, ""):
        return None
    try:
        parts = urlsplit(value)
        right = parts.scheme in ("http", "https") and bool(parts.hostname) and len(value) <= 2048
    except (ValueError, AttributeError):
        right = False
    if not right or re.search(r"[\s\x00-\x1f]", value):
        raise _wrong(field, value, "an http or https address", "https://news.example.org/")
    return str(value)


def _language(field: str, value: Any) -> str:
    if not isinstance(value, str) or not _LANGUAGE.fullmatch(value) or len(value) > 16:
        raise _wrong(field, value, "a language tag", "en, hy or pt-BR")
    return value


def _timezone(field: str, value: Any) -> str:
    return zone(str(value)).key


def _schedule(field: str, value: Any) -> str | None:
    return None if value in (None, "") else parse(str(value)).cron


def _policy(field: str, value: Any) -> dict[str, Any]:
    read_policy(value)
    return dict(value)


def _brand(field: str, value: Any) -> dict[str, Any]:
    if not isinstance(value, Mapping):
        raise _wrong(field, value, "a table of keys", 'accent = "#0b5c8a"')
    return dict(value)


def _flag(field: str, value: Any) -> bool:
    if not isinstance(value, bool):
        raise _wrong(field, value, "true or false", f"{field} = true")
    return value


def _uncertain(field: str, value: Any) -> str:
    if value not in ("retry", "hold"):
        raise _wrong(field, value, "retry or hold", "retry")
    return str(value)


def _counted(field: str, value: Any) -> str:
    if value not in ("off", "counts", "persons"):
        raise _wrong(field, value, "off, counts (sums only) or persons", "counts")
    return str(value)


def _comment_links(field: str, value: Any) -> str:
    if value not in ("off", "counted", "every"):
        raise _wrong(field, value, "off, counted (stories that have comments) or every", "counted")
    return str(value)


def _segment(field: str, value: Any) -> str | None:
    return None if value in (None, "") else _line(1000)(field, value)


def _hours(field: str, value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= 168:
        raise _wrong(field, value, "a whole number of hours from 0 to 168", "24")
    return value


def _number(field: str, value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise _wrong(field, value, "the number of a list", "1")
    return value


_FIELDS: dict[str, Callable[[str, Any], Any]] = {
    "title": _line(200),
    "sender_name": _line(200),
    "sender_address": _address,
    "reply_to": _reply_to,
    "list_id": _number,
    "theme": _line(64),
    "language": _language,
    "timezone": _timezone,
    "site_url": _site,
    "postal_address": _postal,
    "policy": _policy,
    "brand": _brand,
    "schedule": _schedule,
    "automatic": _flag,
    "build_ahead_hours": _hours,
    "uncertain": _uncertain,
    "clicks": _counted,
    "opens": _counted,
    "comment_links": _comment_links,
    "segment": _segment,
}
