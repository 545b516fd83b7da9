"""What endpoints can be told, and the message that tells it. Pure."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

SUBSCRIBED, UNSUBSCRIBED, BOUNCED, ISSUE_SENT = "subscribed", "unsubscribed", "bounced", "issue-sent"
EVENTS = (SUBSCRIBED, UNSUBSCRIBED, BOUNCED, ISSUE_SENT)
TEST = "test"
"""Sent by hand only; nobody can ask to be told of it."""

_BY_CHANGE = {
    "leave": (UNSUBSCRIBED, "left"),
    "complain": (UNSUBSCRIBED, "complained"),
    "bounce": (BOUNCED, "bounced"),
}


def of_change(change: str, state: str) -> tuple[str, str] | None:
    """The event, and its reason, of a row in a membership's history; None for one that nobody is told of.

    Only a membership that is now confirmed was subscribed: a request alone says nothing yet.
    """
    if change in ("join", "state", "confirm") and state == "confirmed":
        return SUBSCRIBED, {"join": "joined", "state": "added", "confirm": "confirmed"}[change]
    return _BY_CHANGE.get(change)


def body(event: str, at: datetime, data: Mapping[str, Any]) -> str:
    """The message as it is signed and sent: `type`, `timestamp` and `data`, without a space too many."""
    told = {"type": event, "timestamp": at.astimezone(UTC).isoformat(timespec="milliseconds"), "data": data}
    return json.dumps(told, ensure_ascii=False, separators=(",", ":"))
