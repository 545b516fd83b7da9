"""Corrections: what an editor says, after an issue went out, to those who got it and to those who read it later."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ForeignKey, String, Text, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from digest.issues.problems import IssueError
from digest.issues.subjects import one_line
from digest.issues.tables import Issue
from store import Base

LONGEST = 5_000
LONGEST_SUBJECT = 300


class Correction(Base):
    """One erratum of an issue: `text` is Markdown, `by` the editor who wrote it."""

    __tablename__ = "correction"

    id: Mapped[int] = mapped_column(primary_key=True)
    issue_id: Mapped[int] = mapped_column(ForeignKey("issue.id", ondelete="CASCADE"), index=True)
    subject: Mapped[str] = mapped_column(String(LONGEST_SUBJECT))
    text: Mapped[str] = mapped_column(Text)
    by: Mapped[str] = mapped_column(String(200))
    at: Mapped[datetime]


def of_issue(session: Session, issue_id: int) -> Sequence[Correction]:
    """The corrections of an issue, the first one first."""
    return session.scalars(
        select(Correction).where(Correction.issue_id == issue_id).order_by(Correction.id)
    ).all()


def checked(subject: str, text: str) -> tuple[str, str]:
    """Subject and Markdown as they are kept; IssueError when one is empty or too long."""
    subject, text = one_line(subject), text.strip()
    if not text:
        raise IssueError("The correction is empty.", "Say what was wrong and what is right.")
    if len(text) > LONGEST or len(subject) > LONGEST_SUBJECT:
        raise IssueError(
            f"The correction has {len(text):,} letters and its subject {len(subject)}.",
            f"Write at most {LONGEST:,} and {LONGEST_SUBJECT}.",
        )
    return subject, text


def put(session: Session, issue: Issue, subject: str, text: str, by: str, now: datetime) -> Correction:
    """Keep a correction of the issue; one with the same words is the same one."""
    for known in of_issue(session, issue.id):
        if (known.subject, known.text) == (subject, text):
            return known
    correction = Correction(issue_id=issue.id, subject=subject, text=text, by=by[:200], at=now)
    session.add(correction)
    session.flush()
    return correction
