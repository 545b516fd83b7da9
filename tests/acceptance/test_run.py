"""`digest run`: what is due leaves by itself, once, and a signal ends all three jobs in order."""

import signal
import socket
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from urllib.request import urlopen

from tests.acceptance.installation import Installation
from tests.acceptance.servers import Relay


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return int(listening.getsockname()[1])


def test_a_due_issue_is_built_approved_and_sent_while_the_pages_are_served(
    installation: Installation, relay: Callable[..., Relay]
) -> None:
    server, port = relay(), _free_port()
    installation.relay(server.port)
    hour = datetime.now(UTC) - timedelta(minutes=10)
    installation.does(
        "subscriber", "add", "ani@example.org", "lev@example.org", "--list=weekly", "--consent=asked"
    )
    installation.does(
        "schedule", "set", "weekly", f"{hour.minute} {hour.hour} * * *", "--tz=UTC", "--automatic"
    )
    set_before = (hour - timedelta(hours=1)).strftime("%Y-%m-%d %H:%M:%S.%f")
    installation.rows("UPDATE newsletter SET slot_settled = ?", set_before)

    running = installation.start("run", DIGEST_WEB__PORT=str(port))
    server.await_mails(2)
    with urlopen(f"http://127.0.0.1:{port}/health", timeout=10) as page:
        assert page.status == 200
    running.send_signal(signal.SIGTERM)
    printed, errors = running.communicate(timeout=60)
    assert (running.returncode, errors) == (0, "")
    assert "weekly: " in printed
    assert "goes out to 2 readers" in printed
    assert "Stopped" in printed

    assert sorted(to for to, *_ in server.received) == ["ani@example.org", "lev@example.org"]
    ((issues, states),) = installation.rows("SELECT count(*), group_concat(state) FROM issue")
    assert issues == 1
    assert states in ("sent", "sending")
    installation.does("run", "--once")
    assert installation.rows("SELECT state FROM issue") == [("sent",)]
    assert len(server.received) == 2, "the hour came twice"
