"""The welcome that brings the last issue: each new reader's own variant of it, on record as delivered.

See docs/decisions/0055-a-welcome-with-the-last-issue.md.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from sqlalchemy.orm import Session

from digest.actions.check import checked, refuse_errors
from digest.actions.compose import Edition, view
from digest.actions.context import Context
from digest.actions.deliver import return_paths
from digest.actions.links import leave_url, preferences_url, shared_values
from digest.actions.look import Look, isolated, look
from digest.actions.mailings import welcome_kind
from digest.actions.message import message_facts
from digest.actions.track import READER, notes_persons, reader_token, tracked
from digest.issues import Issue
from digest.issues.readers import contents_for
from digest.issues.versions import subject_of, written
from digest.rendering import IssueView, Rendered, render, theme
from digest.rendering.language import direction
from digest.rendering.words import words
from digest.signups.tables import SignUp
from outbox import late
from outbox.post import Letter
from outbox.rendition import compile_rendition

KEPT = 8
"""Renderings kept in memory: those who confirm in one week mostly get the same few."""
_MARKDOWN = re.compile(r"[!-/:-@\[-`{-~]")


def render_ahead(context: Context, session: Session, row: SignUp, issue: Issue, names: Sequence[str]) -> None:
    """Render what `letter` will ask for, which takes too long to be done while the database is held."""
    edition = _edition(session, row, issue)
    if edition is not None:
        _rendered(_shown(session, issue, edition, _look(session, row, issue), names), *_theme(context, issue))


def letter(
    context: Context, session: Session, row: SignUp, issue: Issue, names: Sequence[str], now: datetime
) -> tuple[Letter, int] | None:
    """The welcome with this issue, and the delivery it is on record as, in the caller's transaction.

    None where the reader had the issue, or all that is in it, and gets a letter alone. Raises IssueError where
    preflight refuses what this reader would get.
    """
    assert row.subscriber_id is not None
    edition = _edition(session, row, issue)
    if edition is None:
        return None
    seen = _look(session, row, issue)
    rendered = _rendered(_shown(session, issue, edition, seen, names), *_theme(context, issue))
    kind = welcome_kind(sha256(rendered.html.encode()).hexdigest())
    if late.mailing_of(session, kind, issue.id) is None:
        overridden = [one["rule"] for one in issue.overrides]
        refuse_errors(
            checked(context, session, issue, rendered, overridden, edition=edition, without={"spam"})
        )
    subject = words(seen.language).say("Welcome to {list}", list=_named(seen, names))
    facts = message_facts(context, session, issue, now, subject=subject)
    feedback = (facts.feedback_id or "").replace(":issue:", ":welcome:")
    bodies = tracked(context, session, issue, rendered.html, rendered.text)
    rendition = compile_rendition(*bodies, replace(facts, feedback_id=feedback))
    mailing = late.open_mailing(
        session, kind=kind, reference=issue.id, rendition=rendition, key=context.signer.current, now=now
    )
    delivery = late.intend(session, mailing, row.subscriber_id, row.address, row.name, now)
    paths = return_paths(context)
    tokens = paths.tokens(delivery.id)
    return (
        Letter(
            rendition, row.address, row.name, _values(context, issue, row.subscriber_id),
            paths.sender(tokens), tokens.message, paths.leave_address(tokens),
        ),
        delivery.id,
    )  # fmt: skip


def _edition(session: Session, row: SignUp, issue: Issue) -> Edition | None:
    assert row.subscriber_id is not None
    contents = contents_for(session, issue, row.subscriber_id)
    items = tuple(written(issue, contents))
    return Edition(items, subject_of(issue, items)) if items else None


def _shown(session: Session, issue: Issue, edition: Edition, seen: Look, names: Sequence[str]) -> IssueView:
    """The issue with the words of welcome before its corrections and its introduction.

    Words that run the other way than the issue's would be torn apart there; they are the issue's own then.
    """
    shown = view(session, issue, edition)
    own = issue.newsletter.language
    if direction(seen.language) != direction(own):
        seen = replace(seen, language=own)
    say = words(seen.language).say
    sentences = [
        f"**{say('Welcome')}**",
        say("You are on the list: {list}. The next issue comes to this address.", list=_escaped(seen, names)),
        say("Until then, here is the latest one."),
    ]
    greeting = f"{sentences[0]}\n\n{sentences[1]} {sentences[2]}"
    return replace(shown, intro="\n\n".join(filter(None, [greeting, shown.intro])))


@lru_cache(maxsize=KEPT)
def _rendered(shown: IssueView, name: str, own: Path | None) -> Rendered:
    return render(shown, theme(name, own=own))


def _theme(context: Context, issue: Issue) -> tuple[str, Path | None]:
    return issue.newsletter.theme, context.settings.own_themes


def _look(session: Session, row: SignUp, issue: Issue) -> Look:
    return look(session, issue.newsletter.list_id, language=row.language)


def _named(seen: Look, names: Sequence[str]) -> str:
    return ", ".join(isolated(one, seen.language) for one in names)


def _escaped(seen: Look, names: Sequence[str]) -> str:
    return _MARKDOWN.sub(lambda found: f"\\{found[0]}", _named(seen, names))


def _values(context: Context, issue: Issue, subscriber_id: int) -> dict[str, str]:
    public, signer = context.settings.public_url, context.signer
    values = {
        "unsubscribe_url": leave_url(public, signer, issue.newsletter.list_id, subscriber_id),
        "preferences_url": preferences_url(public, signer, subscriber_id),
        "web_url": shared_values(context, issue.id)["web_url"],
    }
    return values | ({READER: reader_token(context, issue.id, subscriber_id)} if notes_persons(issue) else {})
