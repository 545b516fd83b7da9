"""When a message is tried again, and when no more. Pure."""

from datetime import timedelta
from math import pow

FIRST = timedelta(seconds=10)
LONGEST = timedelta(hours=8)
GROWTH = 3.0
GIVEN_UP = timedelta(days=3)
"""How old a message may get."""
_SPREAD = 0.25


def delay(failures: int, chance: float) -> timedelta:
    """How long to wait after so many failures in a row (from 1); `chance` from 0 to 1 spreads it by a quarter."""
    grown = min(FIRST * pow(GROWTH, min(failures - 1, 20)), LONGEST)
    return grown * (1 - _SPREAD + 2 * _SPREAD * chance)
