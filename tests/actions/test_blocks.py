"""The editor's blocks: where they stand, what they need, and how they look in the mail."""

import pytest

from digest.actions import publish
from digest.actions.build import build
from digest.actions.context import Context
from digest.actions.preview import preview
from digest.issues import IssueError, StateError, blocks, editing, find_issue

from .conftest import NOW


@pytest.fixture
def draft(context: Context) -> Context:
    build(context, "weekly", NOW)
    return context


def _add(context: Context, kind: str, after: int, **values: str) -> int:
    with context.database.writing() as session:
        return blocks.add(session, find_issue(session), kind, after, values)


def _html(context: Context) -> str:
    return preview(context, "weekly").rendered.html


def _headline(context: Context, position: int) -> str:
    with context.database.reading() as session:
        return editing.item_at(find_issue(session), position).headline


def test_a_block_stands_after_its_item_and_stays_with_it_through_moves_and_rebuilds(draft: Context) -> None:
    _add(draft, "note", 2, markdown="We are *moving* to a new office.")
    own, html = _headline(draft, 2), _html(draft)
    assert html.rindex(own) < html.index("a new office") < html.rindex(_headline(draft, 3))
    with draft.database.writing() as session:
        editing.move(session, find_issue(session), 2, 4)
    build(draft, "weekly", NOW)
    html = _html(draft)
    assert _headline(draft, 4) == own
    assert html.rindex(own) < html.index("a new office") < html.rindex(_headline(draft, 5))
    assert "<em>moving</em>" in html
    assert "a new office" in preview(draft, "weekly").rendered.text


def test_a_block_whose_item_leaves_stands_at_the_end(draft: Context) -> None:
    _add(draft, "button", 2, title="Join us", url="https://news.example.org/join")
    with draft.database.writing() as session:
        editing.drop(session, find_issue(session), 2)
    html = _html(draft)
    with draft.database.reading() as session:
        last = [item.headline for item in find_issue(session).items if not item.dropped][-1]
    assert html.index(last) < html.index("Join us")


def test_a_sponsor_is_named_and_hostile_markdown_is_harmless(draft: Context) -> None:
    _add(
        draft,
        "sponsor",
        1,
        sponsor="Arpa Bank",
        markdown="Save <script>alert(1)</script> <mj-raw>x</mj-raw> {{ 7*7 }}",
    )
    html = _html(draft)
    assert "Arpa Bank" in html
    assert "<script" not in html
    assert "<mj-raw" not in html
    assert "{{ 7*7 }}" in html


@pytest.mark.parametrize(
    ("kind", "values", "words"),
    [
        ("banner", {}, "no block of the kind 'banner'"),
        ("note", {}, "needs markdown"),
        ("sponsor", {"markdown": "Buy"}, "needs sponsor"),
        ("button", {"title": "Go", "url": "javascript:alert(1)"}, "is not a web address"),
        ("event", {"title": "Concert", "when": "tomorrow"}, "is not a time with its zone"),
        ("image", {"image_url": "https://news.example.org/a.jpg"}, "needs image_alt"),
    ],
)
def test_a_wrong_block_is_named_and_changes_nothing(
    draft: Context, kind: str, values: dict[str, str], words: str
) -> None:
    with pytest.raises(IssueError, match=words):
        _add(draft, kind, 1, **values)
    with draft.database.reading() as session:
        assert find_issue(session).blocks == []


def test_blocks_are_removed_by_number_and_only_in_a_draft(draft: Context) -> None:
    first = _add(draft, "note", 1, markdown="One")
    second = _add(draft, "note", 1, markdown="Two")
    with draft.database.writing() as session:
        blocks.remove(session, find_issue(session), first)
    with draft.database.writing() as session, pytest.raises(IssueError, match=f"no block {first}"):
        blocks.remove(session, find_issue(session), first)
    publish.approve(draft, "weekly", "the editor", NOW)
    with draft.database.writing() as session, pytest.raises(StateError, match="cannot be edited"):
        blocks.remove(session, find_issue(session), second)
