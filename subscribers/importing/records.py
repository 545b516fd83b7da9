"""One row, read as a person: pure, strict, and the same for every system's export."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple

from subscribers.addresses import AddressError, normalise
from subscribers.cleaning import clean_name, clean_tags
from subscribers.importing import values
from subscribers.importing.columns import Columns, Role
from subscribers.problem import SubscribersError


class Told(StrEnum):
    """What the file says of a person's wish, what weighs more coming later."""

    NOTHING = "nothing"
    SUBSCRIBED = "subscribed"
    PENDING = "pending"
    LEFT = "left"
    BOUNCED = "bounced"
    COMPLAINED = "complained"


class Record(NamedTuple):
    """A person as the file gives them. Lists and attributes are JSON text, as the database keeps them."""

    email: str
    given: str
    name: str = ""
    told: str = Told.NOTHING.value
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
_SUBSCRIBED_UNLESS_SAID = frozenset({"mailchimp", "substack", "kit", "buttondown"})
# What a word means where it is a system's own: `inactive` and `cold` have not opened a mail for a while,
# and Buttondown's words are about money, not about the mail.
_SYSTEM_WORDS = {
    "mailpoet": {"inactive": Told.SUBSCRIBED},
    "kit": {"cold": Told.SUBSCRIBED},
    "buttondown": dict.fromkeys(("unpaid", "paused", "churned"), Told.SUBSCRIBED),
}
_WORSE = tuple(Told)
STATUS_SEPARATOR = "\x1f"
_DELETED = frozenset({"deleted", "archived", "trash", "trashed"})
_NEUTRALISED = re.compile(r"'+[=+\-@\t\r]").match


class DeletedRow(SubscribersError):
    """The old system had deleted this person; they are not brought back."""


@dataclass(frozen=True)
class Field:
    """How one field of a Record is read: from the cells of these roles, or of these attribute columns.

    `same` says that many people share its values, so that what was read once need not be read again.
    """

    name: str
    roles: tuple[Role, ...]
    read: Callable[..., Any]
    same: bool = True
    attributes: tuple[int, ...] = ()


def fields(columns: Columns) -> tuple[Field, ...]:
    """The fields that a file with these columns can fill, besides the address."""

    def cleaned(text: str) -> str:
        return clean(text, disarmed=columns.disarmed)

    def attributes(text: str, *cells: str) -> str:
        named = {name: cleaned(cell) for name, cell in zip(columns.attributes, cells, strict=True)}
        return values.attributes(cleaned(text), named)

    def told(*cells: str) -> str:
        return _told(columns.system, *map(cleaned, cells))

    every = (
        Field("name", (Role.NAME, Role.FIRST_NAME, Role.LAST_NAME), lambda *c: _name(*map(cleaned, c)), same=False),
        Field("told", _TOLD_ROLES, told),
        Field("language", (Role.LANGUAGE,), lambda c: values.language(cleaned(c))),
        Field("timezone", (Role.TIMEZONE,), lambda c: cleaned(c)[:64] or None),
        Field("topics", (Role.TOPICS,), lambda c: values.as_json(clean_tags(values.split_tags(cleaned(c))))),
        Field("tags", (Role.TAGS,), lambda c: values.as_json(clean_tags(values.split_tags(cleaned(c))))),
        Field("attributes", (Role.ATTRIBUTES,), attributes, False, tuple(columns.attributes.values())),
        Field("requested_at", (Role.REQUESTED_AT,), lambda c: values.moment(cleaned(c), Role.REQUESTED_AT)),
        Field("confirmed_at", (Role.CONFIRMED_AT,), lambda c: values.moment(cleaned(c), Role.CONFIRMED_AT)),
        Field("evidence", (Role.CONSENT, Role.IP), lambda *c: _evidence(*map(cleaned, c)), same=False),
    )  # fmt: skip
    told_anyway = columns.system in _SUBSCRIBED_UNLESS_SAID
    return tuple(
        field
        for field in every
        if field.attributes
        or any(role in columns.roles for role in field.roles)
        or (field.name == "told" and told_anyway)
    )


def reader(columns: Columns) -> Callable[[int, list[str]], Record | Refused]:
    """A function that reads one row of a file with these columns, by itself."""
    width = len(columns.names)
    wanted = fields(columns)

    def cell(cells: list[str], role: Role) -> str:
        return combined(role, [cells[n] for n in columns.roles.get(role, ()) if n < len(cells)])

    def read(line: int, cells: list[str]) -> Record | Refused:
        try:
            if len(cells) > width and any(text.strip() for text in cells[width:]):
                raise values.BadRow(f"it has {len(cells)} cells where the first line has {width}.")
            address = normalise(clean(cell(cells, Role.EMAIL), disarmed=columns.disarmed))
            found = {
                field.name: field.read(
                    *(cell(cells, role) for role in field.roles),
                    *(cells[index] if index < len(cells) else "" for index in field.attributes),
                )
                for field in wanted
            }
            return Record(address.email, address.given, **found)
        except AddressError as error:
            return Refused(line, cells, error.message)
        except DeletedRow as error:
            return Refused(line, cells, error.message, left_out=True)
        except SubscribersError as error:
            return Refused(line, cells, f"{error.message} {error.hint}".strip())

    return read


def combined(role: Role, cells: Sequence[str]) -> str:
    """What several columns in one role say: the first that says anything, but of a status all of them."""
    said = [cell for cell in cells if cell.strip()]
    return STATUS_SEPARATOR.join(said) if role is Role.STATUS else "".join(said[:1])


def clean(text: str, *, disarmed: bool) -> str:
    """The cell without spaces; in our own CSV also without the sign that disarms formulas."""
    if disarmed and _NEUTRALISED(text):
        text = text[1:]
    return text.strip(" \t\r\n\u00a0\ufeff\u200b")


def _name(name: str, first: str, last: str) -> str:
    return clean_name(name or f"{first} {last}")


def _evidence(consent: str, ip: str) -> str:
    return consent[:500] or (f"IP address {ip[:64]}" if ip else "")


_TOLD_ROLES = (
    Role.DELETED_AT, Role.COMPLAINED_AT, Role.BOUNCED_AT, Role.LEFT_AT, Role.OPTED_OUT, Role.STATUS, Role.OPTED_IN,
)  # fmt: skip


def _told(
    system: str,
    deleted_at: str,
    complained_at: str,
    bounced_at: str,
    left_at: str,
    opted_out: str,
    status: str,
    opted_in: str,
) -> str:
    """The worst of what the row says: whoever left anywhere in it must stay unmailed."""
    statuses = [word.strip() for word in status.casefold().split(STATUS_SEPARATOR)]
    if deleted_at or _DELETED & set(statuses):
        raise DeletedRow(f"the person was deleted in the old system ({deleted_at or status}).")
    if complained_at:
        return Told.COMPLAINED.value
    if bounced_at:
        return Told.BOUNCED.value
    if left_at or values.truth(opted_out, Role.OPTED_OUT):
        return Told.LEFT.value
    told = Told.NOTHING
    for word in filter(None, statuses):
        found = _SYSTEM_WORDS.get(system, {}).get(word) or _TOLD.get(word.replace(" ", "_"))
        if found is None:
            raise values.BadRow(f"the status {word[:40]!r} is unknown.")
        told = max(told, found, key=_WORSE.index)
    if opted_in:
        if not values.truth(opted_in, Role.OPTED_IN):
            return (told if told in (Told.BOUNCED, Told.COMPLAINED) else Told.LEFT).value
        return (Told.SUBSCRIBED if told is Told.NOTHING else told).value
    if told is Told.NOTHING and system in _SUBSCRIBED_UNLESS_SAID:
        return Told.SUBSCRIBED.value
    return told.value
