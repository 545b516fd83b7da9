"""Planning: the hour at which an approved issue leaves, and the approval taken back."""

from datetime import datetime

from sqlalchemy import select

from digest.actions.context import Context
from digest.issues import Issue, IssueError, StateError, find_issue, progress
from digest.issues.finding import name_of
from digest.issues.log import note
from digest.schedule import zone


def reopen(context: Context, reference: str, by: str, now: datetime) -> str:
    """Take the approval back, so that the issue can be edited; its name."""
    with context.database.writing() as session:
        issue = find_issue(session, reference)
        progress.reopen(session, issue)
        note(session, issue, by, "approval taken back", now)
        return name_of(issue)


def schedule(context: Context, reference: str, slot: datetime, by: str, now: datetime) -> str:
    """Let an approved issue leave at `slot`, whatever its newsletter's schedule says; its name.

    The hour that it was built for counts as dealt with: no second issue is built for it. IssueError for an
    hour that is past, StateError for one at which another issue leaves.
    """
    with context.database.writing() as session:
        issue = find_issue(session, reference)
        newsletter = issue.newsletter
        local = slot.astimezone(zone(newsletter.timezone))
        if slot <= now:
            raise IssueError(f"{local:%a %d %b %H:%M} is past.", "Give an hour to come, or send it now.")
        taken = select(Issue.number).where(
            Issue.newsletter_id == newsletter.id, Issue.slot == slot, Issue.id != issue.id
        )
        if (other := session.scalar(taken)) is not None:
            raise StateError(f"No. {other} leaves at {local:%a %d %b %H:%M} already.", "Give another hour.")
        built_for = issue.slot
        progress.schedule(session, issue, slot)
        if built_for is not None and built_for != slot and newsletter.schedule:
            newsletter.slot_settled = max(built_for, newsletter.slot_settled or built_for)
        note(session, issue, by, f"scheduled for {local:%Y-%m-%d %H:%M %Z}", now)
        return name_of(issue)
