"""What every test about people needs: a signer, a moment, a list and a file."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from digest.issues import Issue, Newsletter
from digest.signing import Signer
from digest.tracking.tables import TrackingEvent
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


Did = Callable[..., None]


@pytest.fixture
def did(now: datetime) -> Did:
    """Notes that a person clicked in an issue: `did(session, subscriber_id, at=now)`."""

    def note(session: Session, subscriber_id: int, *, at: datetime, machine: bool = False) -> None:
        issue_id = session.scalar(select(Issue.id)) or _issue(session, now)
        session.add(
            TrackingEvent(
                subscriber_id=subscriber_id, issue_id=issue_id, kind="click", at=at, machine=machine
            )
        )

    return note


def _issue(session: Session, now: datetime) -> int:
    newsletter = Newsletter(
        slug="counted",
        title="Counted",
        sender_name="News",
        sender_address="news@example.org",
        list_id=session.scalars(select(MailingList.id)).first(),
        postal_address="1 Square, Yerevan",
        created_at=now,
    )
    session.add(newsletter)
    session.flush()
    issue = Issue(newsletter_id=newsletter.id, number=1, built_at=now, subject="News")
    session.add(issue)
    session.flush()
    return issue.id
