"""What the outbox asks of those who know the recipients."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, Protocol

from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True)
class MailingRef:
    """Which mailing: `kind` and `reference` are the words it was frozen under, `key` signs its links."""

    id: int
    kind: str
    reference: int
    expires_at: datetime
    uncertain: str
    key: str | None = None


class Recipient(NamedTuple):
    """One delivery's person, as frozen."""

    delivery_id: int
    recipient_id: int
    address: str
    name: str


class Gate(Protocol):
    """Decides at the last moment who may still get a mailing."""

    def allowed(self, session: Session, mailing: MailingRef, recipient_ids: Sequence[int]) -> set[int]:
        """Those of `recipient_ids` who may get it now.

        Asked in the very transaction that records the intent to send, so an unsubscription that was
        committed before is always seen. Called from the ledger's thread with a few tens of numbers.
        """
        ...


class Personal(Protocol):
    """Knows what differs per recipient."""

    def values(self, mailing: MailingRef, recipient: Recipient) -> Mapping[str, str]:
        """Values of the slots but `name` and `address`; the same at each call, and without waiting:
        it is called once for every message, on the event loop."""
        ...


class Bounced(Protocol):
    """Hears of addresses that a server called gone for good (5.1.1 and its kin)."""

    def gone(self, session: Session, recipients: Sequence[tuple[int, str]]) -> None:
        """(recipient id, server's words); called in the transaction that records the failures."""
        ...
