"""Correct: an erratum to those who got an issue, and to those who read it later."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from markupsafe import Markup
from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from digest import slots
from digest.actions.context import Context
from digest.actions.letters import Content, bodies, palette_of
from digest.actions.links import shared_values
from digest.actions.look import look
from digest.actions.mailings import CORRECTION, ISSUE, Standing, mailings_of, standing
from digest.actions.message import message_facts
from digest.issues import Issue, IssueState, StateError, corrections, find_issue
from digest.issues.corrections import Correction
from digest.issues.finding import name_of
from digest.rendering.dates import long_date
from digest.rendering.markdown import to_html, to_text
from digest.rendering.width import wrap
from digest.rendering.words import words
from outbox import control, status
from outbox.freeze import freeze
from outbox.problem import NobodyError
from outbox.rendition import Rendition, compile_rendition
from outbox.tables import Delivery, DeliveryState, Mailing, MailingState
from subscribers.recipients import members_among
from subscribers.tables import Subscriber

EXPIRES_AFTER = timedelta(days=4)
COLUMNS = 72
_OVER = (IssueState.SENT, IssueState.CANCELLED)
_HAD = (DeliveryState.SENT, DeliveryState.UNCERTAIN)


@dataclass(frozen=True)
class Proposed:
    """A correction before it goes out: what it says, how many got the issue, how many of them may be mailed."""

    name: str
    subject: str
    text: str
    had: int
    recipients: int


@dataclass(frozen=True)
class Corrected:
    """A correction handed to the outbox; `resumed` when it had been before and sending goes on."""

    name: str
    mailing: int
    recipients: int
    resumed: bool


@dataclass(frozen=True)
class Note:
    """A correction as readers of the issue see it: the words above it, and its text as safe HTML."""

    heading: str
    html: str


def propose(context: Context, reference: str, subject: str, text: str, now: datetime) -> Proposed:
    """What `correct` would do; nothing is changed. Raises what `correct` raises."""
    with context.database.reading() as session:
        issue = _that_went_out(session, reference)
        subject, text = corrections.checked(subject or _usual_subject(issue), text)
        had = session.scalar(select(func.count(Delivery.recipient_id.distinct())).where(_had(session, issue)))
        people = members_among(issue.newsletter.list_id, _readers(session, issue), now=now)
        count = session.scalar(select(func.count()).select_from(people.subquery())) or 0
        return Proposed(name_of(issue), subject, text, had or 0, count)


def usual_subject(session: Session, reference: str) -> str:
    """The subject of a correction that is given none. StateError for an issue that cannot be corrected yet."""
    return _usual_subject(_that_went_out(session, reference))


def correct(context: Context, reference: str, subject: str, text: str, by: str, now: datetime) -> Corrected:
    """Keep the correction and freeze its recipients, in one transaction: all who got the issue and may be mailed.

    The same words for the same issue again go on where sending stopped, and nobody gets them twice. Raises
    StateError for an issue that is not over, IssueError for an empty or too long text, NobodyError when
    nobody may be mailed; then nothing is changed.
    """
    with context.database.writing() as session:
        issue = _that_went_out(session, reference)
        subject, text = corrections.checked(subject or _usual_subject(issue), text)
        correction = corrections.put(session, issue, subject, text, by, now)
        known = status.of(session, CORRECTION, correction.id)
        if known is not None:
            if known.state == MailingState.PAUSED:
                control.resume(session, known.id)
            return Corrected(name_of(issue), known.id, known.recipients, True)
        try:
            frozen = freeze(
                session,
                kind=CORRECTION,
                reference=correction.id,
                rendition=rendition(context, session, issue, correction, now),
                recipients=members_among(issue.newsletter.list_id, _readers(session, issue), now=now),
                date=now,
                expires_at=now + EXPIRES_AFTER,
                uncertain=issue.newsletter.uncertain,
                key=context.signer.current,
            )
        except NobodyError:
            raise NobodyError(
                f"Nobody who got {name_of(issue)} may be mailed any more.", "See `digest issue status`."
            ) from None
        return Corrected(name_of(issue), frozen.mailing_id, frozen.recipients, False)


def shown(context: Context, reference: str, subject: str, text: str, now: datetime) -> str:
    """The mail of a correction as HTML, its links nobody's; nothing is stored. Raises what `correct` raises."""
    with context.database.reading() as session:
        issue = _that_went_out(session, reference)
        subject, text = corrections.checked(subject or _usual_subject(issue), text)
        _, html, _ = _written(context, session, issue, Correction(subject=subject, text=text))
        values = shared_values(context, issue.id) | {"name": "A. Reader", "address": "reader@example.org"}
        return slots.fill(html, values, html=True)


def rendition(
    context: Context, session: Session, issue: Issue, correction: Correction, now: datetime
) -> Rendition:
    """The mail of a correction, in the newsletter's colours, with every header of an issue."""
    subject, html, text = _written(context, session, issue, correction)
    facts = message_facts(context, session, issue, now, subject=subject)
    kind = (facts.feedback_id or "").replace(":issue:", ":correction:")
    return compile_rendition(html, text, replace(facts, feedback_id=kind))


def notes(session: Session, issue: Issue) -> list[Note]:
    """The corrections of an issue for its web version, in the newsletter's language."""
    newsletter = issue.newsletter
    return [
        Note(_heading(issue, one), to_html(one.text, newsletter.language))
        for one in corrections.of_issue(session, issue.id)
    ]


def with_notes(session: Session, issue: Issue) -> str:
    """The issue's introduction with its corrections before it, as Markdown, for whoever renders it again."""
    said = [f"**{_heading(issue, one)}**\n\n{one.text}" for one in corrections.of_issue(session, issue.id)]
    return "\n\n".join([*said, *filter(None, [issue.intro])])


def standings(session: Session, issue: Issue) -> list[tuple[Correction, Standing]]:
    """How far the mailings of an issue's corrections are."""
    found = []
    for one in corrections.of_issue(session, issue.id):
        mailing = status.of(session, CORRECTION, one.id)
        if mailing is not None:
            found.append((one, standing(session, (mailing.id,))))
    return found


def _written(
    context: Context, session: Session, issue: Issue, correction: Correction
) -> tuple[str, str, str]:
    """Subject, HTML and text of the mail, with slots for what differs from reader to reader."""
    newsletter = issue.newsletter
    seen = look(session, newsletter.list_id, language=newsletter.language)
    say = words(seen.language).say
    content = Content(
        correction.subject, say("Correction"), (), say("Read on the web"), slots.marker("web_url")
    )
    html, text = bodies(
        "correction",
        context,
        seen,
        content,
        one_click=True,
        about=f"{newsletter.title} · {say('No. {number}', number=str(issue.number))} · {issue.subject}",
        markdown=Markup(_styled(to_html(correction.text, newsletter.language), palette_of(context, seen))),
        paragraphs=[
            "\n".join(
                line for row in whole.split("\n") for line in wrap(row, COLUMNS, prefix, " " * len(prefix))
            )
            for prefix, whole in to_text(correction.text, newsletter.language)
        ],
        preferences=slots.marker("preferences_url"),
    )
    return content.subject, html, text


def _that_went_out(session: Session, reference: str) -> Issue:
    issue = find_issue(session, reference)
    if not mailings_of(session, issue.id):
        raise StateError(f"{name_of(issue)} has not been sent.", "Edit it instead: digest issue edit.")
    if issue.state not in _OVER:
        raise StateError(
            f"{name_of(issue)} is still going out, and those who get it later would not hear of the correction.",
            "Let it end, or cancel the rest: digest issue cancel.",
        )
    return issue


def _had(session: Session, issue: Issue) -> ColumnElement[bool]:
    of_issue = select(Mailing.id).where(
        or_(Mailing.kind == ISSUE, Mailing.kind.like(f"{ISSUE}/%")), Mailing.reference == issue.id
    )
    return Delivery.mailing_id.in_(of_issue) & Delivery.state.in_(_HAD)


def _readers(session: Session, issue: Issue) -> ColumnElement[bool]:
    return Subscriber.id.in_(select(Delivery.recipient_id).where(_had(session, issue)))


def _usual_subject(issue: Issue) -> str:
    say = words(issue.newsletter.language).say
    return say("Correction: {subject}", subject=issue.subject)[: corrections.LONGEST_SUBJECT]


def _heading(issue: Issue, correction: Correction) -> str:
    newsletter = issue.newsletter
    day = long_date(correction.at, newsletter.timezone, newsletter.language)
    return words(newsletter.language).say("Correction, {date}", date=day)


def _styled(html: str, colour: Mapping[str, str]) -> str:
    """The editor's words with the letter's own spaces and link colour, which no mail client would guess."""
    html = html.replace("<p>", '<p style="margin:0 0 16px">')
    return html.replace("<a href", f'<a class="link" style="color:{colour["accent"]}" href')
