"""The time of day for a sender, which a clock that jumps must not move.

A clock set to next year for a moment would expire every message that waits, and one set back would keep
what is deferred from leaving. So the time goes on as the machine's own seconds do (those since its start,
sleep included); the clock is followed in small steps at once, and after a jump once it has stayed there.
"""

import time
from collections.abc import Callable
from datetime import UTC, datetime

JUMP = 60.0
"""Seconds by which a clock is corrected at most without anybody asking why."""

BELIEVED_AFTER = 600.0
"""Seconds for which a clock has to stay where it jumped to."""


def _since_start() -> float:
    """Seconds since the machine started, those it slept included where it counts them."""
    boot: int | None = getattr(time, "CLOCK_BOOTTIME", None)
    return time.monotonic() if boot is None else time.clock_gettime(boot)


class SteadyClock:
    """`wall` gives the clock's time as seconds since 1970, `elapsed` seconds that never jump."""

    def __init__(
        self, wall: Callable[[], float] = time.time, elapsed: Callable[[], float] = _since_start
    ) -> None:
        self._wall = wall
        self._elapsed = elapsed
        self._offset = wall() - elapsed()
        self._jumped_to: float | None = None
        self._jumped_at = 0.0

    def now(self) -> datetime:
        """The time of day, UTC."""
        elapsed = self._elapsed()
        offset = self._wall() - elapsed
        if abs(offset - self._offset) <= JUMP:
            self._offset, self._jumped_to = offset, None
        elif self._jumped_to is None or abs(offset - self._jumped_to) > JUMP:
            self._jumped_to, self._jumped_at = offset, elapsed
        elif elapsed - self._jumped_at >= BELIEVED_AFTER:
            self._offset, self._jumped_to = offset, None
        return datetime.fromtimestamp(elapsed + self._offset, UTC)


steady = SteadyClock()
"""The one clock of this process."""


def now() -> datetime:
    """The time of day, UTC, by the one clock of this process."""
    return steady.now()
