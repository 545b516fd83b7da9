"""Work beside the pages: in rounds, when woken, and in spite of a database that is away."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from digest.actions.beside import Beside
from digest.problem import Problem

LONG = 60.0
"""Nothing here takes so long: a round that waits for it would end the test."""


def _going(beside: Beside, told: Callable[[], Awaitable[None]]) -> None:
    async def both() -> None:
        work = asyncio.create_task(beside.forever())
        await told()
        beside.stop()
        await work

    asyncio.run(asyncio.wait_for(both(), 5))


class Rounds:
    """Counts its rounds; `more` says of how many of them that something waits after it."""

    def __init__(self, more: int = 0, broken: int = 0) -> None:
        self.done, self._more, self._broken = 0, more, broken
        self._ended: asyncio.Queue[None] = asyncio.Queue()

    async def __call__(self) -> bool:
        await asyncio.sleep(0)
        self.done += 1
        self._ended.put_nowait(None)
        if self.done <= self._broken:
            raise Problem("The database is away.", "Wait.")
        return self.done <= self._more

    async def reach(self, number: int) -> None:
        while self.done < number:
            await self._ended.get()


def test_it_begins_at_once_and_goes_on_while_more_waits() -> None:
    rounds = Rounds(more=3)
    _going(Beside(rounds, LONG), lambda: rounds.reach(4))
    assert rounds.done == 4


def test_it_is_woken_by_what_is_new() -> None:
    rounds = Rounds()
    beside = Beside(rounds, LONG)

    async def told() -> None:
        await rounds.reach(1)
        beside.wake()
        await rounds.reach(2)

    _going(beside, told)


def test_it_looks_by_itself_every_so_many_seconds() -> None:
    rounds = Rounds()
    _going(Beside(rounds, 0.01), lambda: rounds.reach(3))


def test_a_database_that_is_away_is_asked_again() -> None:
    rounds = Rounds(broken=2)
    _going(Beside(rounds, 0.01), lambda: rounds.reach(3))


def test_a_database_that_is_away_is_not_asked_at_every_visit() -> None:
    rounds = Rounds(broken=9)
    beside = Beside(rounds, LONG)

    async def told() -> None:
        await rounds.reach(1)
        beside.wake()
        await asyncio.sleep(0.05)

    _going(beside, told)
    assert rounds.done == 1


def test_a_fault_of_ours_is_not_hidden() -> None:
    async def wrong() -> bool:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        asyncio.run(Beside(wrong, LONG).forever())
