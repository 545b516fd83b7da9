"""Connections are reused for so long and no longer, and relays share the work."""

from dataclasses import replace

from outbox.tables import DeliveryState
from store import Database
from tests.outbox.servers import FaultServer, free_port
from tests.outbox.world import handed_over, relay, send, states


def test_a_connection_is_closed_when_it_is_old_and_a_new_one_goes_on(sqlite_database: Database) -> None:
    number = handed_over(sqlite_database, 20, paragraphs=1)
    server = FaultServer(delay=0.01)
    with server.running():
        send(sqlite_database, number, relay(server.port, connections=1, seconds_per_connection=0.2))
    assert states(sqlite_database, number) == {DeliveryState.SENT: 20}
    assert len(server.accepted) == 20
    assert 2 <= server.connections <= 10
    assert server.most_at_once == 1


def test_each_relay_keeps_to_its_own_rate(sqlite_database: Database) -> None:
    number = handed_over(sqlite_database, 60, paragraphs=1)
    slow, quick = FaultServer(), FaultServer()
    with slow.running(), quick.running():
        send(
            sqlite_database,
            number,
            replace(relay(slow.port, connections=1), rate=10.0),
            relay(quick.port, connections=1),
        )
    assert len(slow.accepted) + len(quick.accepted) == 60
    assert len(slow.accepted) < len(quick.accepted)


def test_a_relay_that_is_not_there_leaves_everything_to_the_other(sqlite_database: Database) -> None:
    number = handed_over(sqlite_database, 20, paragraphs=1)
    server = FaultServer()
    with server.running():
        send(sqlite_database, number, replace(relay(free_port()), weight=9), relay(server.port))
    assert len(set(server.recipients)) == len(server.accepted) == 20
