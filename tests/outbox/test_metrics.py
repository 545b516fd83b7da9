"""Prometheus reads the counts, and nothing about a person."""

from outbox.metrics import exposition
from store import Database
from tests.outbox.servers import FaultServer
from tests.outbox.world import address, handed_over, relay, send


def test_the_counts_of_each_state_are_told(database: Database) -> None:
    number = handed_over(database, 5)
    server = FaultServer(lambda stage, to, _: 550 if (stage, to) == ("rcpt", address(2)) else None)
    with server.running():
        send(database, number, relay(server.port))
    with database.reading() as session:
        lines = exposition(session).splitlines()
    assert f'digest_deliveries{{mailing="{number}",state="sent"}} 4' in lines
    assert f'digest_deliveries{{mailing="{number}",state="failed"}} 1' in lines
    assert 'digest_mailings{state="done"} 1' in lines
    assert 'digest_mailings{state="sending"} 0' in lines
    assert not any("@" in line for line in lines)
