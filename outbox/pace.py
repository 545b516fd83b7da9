"""How fast: messages a second, and for each recipient domain as much as it takes without complaint.

A domain that answers "slow down" (4xx, 5.7.x) gets half as many messages at once, then pauses between
them; each message it takes gives a little back (additive increase, multiplicative decrease, as TCP does).
Times are seconds of a monotonic clock and always an argument.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

PATIENT = 3
"""Complaints in a row that only lower the concurrency; greylisting alone causes one or two."""

LONGEST_PAUSE = 30.0

HOPELESS = 6
"""Complaints in a row after which the domain's messages wait for their next time."""


@dataclass(frozen=True, slots=True)
class WarmUp:
    """A new sender's plan: `first` messages on `day`, then `growth` times as many each day."""

    day: date
    first: int
    growth: float = 1.5

    def quota(self, today: date) -> int:
        """How many messages may leave on `today`."""
        days = (today - self.day).days
        return 0 if days < 0 else int(self.first * self.growth ** min(days, 60))


@dataclass(frozen=True, slots=True)
class Plan:
    """What a person asked for. `rate` is messages a second over all relays, `domain_connections` the most
    messages at once to one domain (0: no limit), `hours` when mail may leave in `zone`."""

    rate: float = 0.0
    domain_connections: int = 0
    hours: tuple[time, time] | None = None
    zone: str = "UTC"
    warm_up: WarmUp | None = None

    def open_at(self, now: datetime) -> bool:
        """Whether mail may leave at `now`; hours may run past midnight."""
        if self.hours is None:
            return True
        local = now.astimezone(ZoneInfo(self.zone)).time()
        start, end = self.hours
        return start <= local < end if start <= end else local >= start or local < end

    def quota(self, now: datetime) -> int | None:
        """How many messages may leave on the day of `now` in `zone`; None for any number."""
        return self.warm_up.quota(now.astimezone(ZoneInfo(self.zone)).date()) if self.warm_up else None

    def day_began(self, now: datetime) -> datetime:
        """Midnight in `zone` before `now`."""
        return now.astimezone(ZoneInfo(self.zone)).replace(hour=0, minute=0, second=0, microsecond=0)


@dataclass(slots=True)
class Bucket:
    """Lets `rate` messages a second through, evenly but for a tenth of a second's worth; 0 lets all through."""

    rate: float
    level: float = 1.0
    at: float = 0.0

    def wait(self, now: float) -> float:
        """Seconds until the next message may go; 0 for now."""
        if not self.rate:
            return 0.0
        self.level = min(self.level + (now - self.at) * self.rate, max(1.0, self.rate / 10))
        self.at = now
        return max(0.0, (1.0 - self.level) / self.rate)

    def take(self) -> None:
        """One message goes."""
        self.level -= 1.0 if self.rate else 0.0


@dataclass(slots=True)
class _Domain:
    in_flight: int = 0
    limit: float = 0.0
    complaints: int = 0
    not_before: float = 0.0


@dataclass(slots=True)
class DomainPace:
    """The state of every domain that has messages in flight or has complained."""

    most: int = 0
    _domains: dict[str, _Domain] = field(default_factory=dict)

    def admits(self, domain: str, now: float) -> bool:
        """Whether one more message to `domain` may start."""
        known = self._domains.get(domain)
        if known is None:
            return True
        return now >= known.not_before and (not known.limit or known.in_flight < max(1, int(known.limit)))

    def hopeless(self, domain: str) -> bool:
        """Whether `domain` takes nothing at present."""
        known = self._domains.get(domain)
        return known is not None and known.complaints >= HOPELESS

    def began(self, domain: str) -> None:
        """A message to `domain` is on its way."""
        self._domains.setdefault(domain, _Domain(limit=self.most)).in_flight += 1

    def ended(self, domain: str, now: float, *, slow: bool, taken: bool) -> None:
        """It ended: `slow` when the domain complained, `taken` when it took the message."""
        known = self._domains[domain]
        if slow:
            known.limit = max(1.0, (known.limit or known.in_flight) / 2)
            known.complaints += 1
            if known.complaints >= PATIENT:
                known.not_before = now + min(0.5 * 2.0 ** (known.complaints - PATIENT), LONGEST_PAUSE)
        elif taken:
            known.complaints = 0
            if known.limit:
                known.limit = min(known.limit + 1 / known.limit, self.most or known.limit + 1)
        known.in_flight -= 1
        if not known.in_flight and not known.complaints and known.limit == self.most:
            del self._domains[domain]
