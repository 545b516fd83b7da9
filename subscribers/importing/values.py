"""What single cells say: yes or no, languages, tags, attributes, moments. Pure and strict."""

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from subscribers.importing.columns import Role
from subscribers.problem import SubscribersError

_TRUE = frozenset({"true", "yes", "y", "1", "t", "on", "x"})
_FALSE = frozenset({"false", "no", "n", "0", "f", "off", ""})
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*").fullmatch
LONGEST_ATTRIBUTES = 8_000


class BadRow(SubscribersError):
    """A cell of a row says nothing that can be understood."""


def truth(text: str, role: Role) -> bool:
    """Yes or no; nothing is no."""
    word = text.casefold()
    if word in _TRUE:
        return True
    if word in _FALSE:
        return False
    raise BadRow(f"{role} says {text[:40]!r} where yes or no was expected.")


def language(text: str) -> str | None:
    """The code of a language, or None."""
    if not text:
        return None
    if not _LANGUAGE(text) or len(text) > 16:
        raise BadRow(f"{text[:40]!r} is not the code of a language, as `hy` is.")
    return text.replace("_", "-")


def split_tags(text: str) -> list[str]:
    """Tags in the ways they are written: a JSON list, or words with commas, semicolons or bars between."""
    if text.startswith("["):
        try:
            found = json.loads(text)
        except (ValueError, RecursionError):
            raise BadRow(f"{text[:40]!r} is not a JSON list.") from None
        return [str(tag) for tag in found]
    return [tag.strip().strip('"').strip() for tag in re.split(r"[,;|]", text)]


def attributes(text: str, named: Mapping[str, str]) -> str:
    """A JSON object, with the named cells put in, as JSON text."""
    found: dict[str, Any] = {}
    if text:
        try:
            loaded = json.loads(text)
        except (ValueError, RecursionError):
            loaded = None
        if not isinstance(loaded, dict):
            raise BadRow(f"the attributes {text[:40]!r} are not a JSON object.")
        found = loaded
    found |= {name: value for name, value in named.items() if value}
    return as_json(found) if found else "{}"


def as_json(value: object) -> str:
    """JSON text as the database keeps it."""
    if not value:
        return "[]"
    text = json.dumps(value)
    if "\\u0000" in text or ("\\ud8" in text.lower() and not _storable(value)):
        raise BadRow("a value holds characters that no database keeps.")
    if len(text) > LONGEST_ATTRIBUTES:
        raise BadRow(f"the attributes are longer than {LONGEST_ATTRIBUTES} characters.")
    return text


def moment(text: str, role: Role) -> datetime | None:
    """A moment in ISO 8601, with a space or T, or as seconds since 1970; without a zone it is UTC."""
    if not text:
        return None
    try:
        if text.isdigit() and len(text) >= 9:
            return datetime.fromtimestamp(int(text) if len(text) < 12 else int(text) / 1000, UTC)
        found = datetime.fromisoformat(text.replace(" UTC", "+00:00"))
    except (ValueError, OverflowError, OSError):
        raise BadRow(
            f"{role} says {text[:40]!r}, which is not a date as 2024-01-31 or 2024-01-31 10:00."
        ) from None
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)


def _storable(value: object) -> bool:
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return False
    return True
