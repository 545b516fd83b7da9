"""A provider's report, whoever the provider is, and the ways in which a request is none."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from digest.problem import Problem

BOUNCE, COMPLAINT = "bounce", "complaint"
KEPT = timedelta(days=60)
"""How long a report is known again; longer than any provider tries and than any replay is let in."""


class NotGenuine(Problem):
    """The request does not prove that it comes from the provider, or proves it for too long ago."""


class Unreadable(Problem):
    """The request is the provider's, and not in the form that it documents."""


@dataclass(frozen=True)
class Report:
    """What a provider says of one recipient of one message.

    `event_id` is the provider's own and the same whenever it sends this again. `permanent` is the
    provider's word; what `status` (enhanced, RFC 3463) and `words` of the receiving server say comes first.
    `feedback` is a complaint's kind (`abuse`, `opt-out`). `message_id` and `sender` (of the envelope) tell
    which of our messages it was, where the provider knows them.
    """

    event_id: str
    kind: str
    address: str
    permanent: bool = False
    status: str = ""
    words: str = ""
    feedback: str = ""
    message_id: str = ""
    sender: str = ""
    at: str = ""

    def to_json(self) -> dict[str, Any]:
        """The report as it waits in the table."""
        return asdict(self)

    @classmethod
    def from_json(cls, facts: Mapping[str, Any]) -> "Report":
        """The report that `to_json` gave."""
        return cls(**facts)

    @property
    def happened_at(self) -> datetime | None:
        """When it happened by the provider's word."""
        return moment(self.at)


def document(body: bytes) -> Any:
    """The body as JSON; Unreadable when it is none."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        raise Unreadable("The body is no JSON.") from None


def fields(value: Any) -> Mapping[str, Any]:
    """`value` where it is an object, else an empty one: what a provider left out is empty."""
    return value if isinstance(value, dict) else {}


def objects(value: Any) -> list[Mapping[str, Any]]:
    """The objects in `value` where it is a list."""
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def text(value: Any, longest: int = 500) -> str:
    """`value` as one line of text; empty where it is neither text nor number."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    printable = "".join(letter if letter.isprintable() else " " for letter in str(value)[: 4 * longest])
    return " ".join(printable.split())[:longest]


def moment(value: str) -> datetime | None:
    """A time in ISO 8601 or in seconds since 1970; None for anything else."""
    try:
        if value.replace(".", "", 1).isdigit():
            return datetime.fromtimestamp(float(value), UTC)
        found = datetime.fromisoformat(_six_digits(value))
    except (ValueError, OverflowError, OSError):
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def fresh(value: str, now: datetime, window: timedelta) -> None:
    """NotGenuine unless this signed time is within `window` of now, either way."""
    found = moment(value)
    if found is None or abs(now - found) > window:
        raise NotGenuine("The request was signed too long ago, or by a clock that is wrong.")


def _six_digits(value: str) -> str:
    """A fraction of a second that Python 3.11 reads: some providers write seven digits."""
    head, dot, rest = value.partition(".")
    digits = len(rest) - len(rest.lstrip("0123456789"))
    return head + dot + rest[:digits][:6] + rest[digits:] if dot else value
