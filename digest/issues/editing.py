"""What an editor changes in a draft. Every changed field is marked, and a marked one survives a rebuild."""

from sqlalchemy.orm import Session

from digest.issues.building import Writing, number_items, refresh_subject, refused
from digest.issues.finding import name_of
from digest.issues.problems import IssueError, StateError
from digest.issues.states import in_words
from digest.issues.subjects import one_line
from digest.issues.tables import Issue, IssueState, Item
from digest.selection import Chosen

_ITEM_FIELDS = ("headline", "summary", "section", "position", "pinned")


def item_at(issue: Issue, position: int) -> Item:
    """The item with this number in the issue; IssueError says how many there are."""
    live = [item for item in issue.items if not item.dropped]
    found = [item for item in live if item.position == position]
    if not found:
        raise IssueError(
            f"{name_of(issue)} has no item {position}.", f"Its items are numbered from 1 to {len(live)}."
        )
    return found[0]


def set_headline(session: Session, issue: Issue, position: int, text: str, language: str = "") -> Item:
    """Give the item, or its version in another `language`, the editor's headline."""
    return _write(session, issue, position, "headline", _needed("headline", one_line(text), 500), language)


def set_summary(session: Session, issue: Issue, position: int, text: str, language: str = "") -> Item:
    """Give the item, or its version in another `language`, the editor's summary."""
    return _write(session, issue, position, "summary", _needed("summary", text.strip(), 20_000), language)


def set_section(session: Session, issue: Issue, position: int, name: str) -> Item:
    """Put the item under another section's name; an empty one means none."""
    if len(name) > 100:
        raise IssueError("A section's name has at most 100 letters.", "Shorten it.")
    return _change(session, issue, item_at(issue, position), "section", one_line(name))


def set_pinned(session: Session, issue: Issue, position: int, pinned: bool = True) -> Item:
    """Pin the item, so that a rebuild puts it first; or take the pin away."""
    return _change(session, issue, item_at(issue, position), "pinned", pinned)


def move(session: Session, issue: Issue, position: int, to: int) -> Item:
    """Move the item to the place `to`, where it stays in a rebuild; the others make room."""
    in_draft(issue)
    item = item_at(issue, position)
    live = [one for one in issue.items if not one.dropped]
    if not 1 <= to <= len(live):
        raise IssueError(f"{name_of(issue)} has no place {to}.", f"Its places go from 1 to {len(live)}.")
    live.remove(item)
    live.insert(to - 1, item)
    for place, one in enumerate(live, 1):
        one.position = place
    _mark(item, "position")
    _settle(session, issue)
    return item


def drop(session: Session, issue: Issue, position: int) -> Item:
    """Take the item out; no rebuild brings its story back until it is restored."""
    in_draft(issue)
    item = item_at(issue, position)
    item.dropped = True
    item.edited = [field for field in item.edited if field != "position"]
    _settle(session, issue)
    return item


def restore(session: Session, issue: Issue, article_id: int) -> Item:
    """Put a dropped item back, as the last one."""
    in_draft(issue)
    for item in issue.items:
        if item.article_id == article_id and item.dropped:
            item.dropped = False
            _settle(session, issue)
            return item
    raise IssueError(
        f"{name_of(issue)} has no dropped item of article {article_id}.", "See: digest issue show."
    )


def add_item(session: Session, issue: Issue, chosen: Chosen, writing: Writing) -> Item:
    """Put a story that was left out into the issue, as the last one, pinned so that it stays.

    The caller has asked `history` that no reader had it. IssueError for a story that is in already.
    """
    in_draft(issue)
    for item in issue.items:
        if item.article_id == chosen.article_id or item.story_key == chosen.story_key:
            where = "was dropped from it" if item.dropped else f"is its item {item.position}"
            raise IssueError(f"“{item.headline}” {where}: {name_of(issue)} has each story once.",
                             "Restore or move that item.")  # fmt: skip
    item = Item(
        article_id=chosen.article_id, story_key=chosen.story_key, position=len(issue.items) + 1,
        section=chosen.section, language=chosen.language, topics=list(chosen.topics),
        headline=writing.headline, summary=writing.summary, method=writing.method,
        points=list(writing.points), quote=writing.quote, refused=refused(writing),
        score=chosen.score, pinned=True, dropped=False, edited=["pinned"], also=[], translations=[],
        follow_up_of=chosen.follow_up_of,
    )  # fmt: skip
    issue.items.append(item)
    _settle(session, issue)
    return item


def release(session: Session, issue: Issue, position: int, field: str) -> Item:
    """Give the item's field back to the program: the next rebuild writes it anew."""
    in_draft(issue)
    if field.partition(":")[0] not in _ITEM_FIELDS:
        raise IssueError(f"An item has no field {field!r}.", f"Fields: {', '.join(_ITEM_FIELDS)}.")
    item = item_at(issue, position)
    item.edited = [one for one in item.edited if one != field]
    session.flush()
    return item


def rewrite(session: Session, issue: Issue, position: int, field: str, writing: Writing) -> Item:
    """Give the headline or the summary back to the program, which writes it anew at once: `writing`.

    `summary:hy` names the version in another language, as in `edited`.
    """
    item = release(session, issue, position, field)
    name, _, language = field.partition(":")
    words = {"headline": writing.headline} if name == "headline" else {
        "summary": writing.summary, "method": writing.method,
    }  # fmt: skip
    if language:
        item.translations = [one | words if one["language"] == language else one for one in item.translations]
    else:
        for key, value in words.items():
            setattr(item, key, value)
        if name == "summary":
            item.refused = refused(writing)
    _settle(session, issue)
    return item


def set_subject(session: Session, issue: Issue, text: str) -> None:
    """Write the subject by hand; an empty text takes the first proposal again."""
    _set(session, issue, "subject", one_line(text), 300)


def set_preheader(session: Session, issue: Issue, text: str) -> None:
    """Write the preheader by hand; an empty text takes the proposal again."""
    _set(session, issue, "preheader", one_line(text), 300)


def set_intro(session: Session, issue: Issue, text: str) -> None:
    """Write the editor's opening words, in Markdown; an empty text removes them."""
    _set(session, issue, "intro", text.strip(), 20_000)


def _set(session: Session, issue: Issue, field: str, text: str, most: int) -> None:
    in_draft(issue)
    if len(text) > most:
        raise IssueError(f"The {field} has {len(text)} letters.", f"Write at most {most}.")
    setattr(issue, field, text)
    issue.edited = [*[one for one in issue.edited if one != field], *([field] if text else [])]
    _settle(session, issue)


def _change(session: Session, issue: Issue, item: Item, field: str, value: object) -> Item:
    in_draft(issue)
    setattr(item, field, value)
    if field == "summary":
        item.method = "editor"
    _mark(item, field)
    _settle(session, issue)
    return item


def _write(session: Session, issue: Issue, position: int, field: str, text: str, language: str) -> Item:
    item = item_at(issue, position)
    if not language or language == item.language:
        return _change(session, issue, item, field, text)
    in_draft(issue)
    if language not in [one["language"] for one in item.translations]:
        known = ", ".join([item.language or "its own", *(one["language"] for one in item.translations)])
        raise IssueError(f"“{item.headline}” has no version in {language!r}.", f"Its languages: {known}.")
    changed = {field: text} | ({"method": "editor"} if field == "summary" else {})
    item.translations = [one | changed if one["language"] == language else one for one in item.translations]
    _mark(item, f"{field}:{language}")
    _settle(session, issue)
    return item


def _mark(item: Item, field: str) -> None:
    # A new list: a JSON column does not see a change inside the old one.
    item.edited = [*[one for one in item.edited if one != field], field]


def _settle(session: Session, issue: Issue) -> None:
    """Number the items again, renew the proposals, and forget what was rendered before the change."""
    number_items(sorted(issue.items, key=lambda item: item.position))
    issue.items.sort(key=lambda item: item.position)
    refresh_subject(issue)
    issue.html = issue.text = None
    session.flush()


def in_draft(issue: Issue) -> None:
    """StateError unless the issue is a draft: nothing else may be edited."""
    if issue.state != IssueState.DRAFT:
        raise StateError(
            f"{name_of(issue)} is {in_words(IssueState(issue.state))} and cannot be edited.",
            "Take the approval back first: digest issue reopen." if issue.state in _REOPENABLE else "",
        )


def _needed(what: str, text: str, most: int) -> str:
    if not text or len(text) > most:
        raise IssueError(
            f"A {what} has 1 to {most} letters, this one has {len(text)}.", "To take the item out: drop."
        )
    return text


_REOPENABLE = (IssueState.APPROVED, IssueState.SCHEDULED)
