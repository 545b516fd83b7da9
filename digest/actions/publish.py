"""Publish: approve an issue, freeze its recipients, hand it to the outbox; pause, go on, cancel."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, func, literal, select, true
from sqlalchemy.orm import Session
from sqlalchemy.sql.elements import ColumnElement

from digest.actions.candidates import LEAVE_OUT_FROM
from digest.actions.check import checked, refuse_errors
from digest.actions.compose import compose
from digest.actions.context import Context
from digest.actions.mailings import TEST, kind_of, mailings_of
from digest.actions.message import message_facts
from digest.actions.pictures import host_pictures
from digest.actions.variants import Compiled, variants
from digest.issues import Issue, IssueError, IssueState, StateError, find_issue, progress
from digest.issues.finding import name_of
from digest.issues.log import mark_of_issue, note, unchanged
from digest.rendering.preflight import rules
from outbox import control
from outbox.freeze import Frozen, freeze
from outbox.problem import NobodyError
from outbox.rendition import compile_rendition
from outbox.tables import Mailing, MailingState
from subscribers.addresses import normalise
from subscribers.recipients import mark_mailed, recipients
from subscribers.segments.saved import condition

EXPIRES_AFTER = timedelta(days=4)
"""How long a delivery of an issue may be tried (standards 3.4)."""


@dataclass(frozen=True)
class Published:
    """What was handed over; `resumed` when it had been before and sending goes on."""

    issue_id: int
    name: str
    mailings: tuple[int, ...]
    recipients: int
    resumed: bool = False


def approve(
    context: Context,
    reference: str,
    by: str,
    now: datetime,
    *,
    override: Sequence[str] = (),
    why: str = "",
    seen: str = "",
) -> str:
    """A person's word that the issue may go out as it is now rendered; the issue's name.

    Raises IssueError, which says what to mend, when preflight finds an error whose rule is not among
    `override`; then nothing changes. What was overridden is recorded with `by` and `why`. Overtaken when the
    issue is not what `seen` is the mark of (`digest.issues.log`): nobody approves what they have not seen.
    """
    unknown = [rule for rule in override if rule not in rules()]
    if unknown:
        raise IssueError(f"There is no rule {unknown[0]!r}.", "`digest issue check` names the rules.")
    hosted = host_pictures(context, reference)
    with context.database.writing() as session:
        issue = find_issue(session, reference)
        issue.pictures = hosted.pictures if hosted else {}
        progress.approve(session, issue, by, now, LEAVE_OUT_FROM)
        unchanged(seen, mark_of_issue(issue))
        issue.clicks, issue.opens = issue.newsletter.clicks, issue.newsletter.opens
        rendered = compose(context, session, issue)
        refuse_errors(checked(context, session, issue, rendered, override))
        issue.html, issue.text = rendered.html, rendered.text
        issue.overrides = [
            *issue.overrides,
            *({"rule": rule, "by": by, "why": why, "at": now.isoformat()} for rule in override),
        ]
        despite = f", despite {', '.join(override)}: {why}" if override else ""
        note(session, issue, by, f"approved{despite}", now)
        return name_of(issue)


def publish(context: Context, reference: str, now: datetime, by: str = "", *, segment: str = "") -> Published:
    """Freeze the recipients of an approved issue, once, in the transaction that makes it `sending`.

    Readers with other languages or topics get their variant of it, each compiled once and a mailing of its
    own. With `segment`, a name or an expression, only its readers get it, and always only
    those of the newsletter's own. An issue whose sending stopped half
    way goes on where it stopped, to those who were frozen. Raises StateError for one that
    is a draft, was sent, or was paused or cancelled by a person, NobodyError when nobody would get it.
    """
    with context.database.writing() as session:
        issue = find_issue(session, reference)
        handed_over = mailings_of(session, issue.id)
        if handed_over and issue.state == IssueState.SENDING:
            for mailing in handed_over:
                if mailing.state == MailingState.PAUSED:
                    control.resume(session, mailing.id)
            frozen = [Frozen(mailing.id, mailing.recipients) for mailing in handed_over]
            return _published(issue, frozen, resumed=True)
        progress.start(session, issue)
        named = [one for one in (issue.newsletter.segment, segment) if one]
        wanted = and_(true(), *(condition(session, one, now=now) for one in named))
        frozen = [
            one
            for number, variant in enumerate(variants(context, session, issue, now), 1)
            if (one := _freeze(session, issue, number, variant, wanted, now, context.signer.current))
        ]
        if not frozen:
            raise NobodyError(
                f"Nobody gets {name_of(issue)}: its list has no confirmed reader who is due"
                f"{' and in the segment' if named else ''}.",
                "See `digest segment test`." if named else "See `digest list show`.",
            )
        mark_mailed(session, issue.newsletter.list_id, now=now, segment=wanted)
        _noted(session, issue, by, f"sent to {' and '.join(named)}" if named else "sent", now)
        return _published(issue, frozen)


def _freeze(
    session: Session,
    issue: Issue,
    number: int,
    variant: Compiled,
    wanted: ColumnElement[bool],
    now: datetime,
    key: str,
) -> Frozen | None:
    """The mailing of one variant; None when none of its readers is due, and then nothing is left behind."""
    try:
        with session.begin_nested():
            return freeze(
                session,
                kind=kind_of(number),
                reference=issue.id,
                rendition=variant.rendition,
                recipients=recipients(
                    issue.newsletter.list_id, now=now, segment=and_(variant.readers, wanted)
                ),
                date=now,
                expires_at=now + EXPIRES_AFTER,
                uncertain=issue.newsletter.uncertain,
                key=key,
            )
    except NobodyError:
        return None


def _published(issue: Issue, frozen: Sequence[Frozen], resumed: bool = False) -> Published:
    return Published(
        issue.id,
        name_of(issue),
        tuple(one.mailing_id for one in frozen),
        sum(one.recipients for one in frozen),
        resumed,
    )


def hand_over_test(context: Context, reference: str, address: str, now: datetime) -> Published:
    """One mail of the issue as it stands to one address; it counts for nothing."""
    to = normalise(address)
    with context.database.writing() as session:
        issue = find_issue(session, reference)
        rendered = compose(context, session, issue)
        facts = message_facts(context, session, issue, now, subject=f"[Test] {issue.subject}")
        last = session.scalar(select(func.max(Mailing.reference)).where(Mailing.kind == TEST)) or 0
        frozen = freeze(
            session,
            kind=TEST,
            reference=last + 1,
            rendition=compile_rendition(rendered.html, rendered.text, facts),
            recipients=select(
                literal(0).label("recipient_id"),
                literal(to.given).label("address"),
                literal("").label("name"),
            ),
            date=now,
            expires_at=now + timedelta(hours=1),
        )
        return _published(issue, [frozen])


def pause(context: Context, reference: str, by: str, now: datetime) -> str:
    """Stop sending until `resume`; the issue's name."""
    with context.database.writing() as session:
        issue, handed_over = _being_sent(session, reference)
        progress.pause(session, issue)
        _noted(session, issue, by, "paused", now)
        for mailing in handed_over:
            if mailing.state == MailingState.SENDING:
                control.pause(session, mailing.id, f"Paused by {by}.")
        return name_of(issue)


def resume(context: Context, reference: str, by: str, now: datetime) -> str:
    """Go on with a paused issue; the issue's name."""
    with context.database.writing() as session:
        issue, handed_over = _being_sent(session, reference)
        if issue.state == IssueState.PAUSED:
            progress.resume(session, issue)
        _noted(session, issue, by, "resumed", now)
        for mailing in handed_over:
            if mailing.state == MailingState.PAUSED:
                control.resume(session, mailing.id)
        return name_of(issue)


def cancel(context: Context, reference: str, by: str, now: datetime) -> tuple[str, int]:
    """The issue goes no further; its name, and how many recipients do not get it."""
    with context.database.writing() as session:
        issue = find_issue(session, reference)
        progress.cancel(session, issue)
        _noted(session, issue, by, "cancelled", now)
        going = (MailingState.SENDING, MailingState.PAUSED)
        spared = [
            control.cancel(session, mailing.id, now)
            for mailing in mailings_of(session, issue.id)
            if mailing.state in going
        ]
        return name_of(issue), sum(spared)


def _noted(session: Session, issue: Issue, by: str, what: str, now: datetime) -> None:
    if by:
        note(session, issue, by, what, now)


def _being_sent(session: Session, reference: str) -> tuple[Issue, list[Mailing]]:
    issue = find_issue(session, reference)
    handed_over = mailings_of(session, issue.id)
    if not handed_over:
        raise StateError(f"{name_of(issue)} is not being sent.", "See `digest issue show`.")
    return issue, handed_over
