"""Delays grow, keep within their bounds, and are spread."""

from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from outbox.retry import RetrySchedule

NOON = datetime(2026, 11, 26, 12, tzinfo=UTC)


def test_delays_double_from_half_an_hour_up_to_four_hours() -> None:
    schedule = RetrySchedule(jitter=0)
    minutes = [(schedule.next_time(NOON, n, 0.5) - NOON) / timedelta(minutes=1) for n in range(1, 7)]
    assert minutes == [30, 60, 120, 240, 240, 240]


@given(st.integers(0, 10_000), st.floats(0, 1))
@settings(deadline=None)
def test_jitter_makes_a_delay_longer_by_up_to_a_fifth_and_never_shorter(attempts: int, chance: float) -> None:
    exact = RetrySchedule(jitter=0).next_time(NOON, attempts, 0.5) - NOON
    spread = RetrySchedule().next_time(NOON, attempts, chance) - NOON
    assert exact <= spread <= exact * 1.201
    assert spread >= timedelta(minutes=30)
