"""Beside: work that goes on beside the pages, in rounds, and never within a request."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable

from sqlalchemy.exc import DBAPIError

from digest.problem import Problem


class Beside:
    """Does `work` in rounds until stopped: when woken, and else every so many seconds.

    A round says whether more waits than it did; then the next one follows at once. A database that is away
    or busy, and a relay, are asked again after `seconds`. To be used on one loop.
    """

    def __init__(self, work: Callable[[], Awaitable[bool]], seconds: float) -> None:
        self._work = work
        self._seconds = seconds
        self._news = asyncio.Event()
        self._stopped = asyncio.Event()

    def wake(self) -> None:
        """There is something new; to be called in the loop's own thread."""
        self._news.set()

    def stop(self) -> None:
        """End after the round in hand."""
        self._stopped.set()
        self._news.set()

    async def forever(self) -> None:
        """Until `stop`."""
        while not self._stopped.is_set():
            self._news.clear()
            try:
                if await self._work():
                    continue
                wanted = self._news
            except (Problem, DBAPIError):
                wanted = self._stopped  # what is new does not bring the database back
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(wanted.wait(), self._seconds)
