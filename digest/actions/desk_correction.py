"""A correction at the desk: written, looked at together with who gets it, and sent only as it was looked at."""

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from digest.access.tables import EditorSession
from digest.actions.context import Context
from digest.actions.correct import Proposed, correct, propose, shown, standings, usual_subject
from digest.actions.mailings import Standing
from digest.actions.sign_in import Visitor
from digest.issues import IssueError, find_issue
from digest.issues.finding import name_of


@dataclass(frozen=True)
class Earlier:
    """A correction that was sent, and how far it is."""

    subject: str
    by: str
    at: datetime
    standing: Standing


@dataclass(frozen=True)
class Page:
    """What the form shows: the words as typed, and the corrections before this one."""

    name: str
    slug: str
    number: int
    title: str
    zone: str
    language: str
    usual: str
    subject: str
    text: str
    earlier: tuple[Earlier, ...]


def page_of(context: Context, visitor: Visitor, reference: str) -> Page:
    """The form with what this session typed last. StateError where the issue cannot be corrected yet."""
    with context.database.reading() as session:
        issue = find_issue(session, reference)
        usual = usual_subject(session, reference)
        row = session.get(EditorSession, visitor.session_id)
        typed = (row.typed if row else {}).get(_key(name_of(issue)), {})
        newsletter = issue.newsletter
        return Page(
            name_of(issue),
            newsletter.slug,
            issue.number,
            newsletter.title,
            newsletter.timezone,
            newsletter.language,
            usual,
            typed.get("subject", ""),
            typed.get("text", ""),
            tuple(
                Earlier(one.subject, one.by.partition(" <")[0], one.at, told)
                for one, told in standings(session, issue)
            ),
        )


def look_at(
    context: Context, visitor: Visitor, reference: str, subject: str, text: str, now: datetime
) -> Proposed:
    """Keep what was typed with the session, for the frame; what would leave, and who would get it."""
    with context.database.writing() as session:
        name = name_of(find_issue(session, reference))
        row = session.get(EditorSession, visitor.session_id)
        if row is not None:
            row.typed = {**row.typed, _key(name): {"subject": subject, "text": text}}
    return propose(context, reference, subject, text, now)


def as_mail(context: Context, visitor: Visitor, reference: str, now: datetime) -> str:
    """The mail of what was typed last, for a frame of the page."""
    typed = page_of(context, visitor, reference)
    return shown(context, reference, typed.subject, typed.text, now)


def send(
    context: Context, visitor: Visitor, reference: str, subject: str, text: str, seen: str, now: datetime
) -> tuple[str, int]:
    """Hand the correction over to the outbox; the issue's name and how many get it.

    IssueError when these are not the very words that were looked at. Else as `correct`.
    """
    if mark(subject, text) != seen:
        raise IssueError(
            "The words changed after you looked at them.", "Nothing was sent. Look again, then send."
        )
    done = correct(context, reference, subject, text, visitor.signature, now)
    with context.database.writing() as session:
        row = session.get(EditorSession, visitor.session_id)
        if row is not None:
            row.typed = {key: value for key, value in row.typed.items() if key != _key(done.name)}
    return done.name, done.recipients


def mark(subject: str, text: str) -> str:
    """What words were looked at, for the form that sends them."""
    return sha256(f"{subject}\0{text}".encode()).hexdigest()[:16]


def _key(name: str) -> str:
    return f"{name}/correct"
