"""What a sender is told before it starts, and what it tells while it works."""

from dataclasses import dataclass, field

from outbox.ledger import PATIENCE
from outbox.pace import Plan
from outbox.retry import RetrySchedule
from outbox.tables import DeliveryState


@dataclass(frozen=True, slots=True)
class SenderOptions:
    """How patient a sender is, and how fast; times are in seconds.

    `relay_patience`: how long a relay may fail before the mailings pause. `drain`: how long messages in
    flight may take when stopping. `ledger_patience`: how long the database may refuse. `overlap`: whether
    the next envelope rides behind a body; None for where the server is far.
    """

    schedule: RetrySchedule = field(default_factory=RetrySchedule)
    relay_patience: float = 60.0
    drain: float = 60.0
    plan: Plan = field(default_factory=Plan)
    ledger_patience: float = PATIENCE
    overlap: bool | None = None


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is. `recipients` and `counts` cover the whole mailing when it is about one."""

    recipients: int
    counts: dict[DeliveryState, int]
    rate: float
    seconds_left: float | None
