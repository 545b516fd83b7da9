"""A clock that jumps does not move a sender; one that was corrected for good does, after a while."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from outbox.clock import BELIEVED_AFTER, SteadyClock, now

START = datetime(2026, 11, 26, 12, tzinfo=UTC)


@dataclass
class Machine:
    """Seconds since it started, and how far its clock is off."""

    elapsed: float = 5000.0
    off: float = 0.0

    def clock(self) -> SteadyClock:
        return SteadyClock(lambda: START.timestamp() + self.elapsed - 5000 + self.off, lambda: self.elapsed)


@pytest.mark.parametrize("jump", [86_400.0 * 400, 7200.0, -7200.0, -86_400.0 * 400])
def test_a_jump_and_its_end_are_not_followed(jump: float) -> None:
    machine = Machine()
    clock = machine.clock()
    machine.elapsed += 10
    machine.off = jump
    assert clock.now() == START + timedelta(seconds=10)
    machine.elapsed += BELIEVED_AFTER - 1
    assert clock.now() == START + timedelta(seconds=9 + BELIEVED_AFTER)
    machine.off = 0.0
    machine.elapsed += 1
    assert clock.now() == START + timedelta(seconds=10 + BELIEVED_AFTER)


def test_a_jump_that_stays_is_believed() -> None:
    machine = Machine()
    clock = machine.clock()
    machine.off = 3600.0
    clock.now()
    machine.elapsed += BELIEVED_AFTER
    assert clock.now() == START + timedelta(seconds=BELIEVED_AFTER + 3600)


def test_a_second_jump_begins_to_count_anew() -> None:
    machine = Machine()
    clock = machine.clock()
    for machine.off in (3600.0, 9000.0):
        clock.now()
        machine.elapsed += BELIEVED_AFTER / 2 + 1
    assert clock.now() < START + timedelta(seconds=BELIEVED_AFTER + 10)


def test_small_corrections_are_followed_at_once() -> None:
    machine = Machine(off=0.0)
    clock = machine.clock()
    for _ in range(10):
        machine.off += 30.0
        machine.elapsed += 1.0
        clock.now()
    assert clock.now() == START + timedelta(seconds=310)


def test_the_clock_of_this_process_tells_the_time() -> None:
    assert abs(now() - datetime.now(UTC)) < timedelta(seconds=5)
