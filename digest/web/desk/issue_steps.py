"""The steps of an issue at the desk: approved, planned, sent, paused, ended; each is the action of the command."""

import asyncio
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from starlette.requests import Request
from starlette.responses import Response

from digest.actions import planning, publish
from digest.actions.build import build as build_issue
from digest.actions.context import Context
from digest.actions.deliver import sender
from digest.actions.mailings import standing
from digest.actions.sign_in import Visitor, say
from digest.issues import IssueError, find_issue, open_draft
from digest.issues.log import Overtaken
from digest.problem import Problem
from digest.web.desk.door import Fields, context_of, hint
from digest.web.desk.issue import Typed, back, reference, show
from outbox.tables import DeliveryState

PATIENCE_SECONDS = 15.0
"""How long a page waits for a test mail to leave; after that it goes on by itself."""
SENDING = "desk-test-mail"


def step(request: Request, visitor: Visitor, fields: Fields) -> Response:
    """What the pressed button says."""
    context, now, do = context_of(request), datetime.now(UTC), fields.text("do")
    named, by = reference(request), visitor.signature
    steps: dict[str, Callable[[], str]] = {
        "approve": lambda: _approve(context, named, fields, by, now),
        "reopen": lambda: f"{planning.reopen(context, named, by, now)} is a draft again.",
        "schedule": lambda: _schedule(context, named, fields.text("at"), by, now),
        "send": lambda: _send(context, named, by, now),
        "pause": lambda: f"{publish.pause(context, named, by, now)} is paused; what was in flight ends.",
        "resume": lambda: f"{publish.resume(context, named, by, now)} goes on.",
        "cancel": lambda: _cancel(context, named, by, now),
        "rebuild": lambda: _rebuild(context, named, now),
    }
    try:
        if do not in steps:
            raise IssueError(f"There is no step {do!r}.", "Load the page again.")
        said = steps[do]()
    except Problem as problem:
        typed = Typed("step", fields, problem.message, hint(problem), isinstance(problem, Overtaken))
        return show(request, visitor, typed, 409)
    say(context, visitor, said)
    return back(request)


def test(request: Request, visitor: Visitor, fields: Fields) -> Response:
    """One mail of the issue as it stands to the visitor's own address, by the relay, at once."""
    context = context_of(request)
    try:
        handed = publish.hand_over_test(context, reference(request), visitor.address, datetime.now(UTC))
        left = _left(context, handed.mailings[0])
        with context.database.reading() as session:
            found = standing(session, handed.mailings)
    except Problem as problem:
        typed = Typed("step", fields, problem.message, hint(problem))
        return show(request, visitor, typed, 409)
    if found.counts.get(DeliveryState.SENT):
        sentence = f"{handed.name} as it stands went to {visitor.address}."
    elif not left:
        sentence = (
            f"The test mail to {visitor.address} is handed over, and the relay is slow; it goes on by itself."
        )
    else:
        words = next((one.reply for one in found.complaints), found.reason or "the relay took no mail")
        sentence = f"The test mail to {visitor.address} has not left: {words.rstrip('.')}."
    say(context, visitor, sentence)
    return back(request)


def _left(context: Context, mailing: int) -> bool:
    """Send a mailing for as long as a page may take, then let it go on by itself; whether it came to an end.

    Problem when the relay cannot be had.
    """
    failed: list[Problem] = []

    def send() -> None:
        try:
            asyncio.run(sender(context).run(mailing))
        except Problem as problem:
            failed.append(problem)

    sending = threading.Thread(target=send, name=SENDING, daemon=True)
    sending.start()
    sending.join(PATIENCE_SECONDS)
    for problem in failed:
        raise problem
    return not sending.is_alive()


def _approve(context: Context, named: str, fields: Fields, by: str, now: datetime) -> str:
    override = sorted(fields.many("override-"))
    why = " ".join(fields.text("why").split())
    if override and not why:
        raise IssueError("Say why the rules may be overridden.", "It is recorded with your name.")
    seen = fields.text("seen")
    name = publish.approve(context, named, by, now, override=override, why=why, seen=seen)
    return f"{name} is approved. What you saw is what is sent, byte for byte."


def _schedule(context: Context, named: str, at: str, by: str, now: datetime) -> str:
    with context.database.reading() as session:
        zone = ZoneInfo(find_issue(session, named).newsletter.timezone)
    try:
        slot = datetime.fromisoformat(at).replace(tzinfo=zone)
    except ValueError:
        raise IssueError(f"{at!r} is not a day and an hour.", "Example: 2026-12-03T09:00.") from None
    name = planning.schedule(context, named, slot.astimezone(UTC), by, now)
    return f"{name} leaves {slot:%a %-d %b %H:%M}, if `digest run` is at work then."


def _send(context: Context, named: str, by: str, now: datetime) -> str:
    published = publish.publish(context, named, now, by)
    return (
        f"{published.name} is handed over to {published.recipients:,} readers. "
        "`digest run` sends it; without one, `digest issue send` does."
    )


def _cancel(context: Context, named: str, by: str, now: datetime) -> str:
    name, spared = publish.cancel(context, named, by, now)
    if not spared:
        return f"{name} is cancelled."
    return f"{name} is cancelled; {spared:,} readers do not get it."


def _rebuild(context: Context, named: str, now: datetime) -> str:
    with context.database.reading() as session:
        issue = find_issue(session, named)
        draft = open_draft(session, issue.newsletter)
        if draft is None or draft.id != issue.id:
            raise IssueError("Only the newest draft is built anew.", "Open that one.")
    built = build_issue(context, named.partition("/")[0], now)
    return (
        f"No. {built.issue['number']} is built anew, of {built.stories} stories in {built.candidates} "
        "articles. Your edits, pins and drops are kept."
    )
