"""Sending through relays that are away, refuse us, vanish or are slow: nobody lost, nobody twice."""

import signal
from collections import Counter
from collections.abc import Callable

from tests.acceptance.installation import Installation
from tests.acceptance.servers import Relay

Prepare = Callable[[int], Installation]
StartRelay = Callable[..., Relay]


def _states(installation: Installation) -> dict[str, int]:
    return dict(installation.rows("SELECT state, count(*) FROM delivery GROUP BY state"))


def test_without_a_relay_the_issue_waits_and_goes_when_there_is_one(
    approved: Prepare, relay: StartRelay
) -> None:
    """No relay, then one with another password, then the right one; then it was sent, and is not sent again."""
    installation = approved(3)
    guarded = relay(password="correct horse")
    guarded.vanish()
    named = 'username = "digest"\nstarttls = "never"'
    installation.relay(guarded.port, named)
    ended = installation.run("issue", "send", DIGEST_SMTP__PASSWORD="correct horse")
    assert ended.returncode == 1
    (line,) = ended.stderr.splitlines()
    assert line.startswith("Error: ")
    assert f"127.0.0.1:{guarded.port}" in line
    assert _states(installation) == {"queued": 3}

    guarded.appear()
    ended = installation.run("issue", "send", DIGEST_SMTP__PASSWORD="wrong-horse")
    assert ended.returncode == 1
    (line,) = ended.stderr.splitlines()
    assert line.startswith("Error: ")
    assert "wrong-horse" not in line
    assert "password" in line.lower()
    assert _states(installation) == {"queued": 3}
    assert not guarded.received

    printed = installation.does("issue", "send", DIGEST_SMTP__PASSWORD="correct horse")
    assert "3 sent" in printed
    assert sorted(to for to, *_ in guarded.received) == [f"reader{number}@example.org" for number in range(3)]

    said = installation.refuses("issue", "send", DIGEST_SMTP__PASSWORD="correct horse")
    assert "sent" in said
    assert len(guarded.received) == 3


def test_an_issue_that_nobody_approved_is_not_sent(built: Installation, relay: StartRelay) -> None:
    server = relay()
    built.relay(server.port)
    assert "has not been approved" in built.refuses("issue", "send")
    assert not server.received


def test_an_issue_without_a_reader_is_not_sent(approved: Prepare, relay: StartRelay) -> None:
    installation = approved(1)
    installation.does("subscriber", "unsubscribe", "reader0@example.org", "--list=weekly")
    installation.relay(relay().port)
    assert "Nobody gets" in installation.refuses("issue", "send")


def test_a_relay_that_vanishes_loses_nobody_and_the_same_command_goes_on(
    approved: Prepare, relay: StartRelay
) -> None:
    """Who was in flight gets the very same message again at most: same Message-ID, same bytes."""
    installation = approved(120)
    server = relay(seconds=0.02)
    installation.relay(server.port, "retry_minutes = 0.001")
    sending = installation.start("issue", "send")
    server.await_mails(20)
    server.vanish()
    printed, errors = sending.communicate(timeout=60)
    assert sending.returncode == 1, printed
    assert "Traceback" not in errors
    (line,) = errors.splitlines()
    assert line.startswith("Error: ")
    states = _states(installation)
    assert sum(states.values()) == 120
    assert "failed" not in states

    server.appear()
    printed = installation.does("issue", "send")
    assert _states(installation) == {"sent": 120}
    assert "120 sent" in printed
    times = Counter(to for to, *_ in server.received)
    assert len(times) == 120
    twice = [to for to, number in times.items() if number > 1]
    assert len(twice) <= 4, "more were repeated than connections were open"
    for address in twice:
        copies = {(number, content) for to, number, content in server.received if to == address}
        assert len(copies) == 1


def test_ctrl_c_ends_what_is_in_flight_and_the_same_command_goes_on(
    approved: Prepare, relay: StartRelay
) -> None:
    installation = approved(120)
    server = relay(seconds=0.05)
    installation.relay(server.port)
    sending = installation.start("issue", "send")
    server.await_mails(20)
    sending.send_signal(signal.SIGINT)
    printed, errors = sending.communicate(timeout=60)
    assert sending.returncode == 1
    assert not errors
    assert "Not everything has left" in printed
    states = _states(installation)
    assert states == {"sent": len(server.received), "queued": 120 - len(server.received)}
    assert 20 <= states["sent"] < 120

    installation.does("issue", "send")
    times = Counter(to for to, *_ in server.received)
    assert len(times) == 120
    assert set(times.values()) == {1}, "somebody got the issue twice"
