"""Collecting garbage rarely: for processes that work for hours and make few cycles."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def rare_collections(thresholds: tuple[int, int, int] = (20_000, 20, 100)) -> Iterator[None]:
    """Messages and requests make no cycles, and going through the whole program for some would hold everybody
    up for 50 to 100 ms each time. So what is there now is not looked at again, and the rest at `thresholds`.
    """
    before = gc.get_threshold()
    gc.collect()
    gc.freeze()
    gc.set_threshold(*thresholds)
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()
