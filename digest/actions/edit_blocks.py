"""Edit what stands between the items of a draft, each change written down with who made it."""

from collections.abc import Mapping
from datetime import datetime

from digest.actions.context import Context
from digest.issues import blocks
from digest.issues.finding import issue_to_change, name_of
from digest.issues.log import mark_of_block, note, unchanged


def add_block(
    context: Context, reference: str, kind: str, after: int, values: Mapping[str, str], by: str, now: datetime
) -> tuple[str, int]:
    """Put a block after the item with this number; the issue's name, and the block's number."""
    with context.database.writing() as session:
        issue = issue_to_change(session, reference)
        number = blocks.add(session, issue, kind, after, values)
        note(session, issue, by, f"block {number}, a {kind}, put after item {after}", now)
        return name_of(issue), number


def change_block(
    context: Context,
    reference: str,
    number: int,
    values: Mapping[str, str],
    by: str,
    now: datetime,
    seen: str = "",
) -> str:
    """Write a block anew; the issue's name. Overtaken when it is not what `seen` is the mark of."""
    with context.database.writing() as session:
        issue = issue_to_change(session, reference)
        unchanged(seen, mark_of_block(blocks.numbered(issue, number)))
        blocks.change(session, issue, number, values)
        note(session, issue, by, f"block {number} changed", now)
        return name_of(issue)


def remove_block(context: Context, reference: str, number: int, by: str, now: datetime) -> str:
    """Take a block out; the issue's name."""
    with context.database.writing() as session:
        issue = issue_to_change(session, reference)
        blocks.remove(session, issue, number)
        note(session, issue, by, f"block {number} taken out", now)
        return name_of(issue)
