"""Tick: what the scheduler does each time it wakes. Every slot is dealt with once, by whoever comes first."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from digest.actions import due
from digest.actions.build import build
from digest.actions.context import Context
from digest.actions.due import Task
from digest.actions.gather import gather
from digest.actions.publish import approve, publish
from digest.issues import AlreadyBuilt, Issue, IssueState, Newsletter, NothingToSend, missed
from digest.problem import Problem
from digest.selection.words import counted


@dataclass(frozen=True)
class Happened:
    """One thing the scheduler did or could not do, in a sentence for the log."""

    newsletter: str
    sentence: str
    trouble: bool = False


def tick(context: Context, now: datetime) -> list[Happened]:
    """Build the drafts whose time has come, and send what is approved or automatic and due.

    What fails is kept beside the issues with its reason (`digest.issues.missed`) and tried again.
    """
    with context.database.reading() as session:
        planned, tasks = due.scheduled(session, now), due.by_rule(session, now)
    happened = []
    for task in planned:
        happened += _tried(context, task, now, _leave)
    if any(_needs_building(context, task) for task in tasks):
        happened += _gathered(context, now)
    for task in tasks:
        happened += _tried(context, task, now, _ahead if task.build_only else _settle)
    return happened


def _tried(
    context: Context, task: Task, now: datetime, act: Callable[[Context, Task, datetime], list[Happened]]
) -> list[Happened]:
    try:
        return act(context, task, now)
    except AlreadyBuilt:
        return []  # another scheduler was first
    except NothingToSend as nothing:
        return _without(context, task, nothing.decision, nothing.message, now)
    except Problem as problem:
        return _failed(context, task, problem, now)


def _leave(context: Context, task: Task, now: datetime) -> list[Happened]:
    """Send the issue whose hour an editor set, whatever its newsletter's schedule says."""
    published = publish(context, task.reference, now)
    with context.database.writing() as session:
        missed.forget(session, _locked(session, task), task.slot)
    return [Happened(task.slug, f"{published.name} goes out to {counted(published.recipients, 'reader')}.")]


def _needs_building(context: Context, task: Task) -> bool:
    with context.database.reading() as session:
        return _issue_of(session, task) is None


def _issue_of(session: Session, task: Task) -> Issue | None:
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


def _ahead(context: Context, task: Task, now: datetime) -> list[Happened]:
    """Build the draft of the coming slot, once."""
    if not _needs_building(context, task):
        return []
    built = build(context, task.slug, now, task.slot)
    with context.database.writing() as session:
        missed.forget(session, _locked(session, task), task.slot)
    return [Happened(task.slug, f"No. {built.issue['number']} is built and waits for its approval.")]


def _settle(context: Context, task: Task, now: datetime) -> list[Happened]:
    """Send the slot's issue if it may go, or leave its draft; either way the slot is dealt with.

    Whatever is raised leaves the slot as it was: nothing is built twice, and the next try begins there.
    """
    with context.database.reading() as session:
        found = _issue_of(session, task)
        reference = f"{task.slug}/{found.number}" if found else ""
        state = IssueState(found.state) if found else None
    try:
        if state is None:
            reference = f"{task.slug}/{build(context, task.slug, now, task.slot).issue['number']}"
            state = IssueState.DRAFT
        happened = [_sent_or_kept(context, task, reference, state, now)]
    except AlreadyBuilt:
        happened = []  # another scheduler was first
    with context.database.writing() as session:
        newsletter = _locked(session, task)
        _mark_settled(newsletter, task)
        missed.forget(session, newsletter, task.slot)
    return happened


def _sent_or_kept(context: Context, task: Task, reference: str, state: IssueState, now: datetime) -> Happened:
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
        why = "its hour is long past, so it" if task.late else "it"
        return Happened(
            task.slug, f"{reference} is a draft; {why} waits for its approval.", trouble=task.late
        )
    return Happened(task.slug, f"{reference} is {state} already.")


def _without(
    context: Context, task: Task, decision: Mapping[str, Any], sentence: str, now: datetime
) -> list[Happened]:
    """Nothing is worth sending: the slot is dealt with, or looked at again while its hour is to come."""
    with context.database.writing() as session:
        newsletter = _locked(session, task)
        is_news = missed.record(
            session, newsletter, task.slot, decision, now, task.slot if task.build_only else None
        )
        if not task.build_only:
            _mark_settled(newsletter, task)
    return [Happened(task.slug, sentence)] if is_news else []


def _failed(context: Context, task: Task, problem: Problem, now: datetime) -> list[Happened]:
    """Something is wrong: it is kept for the editor, and tried again until the slot is late."""
    until = None if task.late else task.until
    with context.database.writing() as session:
        newsletter = _locked(session, task)
        if not task.reference and (newsletter.slot_settled or newsletter.created_at) >= task.slot:
            return []  # another scheduler was first, and had no trouble
        decision = {"send": False, "kind": missed.FAILED, "reasons": [str(problem)]}
        is_news = missed.record(session, newsletter, task.slot, decision, now, until)
        if task.late:
            _mark_settled(newsletter, task)
        session.flush()
        told = missed.open_of(session, newsletter)
    if told is None or not is_news:
        return []
    return [Happened(task.slug, told.in_words(now), trouble=True)]


def _locked(session: Session, task: Task) -> Newsletter:
    """The newsletter, so that two schedulers take turns on PostgreSQL; on SQLite BEGIN IMMEDIATE does it."""
    return session.scalars(select(Newsletter).where(Newsletter.slug == task.slug).with_for_update()).one()


def _mark_settled(newsletter: Newsletter, task: Task) -> None:
    if newsletter.slot_settled is None or newsletter.slot_settled < task.slot:
        newsletter.slot_settled = task.slot


__all__ = ["Happened", "tick"]
