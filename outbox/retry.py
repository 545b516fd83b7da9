"""When to try again: growing delays with jitter, inside the mailing's expiry."""

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class RetrySchedule:
    """Delays in seconds: `first`, then multiplied by `factor` up to `longest` (RFC 5321 section 4.5.4.1).

    `jitter` makes each delay longer by up to that part of itself, so that a thousand messages deferred
    together do not come back together; never shorter, because `first` is the least that is polite.
    """

    first: float = 1800.0
    factor: float = 2.0
    longest: float = 14400.0
    jitter: float = 0.2

    def next_time(self, now: datetime, attempts: int, chance: float) -> datetime:
        """When to try again after `attempts` tries that counted; `chance` (0 to 1) places it in the jitter."""
        delay = min(self.first * self.factor ** min(max(attempts - 1, 0), 30), self.longest)
        return now + timedelta(seconds=delay * (1 + self.jitter * chance))
