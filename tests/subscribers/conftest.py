"""What every test about people needs: a signer, a moment, a list and a file."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from digest.signing import Signer
from store import Database
from subscribers.lists import add_list
from subscribers.tables import MailingList


@pytest.fixture
def signer() -> Signer:
    return Signer((("k1", b"a secret of at least sixteen bytes"),))


@pytest.fixture
def now() -> datetime:
    return datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


@pytest.fixture
def weekly(database: Database, now: datetime) -> MailingList:
    with database.writing() as session:
        return add_list(session, "weekly", now=now)


@pytest.fixture
def file(tmp_path: Path) -> Callable[..., Path]:
    """Writes a file of people: `file("email\\nani@example.com\\n")`."""

    def write(content: str | bytes, name: str = "people.csv") -> Path:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return write
