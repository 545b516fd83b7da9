"""A message on its way over a connection, who gives it, and how a connection may end."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from outbox.replies import Result
from outbox.signing import Signature


@dataclass(slots=True, eq=False)
class Dispatch:
    """One message as it goes over the wire: two commands without CRLF, and a body that ends in CRLF
    and in which no line starts with a dot. With a `signature` that is still to come before the body; the
    courier's word that the intent holds waits for it.

    The rest says how far it is: its intent was `asked` for; it is durable that it is `announced`, or
    `intended`; what has left; whether the server awaits the body, accepted the recipient, or refused.
    """

    mail: bytes
    rcpt: bytes
    wire: bytes
    signature: Signature | None = None
    asked: bool = False
    announced: bool = False
    intended: bool = False
    envelope_left: bool = False
    awaited: bool = False
    body_left: bool = False
    dot_left: bool = False
    accepted: bool = False
    refusal: Result | None = None


class Courier(Protocol):
    """Who gives a pipeline its messages and hears how they ended."""

    def take(self) -> Dispatch | None:
        """The next message, or None when there is none now (`Pipeline.kick` asks again)."""
        ...

    def intend(
        self, dispatch: Dispatch, then: Callable[[Dispatch, bool], None], *, announced: bool = False
    ) -> None:
        """Make the intent to send durable, with every outcome reported before; then say whether it holds.

        `announced` when for now only its envelope is to leave: a second intent must follow before its body.
        """
        ...

    def report(self, dispatch: Dispatch, result: Result) -> None:
        """How it ended; called exactly once for every message taken whose intent was not refused."""
        ...


class ConnectionEnded(Exception):
    """The connection is of no use any more: `busy` when the server asked us to go away (421), `ours`
    when we hung up for a reason of our own."""

    def __init__(self, message: str, *, busy: bool = False, ours: bool = False) -> None:
        super().__init__(message)
        self.busy = busy
        self.ours = ours
