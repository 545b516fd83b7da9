"""Requests that go through the database's door together: each its own result, none lost."""

import asyncio
import threading
from collections.abc import Sequence

import pytest

from digest.actions import leave, links
from digest.signing import BadToken
from digest.web.together import MOST, Together
from subscribers.tables import SubscriptionState

from .conftest import NOW, Site


def test_who_comes_while_the_door_is_taken_goes_through_together() -> None:
    batches: list[list[int]] = []
    begun, opened = threading.Event(), threading.Event()

    def act(numbers: Sequence[int]) -> list[int]:
        batches.append(list(numbers))
        begun.set()
        if len(batches) == 1:
            opened.wait(10)
        return [number * 2 for number in numbers]

    async def all_of_them() -> list[int]:
        together = Together(act)
        asked = [asyncio.create_task(together.do(number)) for number in range(250)]
        await asyncio.to_thread(begun.wait, 10)
        opened.set()
        return await asyncio.gather(*asked)

    assert asyncio.run(all_of_them()) == [number * 2 for number in range(250)]
    assert [number for batch in batches for number in batch] == list(range(250))
    assert max(map(len, batches)) == MOST


def test_an_error_is_told_to_all_who_went_together_and_the_next_go_on() -> None:
    def act(numbers: Sequence[int]) -> list[int]:
        if 1 in numbers:
            raise OSError("the disk is full")
        return list(numbers)

    async def some() -> list[int | BaseException]:
        together = Together(act)
        first = await asyncio.gather(together.do(1), together.do(2), return_exceptions=True)
        return [*first, await together.do(3)]

    one, two, three = asyncio.run(some())
    assert isinstance(one, OSError)
    assert isinstance(two, OSError)
    assert three == 3


def test_one_who_stops_waiting_keeps_nobody_else() -> None:
    async def some() -> int:
        together = Together(lambda numbers: list(numbers))
        gone = asyncio.create_task(together.do(1))
        stays = asyncio.create_task(together.do(2))
        await asyncio.sleep(0)
        gone.cancel()
        with pytest.raises(asyncio.CancelledError):
            await gone
        return await stays

    assert asyncio.run(some()) == 2


def test_a_bad_token_spoils_no_other(site: Site) -> None:
    good = site.token(links.LEAVE, site.list_id, site.reader_id)
    nobody = site.token(links.LEAVE, site.list_id, site.reader_id + 99)
    results = leave.leave_at_once(site.context, ["nonsense", good, nobody, good], NOW)
    assert [type(result) for result in results] == [BadToken, type(None), BadToken, type(None)]
    assert site.state() == SubscriptionState.UNSUBSCRIBED
