"""How a relay is doing while we send: whether to try it, when, and when to give it up."""

from dataclasses import dataclass, field

from outbox.pace import Bucket
from outbox.problem import RelayError
from outbox.relay import Relay

FIRST_PAUSE = 0.5
LONGEST_PAUSE = 30.0


@dataclass(slots=True, eq=False)
class RelayHealth:
    """Failures in a row of one relay. Times are seconds of the event loop's clock.

    `patience` is for how long it may fail without a success in between before it counts as dead.
    """

    relay: Relay
    patience: float
    failures: int = 0
    failing_since: float | None = None
    not_before: float = 0.0
    dead: RelayError | None = None
    bucket: Bucket = field(init=False)

    def __post_init__(self) -> None:
        self.bucket = Bucket(self.relay.rate)

    def succeeded(self) -> None:
        """It took a message."""
        self.failures, self.failing_since = 0, None

    def failed(self, error: RelayError, now: float, *, for_good: bool) -> None:
        """A connection could not be made, or ended before it had carried anything."""
        self.failures += 1
        self.failing_since = now if self.failing_since is None else self.failing_since
        self.not_before = now + min(FIRST_PAUSE * 2 ** min(self.failures - 1, 16), LONGEST_PAUSE)
        if for_good or now - self.failing_since >= self.patience:
            self.dead = error

    def busy(self, now: float) -> None:
        """It asked us to come back later (421) after it had taken messages."""
        self.not_before = max(self.not_before, now + FIRST_PAUSE)

    def room(self, now: float, open_connections: int) -> int:
        """How many connections may be opened now; only one while it is failing."""
        if self.dead or now < self.not_before:
            return 0
        most = 1 if self.failures else self.relay.connections
        return max(0, most - open_connections)
