"""Moving an issue along its way: each step under a lock, so that two people cannot send it twice."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from digest.issues.finding import name_of
from digest.issues.history import repeats
from digest.issues.problems import StateError
from digest.issues.states import Step, after
from digest.issues.tables import Issue, IssueState, Newsletter


def approve(session: Session, issue: Issue, by: str, now: datetime, leave_out_from: float = 0.0) -> None:
    """A person's word that the issue may go out.

    StateError for an empty one, and for one whose readers meanwhile get a story of it in another issue
    (`leave_out_from` as in `history.with_history`).
    """
    # Two approvals take turns, so that the second sees what the first let out. Always before the issue's
    # own lock, as building does it: no two can wait for each other.
    session.scalars(select(Newsletter.id).order_by(Newsletter.id).with_for_update()).all()
    _take(session, issue, Step.APPROVE)
    if not any(not item.dropped for item in issue.items):
        raise StateError(
            f"{name_of(issue)} is empty and cannot be approved.", "Build it anew: digest issue build."
        )
    if not issue.subject.strip():
        raise StateError(f"{name_of(issue)} has no subject.", "Write one: digest issue edit --subject.")
    for item, sent in repeats(session, issue, leave_out_from):
        raise StateError(
            f"“{item.headline}” is also in {sent.newsletter} No. {sent.number} for the same readers.",
            "Build the issue anew (digest issue build), or drop that item.",
        )
    issue.approved_at, issue.approved_by = now, by
    _done(session, issue, Step.APPROVE)


def reopen(session: Session, issue: Issue) -> None:
    """Take the approval back, so that the issue can be edited."""
    _take(session, issue, Step.REOPEN)
    issue.approved_at = issue.approved_by = None
    _done(session, issue, Step.REOPEN)


def schedule(session: Session, issue: Issue, slot: datetime | None = None) -> None:
    """Let the approved issue wait for its hour: its own slot, or the one given. StateError without any."""
    _take(session, issue, Step.SCHEDULE)
    issue.slot = slot or issue.slot
    if issue.slot is None:
        raise StateError(f"{name_of(issue)} has no hour to wait for.", "Send it now, or set a schedule.")
    _done(session, issue, Step.SCHEDULE)


def start(session: Session, issue: Issue) -> None:
    """The issue begins to be sent. StateError when it is being or was sent, or not approved."""
    _take(session, issue, Step.START)
    _done(session, issue, Step.START)


def pause(session: Session, issue: Issue) -> None:
    """Sending stops until `resume`."""
    _take(session, issue, Step.PAUSE)
    _done(session, issue, Step.PAUSE)


def resume(session: Session, issue: Issue) -> None:
    """Sending goes on."""
    _take(session, issue, Step.RESUME)
    _done(session, issue, Step.RESUME)


def finish(session: Session, issue: Issue, now: datetime) -> None:
    """Every delivery is settled: the issue is sent."""
    _take(session, issue, Step.FINISH)
    issue.sent_at = now
    _done(session, issue, Step.FINISH)


def cancel(session: Session, issue: Issue) -> None:
    """The issue goes no further. What was delivered stays delivered, and counts as had by its readers."""
    _take(session, issue, Step.CANCEL)
    _done(session, issue, Step.CANCEL)


def _take(session: Session, issue: Issue, step: Step) -> None:
    """Lock the row, read it anew, and refuse a step that its state does not allow."""
    session.flush()
    session.refresh(issue, with_for_update=True)
    after(IssueState(issue.state), step, name_of(issue))


def _done(session: Session, issue: Issue, step: Step) -> None:
    issue.state = after(IssueState(issue.state), step, name_of(issue))
    session.flush()
