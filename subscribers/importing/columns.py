"""What the columns of a file mean: recognised by their names, the exporting system by its set of them."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from subscribers.problem import SubscribersError


class Role(StrEnum):
    """What a column can tell about a person."""

    EMAIL = "email"
    NAME = "name"
    FIRST_NAME = "first_name"
    LAST_NAME = "last_name"
    LANGUAGE = "language"
    TIMEZONE = "timezone"
    TOPICS = "topics"
    TAGS = "tags"
    ATTRIBUTES = "attributes"
    STATUS = "status"
    OPTED_IN = "opted_in"  # a yes or no
    OPTED_OUT = "opted_out"  # a yes or no
    LEFT_AT = "left_at"
    BOUNCED_AT = "bounced_at"
    COMPLAINED_AT = "complained_at"
    DELETED_AT = "deleted_at"
    REQUESTED_AT = "requested_at"
    CONFIRMED_AT = "confirmed_at"
    IP = "ip"
    CONSENT = "consent"


_ALIASES: dict[Role, str] = {
    Role.EMAIL: "email emailaddress mail subscriberemail useremail emailaddresses address1email "
    "courriel adresseemail adressemail emailadresse mailadresse correo correoelectronico "
    "почта электроннаяпочта эпочта адресэлектроннойпочты էլփոստ էլհասցե էլփոստիհասցե "
    "البريدالإلكتروني البريدالالكتروني",
    Role.NAME: "name fullname displayname subscribername nom nomcomplet имя անուն الاسم",
    Role.FIRST_NAME: "firstname fname givenname prenom vorname nombre",
    Role.LAST_NAME: "lastname lname surname familyname nachname apellido apellidos фамилия ազգանուն",
    Role.LANGUAGE: "language lang locale languagecode langue sprache idioma язык լեզու",
    Role.TIMEZONE: "timezone tz",
    Role.TOPICS: "topics topic interests",
    Role.TAGS: "tags tag labels",
    Role.ATTRIBUTES: "attributes attribs metadata",
    Role.STATUS: "status state subscriptionstatus subscriberstatus globalstatus liststatus subscribertype",
    Role.OPTED_IN: "subscribedtoemails subscribed optedin optin isactive",
    Role.OPTED_OUT: "emaildisabled unsubscribed optedout optout blocklisted blacklisted isunsubscribed",
    Role.LEFT_AT: "unsubtime unsubscribedat unsubscriptiondate unsubscribedate unsubscribedon optouttime",
    Role.BOUNCED_AT: "cleantime bouncedat undeliverabilitydate bouncedon",
    Role.COMPLAINED_AT: "complainedat complaintdate",
    Role.DELETED_AT: "deletedat deletedon",
    Role.REQUESTED_AT: "requestedat optintime createdat creationdate created signupdate subscribedat "
    "subscribedon joined joinedat dateadded signuptimestamp startdate subscriptiontime subscriptiondate",
    Role.CONFIRMED_AT: "confirmedat confirmtime confirmationdate confirmationtime",
    Role.IP: "confirmip optinip ip ipaddress signupip subscribedip confirmedip",
    Role.CONSENT: "consent consentsource",
}
_ROLES = {alias: role for role, aliases in _ALIASES.items() for alias in aliases.split()}

# A system is recognised when its first set is there whole; a column of its second set then has this role.
_SYSTEMS: tuple[tuple[str, frozenset[str], Mapping[str, Role]], ...] = (
    ("digest", frozenset(["email", "state", "consent", "requestedat", "confirmedat", "changedat"]), {}),
    ("mailchimp", frozenset(["emailaddress", "memberrating", "leid", "euid"]), {}),
    ("substack", frozenset(["email", "activesubscription", "emaildisabled"]), {}),
    ("substack", frozenset(["email", "subscriptiontype", "emaildisabled"]), {}),
    ("ghost", frozenset(["email", "subscribedtoemails", "complimentaryplan"]), {}),
    ("listmonk", frozenset(["email", "name", "attributes", "status", "uuid"]), {}),
    ("listmonk", frozenset(["email", "name", "attributes"]), {}),
    ("mailpoet", frozenset(["email", "firstname", "lastname", "globalstatus"]), {}),
    ("mailpoet", frozenset(["email", "firstname", "lastname", "liststatus"]), {}),
    ("buttondown", frozenset(["email", "notes", "metadata", "tags", "creationdate"]), {"type": Role.STATUS}),
    ("buttondown", frozenset(["emailaddress", "notes", "metadata", "creationdate"]), {"type": Role.STATUS}),
    ("kit", frozenset(["email", "firstname", "createdat", "tags"]), {}),
    ("kit", frozenset(["emailaddress", "firstname", "createdat"]), {}),
)
_ATTRIBUTE = "attribute:"
IGNORED = "-"


class WrongHeader(SubscribersError):
    """The first line of the file does not name a column of addresses."""


@dataclass(frozen=True)
class Columns:
    """Which cell of a row holds what. Of several columns in one role the first not empty counts."""

    system: str
    roles: Mapping[Role, tuple[int, ...]]
    attributes: Mapping[str, int]
    names: tuple[str, ...]
    disarmed: bool = False  # formulas carry a sign before them, as in our own CSV

    @property
    def ignored(self) -> tuple[str, ...]:
        """The columns that nothing is taken from."""
        used = {index for indexes in self.roles.values() for index in indexes} | set(self.attributes.values())
        return tuple(name for index, name in enumerate(self.names) if index not in used)

    def explained(self) -> list[tuple[str, str]]:
        """(column, what it is taken for), in the file's order."""
        meaning = {index: str(role) for role, indexes in self.roles.items() for index in indexes}
        meaning |= {index: f"{_ATTRIBUTE}{name}" for name, index in self.attributes.items()}
        return [(name, meaning.get(index, IGNORED)) for index, name in enumerate(self.names)]


def recognise(
    header: Sequence[str], chosen: Mapping[str, str] | None = None, *, objects: bool = False
) -> Columns:
    """The meaning of a header line. `chosen` maps a column's name to a role, `attribute:NAME` or `-`.

    Raises WrongHeader when no column, or more than one, holds the addresses, and for a choice that
    names no column or no role. `objects` says that the header is the keys of JSON objects.
    """
    words = [_word(name) for name in header]
    system, extra = _system(frozenset(words))
    roles: dict[Role, list[int]] = {}
    attributes: dict[str, int] = {}
    chosen_at = _choices(header, chosen or {})
    for index, word in enumerate(words):
        meaning = chosen_at.get(index)
        if meaning is not None and meaning.startswith(_ATTRIBUTE):
            attributes[meaning.removeprefix(_ATTRIBUTE)] = index
        elif meaning is not None and meaning != IGNORED:
            roles.setdefault(Role(meaning), []).insert(0, index)
        elif meaning is None and (role := extra.get(word) or _ROLES.get(word)):
            roles.setdefault(role, []).append(index)
    emails = roles.get(Role.EMAIL, [])
    if not emails:
        raise WrongHeader(
            f"No column holds addresses; the first line names {_quoted(header)}.",
            "Call the column `email`, or say which one it is with --map COLUMN=email.",
        )
    if len(emails) > 1 and Role.EMAIL.value not in chosen_at.values():
        raise WrongHeader(
            f"The columns {_quoted([header[index] for index in emails])} could all be the address.",
            "Say which one it is with --map COLUMN=email.",
        )
    return Columns(
        system,
        {role: tuple(indexes) for role, indexes in roles.items()},
        attributes,
        tuple(header),
        disarmed=system == "digest" and not objects,
    )


def _system(words: frozenset[str]) -> tuple[str, Mapping[str, Role]]:
    for name, signature, extra in _SYSTEMS:
        if signature <= words:
            return name, extra
    return "", {}


def _choices(header: Sequence[str], chosen: Mapping[str, str]) -> dict[int, str]:
    found: dict[int, str] = {}
    for column, meaning in chosen.items():
        matches = [i for i, name in enumerate(header) if name == column]
        matches = matches or [i for i, name in enumerate(header) if _word(name) == _word(column)]
        if len(matches) != 1:
            raise WrongHeader(f"There is no column {column!r}.", f"The first line names {_quoted(header)}.")
        attribute = meaning.startswith(_ATTRIBUTE) and len(meaning) > len(_ATTRIBUTE)
        if not attribute and meaning != IGNORED and meaning not in set(Role):
            raise WrongHeader(
                f"A column cannot be mapped to {meaning!r}.",
                f"Write one of {', '.join(Role)}, attribute:NAME, or - to leave it out.",
            )
        found[matches[0]] = meaning
    return found


def _word(name: str) -> str:
    """The name without case, accents, spaces and signs: `E-mail` and `email` are one."""
    plain = unicodedata.normalize("NFKD", name.strip().casefold())
    return re.sub(r"[\W_]+", "", "".join(c for c in plain if not unicodedata.combining(c)))


def _quoted(names: Sequence[str]) -> str:
    shown = [f'"{name[:40]}"' for name in names[:8]]
    return ", ".join(shown) + (f" and {len(names) - 8} more" if len(names) > 8 else "")
