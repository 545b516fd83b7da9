"""How the interpreter is set for processes that work for hours: garbage is collected rarely, turns are short."""

import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager

SENDING = (20_000, 20, 100)
WITH_PAGES = (2_000, 10, 10)
"""Requests make some cycles: looked for often enough to keep the memory of a process that serves pages flat."""


@contextmanager
def rare_collections(thresholds: tuple[int, int, int] = SENDING) -> Iterator[None]:
    """Messages and requests make no cycles, and going through the whole program for some would hold everybody
    up for 50 to 100 ms each time. So what is there now is not looked at again, and the rest at `thresholds`.
    """
    before = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(*thresholds)
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()


@contextmanager
def short_turns(seconds: float = 0.0005) -> Iterator[None]:
    """Threads wait for the interpreter a tenth of the usual time: one that holds a database's lock, or whose
    answer all connections wait for, is not kept from its work by an event loop that is busy.
    """
    before = sys.getswitchinterval()
    sys.setswitchinterval(seconds)
    try:
        yield
    finally:
        sys.setswitchinterval(before)
