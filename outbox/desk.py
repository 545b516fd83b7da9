"""What all connections of a running sender share."""

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from outbox.backlog import Backlog
from outbox.envelope import Composer
from outbox.ledger import Ledger
from outbox.pace import Bucket, DomainPace
from outbox.protocols import MailingRef
from outbox.rendition import Rendition
from outbox.retry import RetrySchedule
from outbox.tables import DeliveryState


class Alarm(Protocol):
    """Hears that a mailing must wait."""

    def __call__(self, mailing: MailingRef, reason: str) -> None: ...


@dataclass(slots=True)
class Desk:
    """Where couriers get their jobs, and count what became of them."""

    backlog: Backlog
    ledger: Ledger
    composer: Composer
    renditions: dict[int, Rendition]
    schedule: RetrySchedule
    alarm: Alarm
    wake: Callable[[], None]
    counts: Counter[DeliveryState] = field(default_factory=Counter)
    paused: set[int] = field(default_factory=set)
    bucket: Bucket = field(default_factory=lambda: Bucket(0.0))
    domains: DomainPace = field(default_factory=DomainPace)
    left_today: int | None = None
    refused_in_a_row: Counter[int] = field(default_factory=Counter)
    chance: random.Random = field(default_factory=random.Random)
    in_flight: int = 0
