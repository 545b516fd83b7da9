"""A sender run to its end from synchronous code, in whichever thread that is."""

import gc
import threading

import pytest

from outbox.running import run_sender
from outbox.tables import DeliveryState
from store import Database
from tests.outbox.servers import FaultServer
from tests.outbox.world import handed_over, relay, sender, states


@pytest.mark.parametrize("main", [True, False], ids=["main thread", "another thread"])
def test_it_returns_when_all_is_sent(sqlite_database: Database, main: bool) -> None:
    number = handed_over(sqlite_database, 5)
    server = FaultServer()
    with server.running():
        running = sender(sqlite_database, relay(server.port))
        if main:
            run_sender(running, number)
        else:
            thread = threading.Thread(target=run_sender, args=(running, number))
            thread.start()
            thread.join(20)
            assert not thread.is_alive()
    assert states(sqlite_database, number) == {DeliveryState.SENT: 5}


def test_the_collector_of_garbage_is_as_before_afterwards(sqlite_database: Database) -> None:
    before = gc.get_threshold(), gc.get_freeze_count()
    number = handed_over(sqlite_database, 2)
    server = FaultServer()
    with server.running():
        run_sender(sender(sqlite_database, relay(server.port)), number)
    assert (gc.get_threshold(), gc.get_freeze_count()) == before
