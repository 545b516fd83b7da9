"""What goes into the ledger and what comes back."""

from datetime import datetime
from typing import NamedTuple

from outbox.protocols import MailingRef
from outbox.tables import DeliveryState


class Outcome(NamedTuple):
    """What becomes of a delivery. `gone` tells that the address does not exist any more."""

    delivery_id: int
    recipient_id: int
    shard_id: int
    state: DeliveryState
    attempts: int
    due_at: datetime | None = None
    code: int | None = None
    reply: str | None = None
    gone: bool = False


class Intent(NamedTuple):
    """A delivery about to be handed to a server.

    `announced` when only its envelope goes out, behind the body of the message before it: nothing else
    of it leaves before a second intent that is not announced.
    """

    delivery_id: int
    recipient_id: int
    shard_id: int
    mailing: MailingRef
    attempts: int
    announced: bool = False


class Answer(NamedTuple):
    """Whether an intent holds; if not, `suppressed` when the gate said no (which is then recorded)."""

    holds: bool
    suppressed: bool = False
