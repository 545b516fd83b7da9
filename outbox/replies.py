"""What a server's answer means for a message, its recipient, and everything else we send.

Pure: a reply goes in, a decision comes out. The first digit decides (RFC 5321 section 4.2.1), the
enhanced code refines (RFC 3463); who is to blame decides who bears it: the recipient, the message,
the recipient's domain, or the relay as a whole.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal, NamedTuple

from outbox.tables import DeliveryState

Stage = Literal["connect", "mail", "rcpt", "data", "dot", "lost"]

_ENHANCED = re.compile(r"\s*([245]\.\d{1,3}\.\d{1,3})\b")
_GONE = {"5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10"}
_WITHOUT_AUTHENTICATION = {530, 534, 535, 538}


class End(StrEnum):
    """How a transaction ended on the wire.

    `unsent` means that nothing of the body left, `uncertain` that all of it may have and no reply came.
    """

    ANSWERED = "answered"
    UNSENT = "unsent"
    UNCERTAIN = "uncertain"


class Result(NamedTuple):
    """What the connection saw: at `stage`, reply `code` with `text`, or no reply at all."""

    end: End
    stage: Stage
    code: int = 0
    text: str = ""


@dataclass(frozen=True, slots=True)
class Decision:
    """What follows from a result.

    `counts` says whether this try counts against the recipient, `suppress` that the address is gone for
    good, `slow` that its domain wants less, `pause` why the whole mailing must wait, `soon` that the
    message may be tried again at once.
    """

    state: DeliveryState
    counts: bool = True
    suppress: bool = False
    slow: bool = False
    pause: str | None = None
    soon: bool = False


_SENT = Decision(DeliveryState.SENT)


def enhanced_code(text: str) -> str:
    """The enhanced status code that a reply's text begins with, or an empty string."""
    match = _ENHANCED.match(text)
    return match[1] if match else ""


def decide(result: Result) -> Decision:
    """What to do about `result` (standards: RFC 5321 4.2.1, 4.5.3.1.10, RFC 3463, RFC 4954)."""
    if result.end is End.UNCERTAIN:
        return Decision(DeliveryState.UNCERTAIN, counts=False)
    if result.end is End.UNSENT:
        return Decision(DeliveryState.QUEUED, counts=False, soon=True)
    code = result.code
    if 200 <= code < 300 and result.stage == "dot":
        return _SENT
    enhanced = enhanced_code(result.text)
    if code == 421:
        return Decision(DeliveryState.QUEUED, counts=False, soon=True)
    if code in _WITHOUT_AUTHENTICATION and not enhanced.startswith("5.1."):
        return _for_all("The relay wants another user or password", result)
    if result.stage == "mail" and code >= 500:
        return _for_all("The relay refuses our sender", result)
    if 400 <= code < 500:
        if enhanced == "4.5.3":
            return Decision(DeliveryState.DEFERRED, counts=False, slow=True)
        return Decision(DeliveryState.DEFERRED, slow=True)
    if code >= 500:
        policy = enhanced.startswith("5.7.")
        return Decision(
            DeliveryState.FAILED, suppress=result.stage == "rcpt" and enhanced in _GONE, slow=policy
        )
    # A server that answers 354 or 250 where neither belongs cannot be believed about anything.
    return Decision(DeliveryState.DEFERRED)


def _for_all(what: str, result: Result) -> Decision:
    words = " ".join(result.text.split())[:200]
    return Decision(DeliveryState.QUEUED, counts=False, pause=f"{what}: {result.code} {words}")
