"""One row, read as a person: pure, strict, and the same for every system's export."""

import json
import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, NamedTuple

from subscribers.addresses import AddressError, normalise
from subscribers.importing.columns import Columns, Role
from subscribers.lists import SubscribersError
from subscribers.people import clean_name, clean_tags
from subscribers.tables import SubscriptionState


class Told(StrEnum):
    """What the file says of a person's wish."""

    NOTHING = "nothing"
    SUBSCRIBED = "subscribed"
    PENDING = "pending"
    LEFT = "left"
    BOUNCED = "bounced"
    COMPLAINED = "complained"


class Record(NamedTuple):
    """A person as the file gives them. Lists and attributes are JSON text, as the database keeps them."""

    line: int
    email: str
    given: str
    name: str = ""
    told: Told = Told.NOTHING
    language: str | None = None
    timezone: str | None = None
    topics: str = "[]"
    tags: str = "[]"
    attributes: str = "{}"
    requested_at: datetime | None = None
    confirmed_at: datetime | None = None
    evidence: str = ""


class Refused(NamedTuple):
    """A row that gives no person, with what is wrong. `left_out` rows are right, but not to be imported."""

    line: int
    cells: list[str]
    problem: str
    left_out: bool = False


_WORDS: dict[Told, str] = {
    Told.SUBSCRIBED: "subscribed active enabled confirmed regular premium free paid gift gifted comp comped "
    "complimentary trial trialed true yes past_due churning",
    Told.PENDING: "unconfirmed pending unactivated inactive nonsubscribed non-subscribed not_subscribed",
    Told.LEFT: "unsubscribed cancelled canceled optedout opted_out opt-out blocklisted blacklisted disabled "
    "removed suppressed blocked left false no",
    Told.BOUNCED: "bounced cleaned undeliverable bounce hard_bounced",
    Told.COMPLAINED: "complained complaint spam spammy abuse complaining",
}
_TOLD = {word: told for told, words in _WORDS.items() for word in words.split()}
_SYSTEM_WORDS = {"mailpoet": {"inactive": Told.SUBSCRIBED}}  # there: has not opened a mail for a while
_DELETED = frozenset({"deleted", "archived", "trash", "trashed"})
_TRUE = frozenset({"true", "yes", "y", "1", "t", "on", "x"})
_FALSE = frozenset({"false", "no", "n", "0", "f", "off", ""})
_NEUTRALISED = re.compile(r"'+[=+\-@\t\r]").match
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*").fullmatch
LONGEST_ATTRIBUTES = 8_000


class BadRow(SubscribersError):
    """A cell of a row says nothing that can be understood."""


class DeletedRow(SubscribersError):
    """The old system had deleted this person; they are not brought back."""


def reader(columns: Columns) -> Callable[[int, list[str]], Record | Refused]:
    """A function that reads a row of a file with these columns."""
    width = len(columns.names)
    (email_at,) = columns.roles[Role.EMAIL][:1]
    name_at = columns.roles.get(Role.NAME, (None,))[0]
    plain = set(columns.roles) <= {Role.EMAIL, Role.NAME} and not columns.attributes

    def read(line: int, cells: list[str]) -> Record | Refused:
        try:
            if len(cells) > width and any(cell.strip() for cell in cells[width:]):
                raise BadRow(f"it has {len(cells)} cells where the first line has {width}.")
            address = normalise(_clean(cells[email_at], columns) if email_at < len(cells) else "")
            if plain:
                name = clean_name(cells[name_at]) if name_at is not None and name_at < len(cells) else ""
                return Record(line, address.email, address.given, name)
            return _full(line, address.email, address.given, cells, columns)
        except AddressError as error:
            return Refused(line, cells, error.message)
        except DeletedRow as error:
            return Refused(line, cells, error.message, left_out=True)
        except SubscribersError as error:
            return Refused(line, cells, f"{error.message} {error.hint}".strip())

    return read


def _full(line: int, email: str, given: str, cells: Sequence[str], columns: Columns) -> Record:
    def cell(role: Role) -> str:
        for index in columns.roles.get(role, ()):
            if index < len(cells) and (text := _clean(cells[index], columns)):
                return text
        return ""

    if when := cell(Role.DELETED_AT):
        raise DeletedRow(f"{given} was deleted in the old system ({when}).")
    name = cell(Role.NAME) or f"{cell(Role.FIRST_NAME)} {cell(Role.LAST_NAME)}"
    ip, consent = cell(Role.IP), cell(Role.CONSENT)
    return Record(
        line,
        email,
        given,
        clean_name(name),
        _told(cell, columns.system, given),
        _language(cell(Role.LANGUAGE)),
        cell(Role.TIMEZONE)[:64] or None,
        _json(clean_tags(_split(cell(Role.TOPICS)))),
        _json(clean_tags(_split(cell(Role.TAGS)))),
        _attributes(cell(Role.ATTRIBUTES), cells, columns),
        _moment(cell(Role.REQUESTED_AT), Role.REQUESTED_AT),
        _moment(cell(Role.CONFIRMED_AT), Role.CONFIRMED_AT),
        consent[:500] if consent else (f"IP address {ip[:64]}" if ip else ""),
    )


def _clean(text: str, columns: Columns) -> str:
    """The cell without spaces; in our own exports also without the sign that disarms formulas."""
    if columns.disarmed and _NEUTRALISED(text):
        text = text[1:]
    return text.strip(" \t\r\n\u00a0\ufeff\u200b")


def _told(cell: Callable[[Role], str], system: str, given: str) -> Told:
    """The worst of what the row says: whoever left anywhere in it must stay unmailed."""
    if cell(Role.COMPLAINED_AT):
        return Told.COMPLAINED
    if cell(Role.BOUNCED_AT):
        return Told.BOUNCED
    if cell(Role.LEFT_AT) or _truth(cell(Role.OPTED_OUT), Role.OPTED_OUT):
        return Told.LEFT
    told = Told.NOTHING
    if status := cell(Role.STATUS).casefold():
        if status in _DELETED:
            raise DeletedRow(f"{given} was deleted in the old system ({status}).")
        found = _SYSTEM_WORDS.get(system, {}).get(status) or _TOLD.get(status.replace(" ", "_"))
        if found is None:
            raise BadRow(f"the status {status[:40]!r} is unknown.")
        told = found
    opted_in = cell(Role.OPTED_IN)
    if opted_in:
        if not _truth(opted_in, Role.OPTED_IN):
            return told if told in (Told.BOUNCED, Told.COMPLAINED) else Told.LEFT
        return Told.SUBSCRIBED if told is Told.NOTHING else told
    if told is Told.NOTHING and system in ("mailchimp", "substack", "kit", "buttondown"):
        return Told.SUBSCRIBED  # these exports hold subscribers unless a column says otherwise
    return told


def _truth(text: str, role: Role) -> bool:
    word = text.casefold()
    if word in _TRUE:
        return True
    if word in _FALSE:
        return False
    raise BadRow(f"{role} says {text[:40]!r} where yes or no was expected.")


def _language(text: str) -> str | None:
    if not text:
        return None
    if not _LANGUAGE(text) or len(text) > 16:
        raise BadRow(f"{text[:40]!r} is not the code of a language, as `hy` is.")
    return text.replace("_", "-")


def _split(text: str) -> list[str]:
    """Tags in the ways they are written: a JSON list, or words with commas, semicolons or bars between."""
    if text.startswith("["):
        try:
            found = json.loads(text)
        except ValueError:
            raise BadRow(f"{text[:40]!r} is not a JSON list.") from None
        return [str(tag) for tag in found]
    return [tag.strip().strip('"').strip() for tag in re.split(r"[,;|]", text)]


def _attributes(text: str, cells: Sequence[str], columns: Columns) -> str:
    found: dict[str, Any] = {}
    if text:
        try:
            loaded = json.loads(text)
        except ValueError:
            loaded = None
        if not isinstance(loaded, dict):
            raise BadRow(f"the attributes {text[:40]!r} are not a JSON object.")
        found = loaded
    for name, index in columns.attributes.items():
        if index < len(cells) and (value := _clean(cells[index], columns)):
            found[name] = value
    return _json(found) if found else "{}"


def _json(value: object) -> str:
    if not value:
        return "[]"
    text = json.dumps(value)
    if len(text) > LONGEST_ATTRIBUTES:
        raise BadRow(f"the attributes are longer than {LONGEST_ATTRIBUTES} characters.")
    return text


def _moment(text: str, role: Role) -> datetime | None:
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


STATE_OF = {
    Told.LEFT: SubscriptionState.UNSUBSCRIBED,
    Told.BOUNCED: SubscriptionState.BOUNCED,
    Told.COMPLAINED: SubscriptionState.COMPLAINED,
}
