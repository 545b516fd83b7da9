"""How fast: messages a second, and for each recipient domain as much as it takes without complaint.

A domain that answers "slow down" (4xx, 5.7.x) gets half as many messages at once, then pauses between
them; each message it takes gives a little back (additive increase, multiplicative decrease, as TCP does).
Times are seconds of a monotonic clock and always an argument.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

PATIENT = 3
"""Complaints in a row that only lower the concurrency; greylisting alone causes one or two."""

LONGEST_PAUSE = 30.0

HOPELESS = 6
"""Complaints in a row after which the domain's messages wait for their next time."""

UNLIMITED = 1_000_000

MANY = 10_000
"""Domains known at once before those are forgotten that nothing has to be remembered about."""


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
class DomainLimit:
    """The most messages at once to one domain, and a second; 0 for no limit."""

    connections: int = 0
    rate: float = 0.0


@dataclass(frozen=True, slots=True)
class Plan:
    """What a person asked for. `rate` is messages a second over all relays, `domain` what each recipient
    domain gets but those in `domains`, `hours` when mail may leave in `zone`."""

    rate: float = 0.0
    domain: DomainLimit = DomainLimit()
    domains: Mapping[str, DomainLimit] = field(default_factory=dict)
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
    most: int
    bucket: Bucket
    limit: float
    in_flight: int = 0
    complaints: int = 0
    not_before: float = 0.0

    @property
    def is_usual(self) -> bool:
        """Whether it has nothing in flight and is as a domain is that nothing is known of."""
        return not self.in_flight and not self.complaints and self.limit == self.most

    def room(self, now: float) -> int:
        """How many messages more may start at `now`."""
        if now < self.not_before:
            return 0
        room = max(1, int(self.limit)) - self.in_flight if self.limit else UNLIMITED
        if self.bucket.rate:
            room = min(room, 0 if self.bucket.wait(now) else max(1, int(self.bucket.level)))
        return max(0, room)


@dataclass(slots=True)
class DomainPace:
    """The state of every domain that has messages in flight, a rate, or has complained.

    `usual` is what a domain gets at most, `own` what those named there get instead.
    """

    usual: DomainLimit = DomainLimit()
    own: Mapping[str, DomainLimit] = field(default_factory=dict)
    _domains: dict[str, _Domain] = field(default_factory=dict)
    _many: int = MANY

    def room(self, domain: str, now: float) -> int:
        """How many messages more to `domain` may start."""
        known = self._domains.get(domain)
        if known is None:
            limit = self.own.get(domain, self.usual)
            return 1 if limit.rate else limit.connections or UNLIMITED
        return known.room(now)

    def admits(self, domain: str, now: float) -> bool:
        """Whether one more message to `domain` may start."""
        known = self._domains.get(domain)
        if known is not None and not known.limit and not known.bucket.rate:
            return now >= known.not_before
        return self.room(domain, now) > 0

    def next_room(self, domains: Iterable[str], now: float) -> float:
        """Seconds until the first of `domains` may get more, as far as only time stands in the way."""
        waits = [
            max(known.not_before - now, known.bucket.wait(now))
            for domain in domains
            if (known := self._domains.get(domain)) is not None
            and (not known.limit or known.in_flight < max(1, int(known.limit)))
        ]
        return max(0.0, min(waits, default=LONGEST_PAUSE))

    def hopeless(self, domain: str) -> bool:
        """Whether `domain` takes nothing at present."""
        known = self._domains.get(domain)
        return known is not None and known.complaints >= HOPELESS

    def began(self, domain: str, now: float) -> None:
        """A message to `domain` is on its way."""
        known = self._domains.get(domain)
        if known is None:
            if len(self._domains) >= self._many:
                self._forget(now)
            limit = self.own.get(domain, self.usual)
            known = _Domain(limit.connections, Bucket(limit.rate, at=now), limit.connections)
            self._domains[domain] = known
        known.in_flight += 1
        known.bucket.take()

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
                known.limit = min(known.limit + 1 / known.limit, known.most or known.limit + 1)
        known.in_flight -= 1
        if not known.bucket.rate and known.is_usual:
            del self._domains[domain]

    def _forget(self, now: float) -> None:
        for domain, known in list(self._domains.items()):
            if known.is_usual and not known.bucket.wait(now):
                del self._domains[domain]
        self._many = max(MANY, 2 * len(self._domains))
