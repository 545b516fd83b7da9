"""A sender that is killed loses nobody, and doubles at most what was in flight. `make faults` is the long form."""

import signal
from pathlib import Path

import pytest

from outbox.tables import DeliveryState
from store import Database
from tests.outbox.kills import kill_until_done, sending, toll
from tests.outbox.servers import aiosmtpd_process, until
from tests.outbox.world import handed_over, states

PEOPLE, KILLS, CONNECTIONS = 400, 3, 5


@pytest.mark.faults
@pytest.mark.parametrize("policy", ["retry", "hold"])
def test_nobody_is_lost_and_nobody_doubled_beyond_what_was_in_flight(
    database: Database, tmp_path: Path, policy: str
) -> None:
    number = handed_over(database, PEOPLE, uncertain=policy, paragraphs=2)
    with aiosmtpd_process(tmp_path / "mail") as server:
        killed = kill_until_done(
            database,
            number,
            PEOPLE,
            lambda: sending(database, server.port, number, CONNECTIONS),
            lambda: server.count(),
            kills=KILLS,
            seed=7,
        )
        result = toll(database, number, PEOPLE, server.accepted(), killed, CONNECTIONS)
    assert killed >= 2
    assert result.lost == 0
    assert result.changed == 0
    if policy == "hold":
        assert result.duplicates == 0
        assert result.uncertain <= result.allowed
    else:
        assert result.duplicates <= result.allowed
        assert states(database, number) == {DeliveryState.SENT: PEOPLE}


@pytest.mark.faults
def test_a_polite_stop_leaves_nothing_uncertain(database: Database, tmp_path: Path) -> None:
    number = handed_over(database, PEOPLE, uncertain="hold", paragraphs=2)
    with aiosmtpd_process(tmp_path / "mail") as server:
        process = sending(database, server.port, number, CONNECTIONS)
        until(lambda: server.count() > 20)
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0
        counted = states(database, number)
        assert set(counted) <= {DeliveryState.SENT, DeliveryState.QUEUED}
        assert counted[DeliveryState.SENT] == server.count()
        assert sending(database, server.port, number, CONNECTIONS).wait(60) == 0
        assert server.count() == PEOPLE
    assert states(database, number) == {DeliveryState.SENT: PEOPLE}
