"""The whole way on PostgreSQL: set up, sent through a relay that vanishes, gone on, corrected; nobody lost or twice."""

import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from store import Database
from tests.acceptance.installation import Installation
from tests.acceptance.servers import Relay, Site

READERS = 60
CONNECTIONS = 4


@pytest.fixture
def on_postgresql(postgresql_server: str, template: Path, site: Site, tmp_path: Path) -> Installation:
    """An installation made by the program itself in an empty database, with an approved issue and its readers.

    `template` has put the articles on the site.
    """
    server = Database(postgresql_server)
    maker = create_engine(server.engine.url, isolation_level="AUTOCOMMIT")
    with maker.connect() as connection:
        connection.execute(text("DROP DATABASE IF EXISTS acceptance WITH (FORCE)"))
        connection.execute(text("CREATE DATABASE acceptance"))
    maker.dispose()
    server.close()
    installation = Installation(tmp_path)
    installation.does(
        "init",
        f"{site.url}/",
        f"--database={postgresql_server.replace('/postgres?', '/acceptance?', 1)}",
        "--allow-private-networks",
        "--sender=crier@example.org",
        "--postal-address=1 Square, Town",
        "--language=en",
    )
    installation.does("fetch")
    lines = "\n".join(f"reader{number}@example.org" for number in range(READERS))
    (tmp_path / "readers.csv").write_text(f"email\n{lines}\n", "utf-8")
    installation.does("subscriber", "import", "readers.csv", "--list=weekly", "--consent=asked")
    installation.does("issue", "build")
    installation.does("issue", "approve")
    return installation


def test_a_relay_that_vanishes_loses_nobody_and_the_correction_reaches_them_all(
    on_postgresql: Installation, relay: Callable[..., Relay]
) -> None:
    server = relay(seconds=0.02)
    on_postgresql.relay(server.port, "retry_minutes = 0.001")
    sending = on_postgresql.start("issue", "send")
    server.await_mails(10)
    server.vanish()
    printed, errors = sending.communicate(timeout=60)
    assert sending.returncode == 1, printed
    (line,) = errors.splitlines()
    assert line.startswith("Error: ")

    server.appear()
    assert f"{READERS} sent" in on_postgresql.does("issue", "send")
    status = json.loads(on_postgresql.does("issue", "status", "--json"))
    assert (status["state"], status["balances"], status["recipients"]) == ("sent", True, READERS)
    times = Counter(to for to, *_ in server.received)
    assert len(times) == READERS
    assert sum(times.values()) <= READERS + CONNECTIONS, "more were repeated than connections were open"

    server.received.clear()
    on_postgresql.does("issue", "correct", "--text", "The vote was on **Tuesday**.", "--yes")
    assert Counter(to for to, *_ in server.received) == dict.fromkeys(times, 1)
