"""Many requests, one transaction: those that come while the database is busy go through its door together."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from anyio import CapacityLimiter, to_thread

T = TypeVar("T")
R = TypeVar("R")
MOST = 100
"""How many go together at the most, so that the first need not wait for ever more."""


class Together(Generic[T, R]):
    """Collects what comes while `act` is at work, and gives it all to the next call.

    While an issue is sent, SQLite's one writer is often taken: waiting for it once for twenty people is
    what keeps leaving quick. `act` gets the requests in the order they came and gives as many results.
    With `door` it takes turns with the other writers of this process.
    """

    def __init__(
        self, act: Callable[[Sequence[T]], Sequence[R]], door: CapacityLimiter | None = None
    ) -> None:
        self._act = act
        self._door = door
        self._waiting: list[tuple[T, asyncio.Future[R]]] = []
        self._working: asyncio.Task[None] | None = None

    async def do(self, one: T) -> R:
        """The result for this one, once it is durable; what `act` raises is raised to all who went together."""
        result: asyncio.Future[R] = asyncio.get_running_loop().create_future()
        self._waiting.append((one, result))
        if self._working is None or self._working.done():
            self._working = asyncio.create_task(self._work())
        return await result

    async def _work(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting[:MOST], self._waiting[MOST:]
            try:
                results = await to_thread.run_sync(self._act, [one for one, _ in batch], limiter=self._door)
            except Exception as error:
                for _, result in batch:
                    if not result.done():
                        result.set_exception(error)
                continue
            for (_, result), found in zip(batch, results, strict=True):
                if not result.done():
                    result.set_result(found)
