"""What an editor puts between the items: notes, sponsors, events, polls, pictures, buttons.

A block stands after the item of one article and stays with it through moves and rebuilds; when that item
leaves the issue the block stands at the issue's end, so nothing that was written is lost.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy.orm import Session

from digest.issues.editing import in_draft, item_at
from digest.issues.finding import name_of
from digest.issues.problems import IssueError
from digest.issues.subjects import one_line
from digest.issues.tables import Issue, Item

KINDS = ("note", "sponsor", "event", "poll", "image", "button")
_NEEDS = {
    "note": ("markdown",),
    "sponsor": ("sponsor", "markdown"),
    "event": ("title", "when"),
    "poll": ("title", "url"),
    "image": ("image_url", "image_alt"),
    "button": ("title", "url"),
}
FIELDS = ("markdown", "title", "url", "image_url", "image_alt", "sponsor", "when", "place")
_MOST = 20
_LONGEST = 5_000


def add(session: Session, issue: Issue, kind: str, after: int, values: Mapping[str, str]) -> int:
    """Put a block after the item with this number and return the block's own number.

    `values` are texts by the names of `Block`'s fields, `when` an ISO time with its zone. IssueError for an
    unknown kind, for a field that the kind needs and that is missing, and for a wrong address or time.
    """
    in_draft(issue)
    if kind not in KINDS:
        raise IssueError(f"There is no block of the kind {kind!r}.", f"Kinds: {', '.join(KINDS)}.")
    if len(issue.blocks) >= _MOST:
        raise IssueError(f"{name_of(issue)} has {_MOST} blocks already.", "Remove one first.")
    block = _written(kind, values)
    number = max((one["number"] for one in issue.blocks), default=0) + 1
    anchor = item_at(issue, after).article_id
    _store(session, issue, [*issue.blocks, {"number": number, "after": anchor, "kind": kind, **block}])
    return number


def change(session: Session, issue: Issue, number: int, values: Mapping[str, str]) -> dict[str, Any]:
    """Write a block anew in its place; `values` and errors as in `add`."""
    in_draft(issue)
    before = numbered(issue, number)
    after = {key: before[key] for key in ("number", "after", "kind")} | _written(before["kind"], values)
    _store(session, issue, [after if one is before else one for one in issue.blocks])
    return after


def numbered(issue: Issue, number: int) -> dict[str, Any]:
    """The block with this number; IssueError when there is none."""
    found = [one for one in issue.blocks if one["number"] == number]
    if not found:
        raise IssueError(f"{name_of(issue)} has no block {number}.", "See: digest issue block list.")
    block: dict[str, Any] = found[0]
    return block


def remove(session: Session, issue: Issue, number: int) -> None:
    """Take a block out; IssueError when there is none with this number."""
    in_draft(issue)
    gone = numbered(issue, number)
    _store(session, issue, [one for one in issue.blocks if one is not gone])


def after_item(issue: Issue, item: Item) -> Iterator[dict[str, Any]]:
    """The blocks that stand after this item, in the order in which they were added."""
    live = [one for one in issue.items if not one.dropped]
    known = {one.article_id for one in live}
    last = bool(live) and item is live[-1]
    for block in issue.blocks:
        if block["after"] == item.article_id or (last and block["after"] not in known):
            yield block


def _written(kind: str, values: Mapping[str, str]) -> dict[str, str]:
    block = {name: _checked(name, values[name]) for name in FIELDS if values.get(name)}
    missing = [name for name in _NEEDS[kind] if not block.get(name)]
    if missing:
        option = missing[0].replace("_", "-")
        raise IssueError(
            f"A block of the kind {kind} needs {' and '.join(missing)}.", f"Give it with --{option}."
        )
    return block


def _checked(name: str, text: str) -> str:
    text = text.strip() if name == "markdown" else one_line(text)
    if len(text) > _LONGEST:
        raise IssueError(f"The block's {name} has {len(text)} letters.", f"Write at most {_LONGEST}.")
    if name in ("url", "image_url"):
        parts = urlsplit(text)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise IssueError(f"{text[:80]!r} is not a web address.", "Write it whole, with https://.")
    if name == "when":
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            moment = None
        if moment is None or moment.tzinfo is None:
            raise IssueError(f"{text!r} is not a time with its zone.", "Example: 2026-12-03T19:00+04:00.")
    return text


def _store(session: Session, issue: Issue, blocks: list[dict[str, Any]]) -> None:
    issue.blocks = blocks
    issue.html = issue.text = None
    session.flush()
