"""The variants of an issue, each compiled once and checked like the issue itself."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement
from sqlalchemy.orm import Session

from digest.actions.check import checked, refuse_errors
from digest.actions.compose import Edition, compose, whole_edition
from digest.actions.context import Context
from digest.actions.message import message_facts
from digest.actions.track import tracked
from digest.issues import Issue, StateError
from digest.issues.finding import name_of
from digest.issues.readers import audiences
from digest.issues.versions import subject_of, written
from outbox.rendition import Rendition, compile_rendition


@dataclass(frozen=True)
class Compiled:
    """A variant as it goes out, and the condition over subscribers that holds for its readers."""

    rendition: Rendition
    readers: ColumnElement[bool]


def variants(context: Context, session: Session, issue: Issue, now: datetime) -> Iterator[Compiled]:
    """The variants that somebody gets, the largest first.

    The one with every item in its own words is what was approved, byte for byte; any other must pass the
    checks on its own. Raises StateError when the issue has changed since its approval.
    """
    if issue.html is None or issue.text is None:
        raise StateError(f"{name_of(issue)} was changed after its approval.", "Approve it again.")
    overridden = [override["rule"] for override in issue.overrides]
    for audience in audiences(session, issue):
        if not audience.variant.contents:
            continue
        items = tuple(written(issue, audience.variant.contents))
        edition = Edition(items, subject_of(issue, items))
        facts = message_facts(context, session, issue, now, subject=edition.line.subject)
        if _words(edition) == _words(whole_edition(issue)):
            bodies = tracked(context, session, issue, issue.html, issue.text)
            yield Compiled(compile_rendition(*bodies, facts), audience.condition)
            continue
        rendered = compose(context, session, issue, edition)
        refuse_errors(
            checked(context, session, issue, rendered, overridden, edition=edition, without={"spam"})
        )
        bodies = tracked(context, session, issue, rendered.html, rendered.text)
        yield Compiled(compile_rendition(*bodies, facts), audience.condition)


def _words(edition: Edition) -> tuple[object, ...]:
    """What of an edition a reader sees."""
    return (
        edition.line,
        tuple((one.item.id, one.article_id, one.headline, one.summary) for one in edition.items),
    )
