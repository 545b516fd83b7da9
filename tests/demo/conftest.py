"""A newspaper as of a Thursday noon, and its site running in a process of its own."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from digest.demo.newspaper import Newspaper, load
from digest.demo.pages import Pages
from digest.demo.processes import ServerProcess

NOW = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)


@pytest.fixture(scope="session")
def newspaper() -> Newspaper:
    return load(NOW)


@pytest.fixture(scope="session")
def pages(newspaper: Newspaper) -> Pages:
    return Pages(newspaper, "http://courier.example")


@pytest.fixture(scope="session")
def site() -> Iterator[str]:
    """The address of the running site, with its slash."""
    with ServerProcess("digest.demo.site", ["--now", NOW.isoformat()]) as server:
        yield server.facts["address"]
