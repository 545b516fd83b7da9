"""Tick: what the scheduler does each time it wakes. Every slot is dealt with once, by whoever comes first."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from digest.actions.build import build
from digest.actions.context import Context
from digest.actions.gather import gather
from digest.actions.publish import approve, publish
from digest.issues import AlreadyBuilt, Issue, IssueState, Newsletter, NothingToSend
from digest.issues.tables import SkippedSlot
from digest.problem import Problem
from digest.schedule import MAXIMUM_AGE, Due, due, next_slots, parse, zone
from digest.selection.words import counted


@dataclass(frozen=True)
class Happened:
    """One thing the scheduler did or could not do, in a sentence for the log."""

    newsletter: str
    sentence: str
    trouble: bool = False


@dataclass(frozen=True)
class _Task:
    slug: str
    slot: datetime
    build_only: bool
    automatic: bool
    late: bool


def tick(context: Context, now: datetime) -> list[Happened]:
    """Build the drafts whose time has come, and send what is approved or automatic and due."""
    with context.database.reading() as session:
        tasks = [
            task
            for newsletter in session.scalars(select(Newsletter).where(Newsletter.schedule.is_not(None)))
            for task in _tasks(newsletter, now)
        ]
    happened = _moved(context, now)
    if any(_needs_building(context, task) for task in tasks):
        happened += _gathered(context, now)
    for task in tasks:
        try:
            happened += _ahead(context, task, now) if task.build_only else _settle(context, task, now)
        except NothingToSend as nothing:
            if not task.build_only:
                _record_skip(context, task, nothing, now)
            happened.append(Happened(task.slug, nothing.message))
        except Problem as problem:
            happened.append(Happened(task.slug, str(problem), trouble=True))
    return happened


def _moved(context: Context, now: datetime) -> list[Happened]:
    """Send the issues whose hour an editor set, whatever their newsletter's schedule says.

    One whose hour is long past waits for a person, as a late slot does (standards 7.8); the desk shows it.
    """
    query = select(Issue).where(
        Issue.state == IssueState.SCHEDULED, Issue.slot <= now, Issue.slot > now - MAXIMUM_AGE
    )
    with context.database.reading() as session:
        due_now = [(one.newsletter.slug, one.number) for one in session.scalars(query.order_by(Issue.slot))]
    happened = []
    for slug, number in due_now:
        try:
            published = publish(context, f"{slug}/{number}", now)
            sentence = f"{published.name} goes out to {published.recipients:,} readers."
            happened.append(Happened(slug, sentence))
        except Problem as problem:
            happened.append(Happened(slug, str(problem), trouble=True))
    return happened


def _tasks(newsletter: Newsletter, now: datetime) -> list[_Task]:
    rule, tz = parse(newsletter.schedule or ""), zone(newsletter.timezone)
    since = newsletter.slot_settled or newsletter.created_at
    dues: list[Due] = [slot for slot in due(rule, tz, since, now) if not slot.superseded]
    tasks = [_Task(newsletter.slug, one.slot, False, newsletter.automatic, one.late) for one in dues]
    if newsletter.build_ahead_hours:
        (upcoming,) = next_slots(rule, tz, max(now, since))
        if upcoming - now <= timedelta(hours=newsletter.build_ahead_hours):
            tasks.append(_Task(newsletter.slug, upcoming, True, newsletter.automatic, False))
    return tasks


def _needs_building(context: Context, task: _Task) -> bool:
    with context.database.reading() as session:
        return _issue_of(session, task) is None


def _issue_of(session: Session, task: _Task) -> Issue | None:
    """The issue of this slot; or one that was approved before and waits for the next hour there is."""
    newsletter = session.scalars(select(Newsletter).where(Newsletter.slug == task.slug)).one()
    of_slot = session.scalar(
        select(Issue).where(Issue.newsletter_id == newsletter.id, Issue.slot == task.slot)
    )
    if of_slot is not None:
        return of_slot
    return session.scalar(
        select(Issue)
        .where(
            Issue.newsletter_id == newsletter.id,
            Issue.slot.is_(None),
            Issue.state.in_((IssueState.APPROVED, IssueState.SCHEDULED)),
        )
        .order_by(Issue.number)
        .limit(1)
    )


def _gathered(context: Context, now: datetime) -> list[Happened]:
    try:
        gathered = gather(context, now)
    except Problem as problem:
        return [Happened("", str(problem), trouble=True)]
    return [Happened("", f"{visit.source}: {visit.error}", trouble=True) for visit in gathered.failed]


def _ahead(context: Context, task: _Task, now: datetime) -> list[Happened]:
    """Build the draft of the coming slot, once."""
    if not _needs_building(context, task):
        return []
    built = build(context, task.slug, now, task.slot)
    return [Happened(task.slug, f"No. {built.issue['number']} is built and waits for its approval.")]


def _settle(context: Context, task: _Task, now: datetime) -> list[Happened]:
    """Send the slot's issue if it may go, or leave its draft; either way the slot is dealt with."""
    with context.database.reading() as session:
        found = _issue_of(session, task)
        reference = f"{task.slug}/{found.number}" if found else ""
        state = IssueState(found.state) if found else None
    try:
        if state is None:
            reference = f"{task.slug}/{build(context, task.slug, now, task.slot).issue['number']}"
            state = IssueState.DRAFT
        return [_sent_or_kept(context, task, reference, state, now)]
    except AlreadyBuilt:
        return []  # another scheduler was first
    finally:
        _mark_settled(context, task)


def _sent_or_kept(
    context: Context, task: _Task, reference: str, state: IssueState, now: datetime
) -> Happened:
    if state == IssueState.DRAFT and task.automatic and not task.late:
        approve(context, reference, "schedule", now)
        state = IssueState.APPROVED
    if state in (IssueState.APPROVED, IssueState.SCHEDULED):
        if task.late:
            return Happened(
                task.slug, f"{reference} is late; send it yourself: digest issue send {reference}.", True
            )
        published = publish(context, reference, now)
        return Happened(task.slug, f"{published.name} goes out to {counted(published.recipients, 'reader')}.")
    if state == IssueState.DRAFT:
        why = "its hour passed while nothing ran, so" if task.late else "it"
        return Happened(
            task.slug, f"{reference} is a draft; {why} waits for its approval.", trouble=task.late
        )
    return Happened(task.slug, f"{reference} is {state} already.")


def _record_skip(context: Context, task: _Task, nothing: NothingToSend, now: datetime) -> None:
    """Keep what was decided about the slot, beside the issues, for the editor who asks where this week's is."""
    with suppress(IntegrityError), context.database.writing() as session:  # another scheduler was first
        newsletter = session.scalars(select(Newsletter).where(Newsletter.slug == task.slug)).one()
        session.add(
            SkippedSlot(newsletter_id=newsletter.id, slot=task.slot, at=now, decision=nothing.decision)
        )


def _mark_settled(context: Context, task: _Task) -> None:
    with context.database.writing() as session:
        newsletter = session.scalars(select(Newsletter).where(Newsletter.slug == task.slug)).one()
        if newsletter.slot_settled is None or newsletter.slot_settled < task.slot:
            newsletter.slot_settled = task.slot


__all__ = ["Happened", "tick"]
