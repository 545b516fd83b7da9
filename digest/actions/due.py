"""Due: which hours the scheduler has to deal with now, and which rest because they failed a moment ago."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from digest.issues import Issue, IssueState, Newsletter, missed
from digest.schedule import MAXIMUM_AGE, next_slots, parse, zone
from digest.schedule import due as due_slots

TRY_AGAIN = timedelta(minutes=5)
"""How long after a failure an hour that has come is tried again, until it is MAXIMUM_AGE old."""
TRY_AGAIN_AHEAD = timedelta(minutes=15)
"""The same for a draft that is built ahead; each time, the sources are read anew."""


@dataclass(frozen=True)
class Task:
    """An hour of a newsletter. With `build_only` it is to come, and its draft is built ahead.

    It is tried until `until`: then it is late, or the next hour has come. `reference` names the issue whose
    hour an editor set; else the issue is built for the hour.
    """

    slug: str
    slot: datetime
    build_only: bool
    automatic: bool
    late: bool
    until: datetime
    reference: str = ""


def by_rule(session: Session, now: datetime) -> list[Task]:
    """What the newsletters' schedules ask for."""
    return [
        task
        for newsletter in session.scalars(
            select(Newsletter).where(Newsletter.schedule.is_not(None)).order_by(Newsletter.id)
        )
        for task in _tasks(newsletter, now)
        if not _rests(session, newsletter, task, now)
    ]


def scheduled(session: Session, now: datetime) -> list[Task]:
    """The issues whose hour an editor set, whatever their newsletter's schedule says.

    One whose hour is long past waits for a person, as a late slot does (standards 7.8); the desk shows it.
    """
    query = select(Issue).where(
        Issue.state == IssueState.SCHEDULED, Issue.slot <= now, Issue.slot > now - MAXIMUM_AGE
    )
    found = []
    for issue in session.scalars(query.order_by(Issue.slot)):
        if issue.slot is not None:
            newsletter, until = issue.newsletter, issue.slot + MAXIMUM_AGE
            name = f"{newsletter.slug}/{issue.number}"
            task = Task(newsletter.slug, issue.slot, False, False, False, until, name)
            if not _rests(session, newsletter, task, now):
                found.append(task)
    return found


def _tasks(newsletter: Newsletter, now: datetime) -> Iterator[Task]:
    rule, tz = parse(newsletter.schedule or ""), zone(newsletter.timezone)
    since = newsletter.slot_settled or newsletter.created_at
    (upcoming,) = next_slots(rule, tz, max(now, since))
    wanted = [(one.slot, False, one.late) for one in due_slots(rule, tz, since, now) if not one.superseded]
    if newsletter.build_ahead_hours and upcoming - now <= timedelta(hours=newsletter.build_ahead_hours):
        wanted.append((upcoming, True, False))
    for slot, build_only, late in wanted:
        (following,) = next_slots(rule, tz, slot)
        until = min(slot + MAXIMUM_AGE, following)
        yield Task(newsletter.slug, slot, build_only, newsletter.automatic, late, until)


def _rests(session: Session, newsletter: Newsletter, task: Task, now: datetime) -> bool:
    """Whether the hour was tried in vain a moment ago. A try ahead of it does not count once it has come."""
    tried = missed.tried_at(session, newsletter, task.slot)
    if tried is None or task.late or (tried < task.slot and not task.build_only):
        return False
    return now - tried < (TRY_AGAIN_AHEAD if task.build_only else TRY_AGAIN)
