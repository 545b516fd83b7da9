"""Edits through the one action that the command and the desk call: together or not at all, signed, never over another's."""

from datetime import timedelta

import pytest

from digest.actions.build import build
from digest.actions.context import Context
from digest.actions.edit import Edit, edit
from digest.actions.edit_blocks import add_block, change_block, remove_block
from digest.actions.planning import reopen, schedule
from digest.actions.publish import approve, publish
from digest.actions.tick import tick
from digest.issues import IssueError, StateError, find_issue
from digest.issues.finding import find_newsletter
from digest.issues.log import Overtaken, changes, mark_of_block, mark_of_item, mark_of_lines
from digest.issues.newsletters import edit as edit_newsletter
from digest.issues.tables import Issue, Item

from .conftest import NOW, STORIES

BY = "Ani <ani@example.org>"
HOUR = timedelta(hours=1)


@pytest.fixture
def draft(context: Context) -> Context:
    with context.database.writing() as session:
        edit_newsletter(session, find_newsletter(session), {"policy": {"items": 4}})
    build(context, "weekly", NOW)
    return context


def _items(context: Context) -> list[Item]:
    with context.database.reading() as session:
        return [one for one in find_issue(session).items if not one.dropped]


def _issue(context: Context) -> Issue:
    with context.database.reading() as session:
        return find_issue(session)


def _log(context: Context) -> list[tuple[str, str, int | None]]:
    with context.database.reading() as session:
        return [(one.by, one.what, one.article_id) for one in changes(session, find_issue(session))]


def test_all_that_is_given_happens_and_is_signed(draft: Context) -> None:
    number = _items(draft)[1].article_id
    edited = edit(draft, "weekly", Edit(item=2, headline="New", summary="Newer.", pin=True, move=1), BY, NOW)
    assert edited.sentence == "The Weekly No. 1 – headline of 2: New; summary of 2; 2 pinned; 2 moved to 1."
    first = _items(draft)[0]
    assert (first.article_id, first.headline, first.method, first.pinned) == (number, "New", "editor", True)
    assert _log(draft) == [(BY, "; ".join(edited.done), number)]


def test_nothing_happens_where_one_part_cannot(draft: Context) -> None:
    with pytest.raises(IssueError, match="no place 77"):
        edit(draft, "weekly", Edit(item=1, headline="New", move=77), BY, NOW)
    assert "New" not in [one.headline for one in _items(draft)]
    assert _log(draft) == []


def test_an_article_is_found_wherever_it_was_moved_meanwhile(draft: Context) -> None:
    first = _items(draft)[0].article_id
    edit(draft, "weekly", Edit(item=1, move=3), "Bob", NOW)
    edit(draft, "weekly", Edit(article=first, headline="Still this one"), BY, NOW)
    assert _items(draft)[2].headline == "Still this one"
    edit(draft, "weekly", Edit(article=first, drop=True), "Bob", NOW)
    with pytest.raises(IssueError, match="not in the issue any more"):
        edit(draft, "weekly", Edit(article=first, headline="Too late"), BY, NOW)


def test_what_somebody_else_wrote_is_kept_or_told(draft: Context) -> None:
    seen, before = mark_of_item(_items(draft)[0]), _items(draft)[0]
    edit(draft, "weekly", Edit(item=1, headline="Bob’s"), "Bob", NOW)
    whole = Edit(item=1, headline=before.headline, summary="Ani’s.", section=before.section, seen=seen)
    edit(draft, "weekly", whole, BY, NOW)
    assert (_items(draft)[0].headline, _items(draft)[0].summary) == ("Bob’s", "Ani’s.")
    with pytest.raises(Overtaken, match="changed the headline") as caught:
        edit(draft, "weekly", Edit(item=1, headline="Ani’s", seen=seen), BY, NOW)
    assert caught.value.field == "headline"
    edit(draft, "weekly", Edit(item=1, headline="Bob’s", seen=seen), BY, NOW)
    lines = mark_of_lines(_issue(draft))
    edit(draft, "weekly", Edit(subject="Bob’s subject"), "Bob", NOW)
    with pytest.raises(Overtaken, match="changed the subject"):
        edit(draft, "weekly", Edit(subject="Ani’s subject", seen=lines), BY, NOW)
    assert _issue(draft).subject == "Bob’s subject"


def test_a_candidate_is_put_in_with_its_reason_to_stay(draft: Context) -> None:
    in_it = {one.article_id for one in _items(draft)}
    with draft.database.reading() as session:
        left = [one["article_id"] for one in find_issue(session).verdicts if one["article_id"] not in in_it]
    edit(draft, "weekly", Edit(add=left[0]), BY, NOW)
    last = _items(draft)[-1]
    assert (last.article_id, last.pinned, last.headline) == (left[0], True, last.headline)
    assert last.headline in [title for title, _ in STORIES]
    assert last.summary
    build(draft, "weekly", NOW)
    assert left[0] in [one.article_id for one in _items(draft)]
    assert _log(draft)[-1][2] == left[0]


def test_a_story_that_readers_had_is_not_put_in_by_hand(draft: Context) -> None:
    approve(draft, "weekly", BY, NOW)
    publish(draft, "weekly", NOW)
    had = _items(draft)[0].article_id
    build(draft, "weekly", NOW)
    with pytest.raises(IssueError, match=r"already sent in (The Weekly )?No\. 1"):
        edit(draft, "weekly", Edit(add=had), BY, NOW)


def test_the_programs_words_come_back_at_once(draft: Context) -> None:
    before = _items(draft)[0]
    edit(draft, "weekly", Edit(item=1, headline="Mine", summary="Mine."), BY, NOW)
    edit(draft, "weekly", Edit(item=1, release=("headline", "summary")), BY, NOW)
    after = _items(draft)[0]
    assert (after.headline, after.summary, after.method) == (before.headline, before.summary, before.method)
    assert after.edited == []


def test_a_block_is_written_anew_in_its_place(draft: Context) -> None:
    _, number = add_block(draft, "weekly", "note", 2, {"markdown": "One"}, BY, NOW)
    with draft.database.reading() as session:
        (block,) = find_issue(session).blocks
    seen = mark_of_block(block)
    change_block(draft, "weekly", number, {"markdown": "Two"}, BY, NOW, seen)
    assert _issue(draft).blocks == [{**block, "markdown": "Two"}]
    with pytest.raises(Overtaken):
        change_block(draft, "weekly", number, {"markdown": "Three"}, BY, NOW, seen)
    with pytest.raises(IssueError, match="needs markdown"):
        change_block(draft, "weekly", number, {"title": "No text"}, BY, NOW)
    remove_block(draft, "weekly", number, BY, NOW)
    with pytest.raises(IssueError, match="no block 1"):
        remove_block(draft, "weekly", number, BY, NOW)


def _weekly_at(context: Context, **values: object) -> None:
    with context.database.writing() as session:
        newsletter = find_newsletter(session)
        edit_newsletter(session, newsletter, {"schedule": "thu 12:00"} | values)
        newsletter.slot_settled = NOW - 24 * HOUR


def test_an_issue_leaves_at_the_hour_an_editor_gave_it(draft: Context) -> None:
    """NOW is Thursday 09:00 in Yerevan; the schedule says 12:00, the editor 10:00."""
    _weekly_at(draft, build_ahead_hours=12)
    with draft.database.writing() as session:
        find_issue(session).slot = NOW + 3 * HOUR
    approve(draft, "weekly", BY, NOW)
    schedule(draft, "weekly", NOW + HOUR, BY, NOW)
    assert tick(draft, NOW + HOUR / 2) == []
    (happened,) = tick(draft, NOW + HOUR)
    assert "No. 1 goes out to 3 readers" in happened.sentence
    assert _issue(draft).state == "sending"
    assert tick(draft, NOW + 3 * HOUR) == []  # the hour it was built for is dealt with
    with draft.database.reading() as session:
        assert session.query(Issue).count() == 1


def test_an_hour_that_passed_while_nothing_ran_waits_for_a_person(draft: Context) -> None:
    approve(draft, "weekly", BY, NOW)
    schedule(draft, "weekly", NOW + HOUR, BY, NOW)
    assert tick(draft, NOW + 12 * HOUR) == []
    assert _issue(draft).state == "scheduled"
    assert reopen(draft, "weekly", BY, NOW) == "The Weekly No. 1"
    assert [what for _, what, _ in _log(draft)][:2] == [
        "approval taken back", "scheduled for 2026-11-26 10:00 +04"
    ]  # fmt: skip


def test_an_hour_that_is_past_or_taken_is_refused(draft: Context) -> None:
    with pytest.raises(StateError, match="has not been approved"):
        schedule(draft, "weekly", NOW + HOUR, BY, NOW)
    approve(draft, "weekly", BY, NOW)
    with pytest.raises(IssueError, match="is past"):
        schedule(draft, "weekly", NOW, BY, NOW)
    schedule(draft, "weekly", NOW + HOUR, BY, NOW)
    build(draft, "weekly", NOW)
    approve(draft, "weekly/2", BY, NOW)
    with pytest.raises(StateError, match=r"No\. 1 leaves at"):
        schedule(draft, "weekly/2", NOW + HOUR, BY, NOW)


def test_nobody_approves_what_they_have_not_seen(draft: Context) -> None:
    with pytest.raises(Overtaken):
        approve(draft, "weekly", BY, NOW, seen="something else")
    assert _issue(draft).state == "draft"
