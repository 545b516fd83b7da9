"""Who did what to an issue: every change of a person, in words; and what they had before their eyes."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from digest.issues.problems import IssueError
from digest.issues.show import contents
from digest.issues.tables import Issue, IssueChange, Item


class Overtaken(IssueError):
    """Somebody else changed the same thing after it was shown to this person: nothing is written over.

    `field` names it, where it is one of several.
    """

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message, "Look at both, then save yours again.")
        self.field = field


def note(
    session: Session, issue: Issue, by: str, what: str, now: datetime, article_id: int | None = None
) -> None:
    """Write down what a person did; a long sentence is cut."""
    what = what if len(what) <= 500 else what[:499] + "…"
    session.add(IssueChange(issue_id=issue.id, at=now, by=by[:200], what=what, article_id=article_id))


def changes(session: Session, issue: Issue, most: int = 50) -> Sequence[IssueChange]:
    """The latest changes, the newest first."""
    query = select(IssueChange).where(IssueChange.issue_id == issue.id)
    return session.scalars(query.order_by(IssueChange.id.desc()).limit(most)).all()


def mark_of_item(item: Item, language: str = "") -> str:
    """One part for each of the words that an editor may write: headline, summary, section.

    Of the version in another `language`, headline and summary.
    """
    return marks_of(words_of_item(item, language))


def mark_of_lines(issue: Issue) -> str:
    """One part for each line of the issue's own: subject, preheader, intro."""
    return marks_of(lines_of(issue))


def mark_of_issue(issue: Issue) -> str:
    """Changes whenever anything that readers would see does."""
    return _mark(contents(issue))


def mark_of_block(block: dict[str, Any]) -> str:
    """Changes whenever the block does."""
    return _mark(block)


def words_of_item(item: Item, language: str = "") -> dict[str, str]:
    """The words of an item, or of its version in another `language`, that an editor may write, by their fields."""
    for one in item.translations:
        if language and one["language"] == language:
            return {"headline": one["headline"], "summary": one["summary"]}
    return {"headline": item.headline, "summary": item.summary, "section": item.section}


def lines_of(issue: Issue) -> dict[str, str]:
    """The issue's own lines, by the names of its fields."""
    return {"subject": issue.subject, "preheader": issue.preheader, "intro": issue.intro}


def touched(given: Mapping[str, str | None], there: Mapping[str, str], seen: str) -> dict[str, str]:
    """Of what a form brings, the fields that the person changed.

    `there` is what stands in the issue now, in the order of `seen`, the marks of what the person saw. A field
    that only somebody else changed keeps what that one wrote. Overtaken where both changed the same one.
    """
    wanted = {name: text for name, text in given.items() if text is not None}
    marks = seen.split(".")
    if len(marks) != len(there):
        return wanted
    mine: dict[str, str] = {}
    for mark, (name, current) in zip(marks, there.items(), strict=True):
        text = wanted.get(name)
        if text is None or _mark(text.strip()) in (mark, _mark(current.strip())):
            continue
        if _mark(current.strip()) != mark:
            raise Overtaken(
                f"Somebody else changed the {name.replace('_', ' ')} while you were writing.", name
            )
        mine[name] = text
    return mine


def unchanged(seen: str, mark: str) -> None:
    """Overtaken when what a person saw (`seen`) is not what there is (`mark`); "" asks nothing."""
    if seen and seen != mark:
        raise Overtaken("Somebody else changed this while you were looking at it.")


def marks_of(values: Mapping[str, str]) -> str:
    """What a person saw of these values, a part for each, as `touched` wants it."""
    return ".".join(_mark(value.strip()) for value in values.values())


def _mark(value: object) -> str:
    return sha256(json.dumps(value, ensure_ascii=False, sort_keys=True).encode()).hexdigest()[:12]
