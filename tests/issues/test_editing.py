"""An editor's changes are checked, marked, and only made to a draft."""

import pytest

from digest.issues import Issue, IssueError, StateError, Writing, editing, progress
from digest.selection import Chosen
from tests.issues.newsroom import NOW, Newsroom


def test_each_changed_field_is_marked(newsroom: Newsroom) -> None:
    with newsroom.database.writing() as session:
        issue = newsroom.build(session)
        editing.set_headline(session, issue, 1, " New\nheadline ")
        editing.set_section(session, issue, 1, "Politics")
        editing.set_summary(session, issue, 1, "Mine.")
        editing.set_intro(session, issue, "Good *morning*.")
        editing.set_preheader(session, issue, "Before you read")
    with newsroom.database.reading() as session:
        issue = session.get_one(Issue, 1)
        first = issue.items[0]
        assert (first.headline, first.section, first.summary, first.method) == (
            "New headline", "Politics", "Mine.", "editor",
        )  # fmt: skip
        assert first.edited == ["headline", "section", "summary"]
        assert issue.edited == ["intro", "preheader"]
        assert issue.items[1].edited == []


def test_the_subject_follows_the_lead_until_it_is_written_by_hand(newsroom: Newsroom) -> None:
    with newsroom.database.writing() as session:
        issue = newsroom.build(session)
        editing.set_headline(session, issue, 1, "New headline")
        assert issue.subject == "New headline"
        editing.set_subject(session, issue, "My subject")
        editing.set_headline(session, issue, 1, "Newer headline")
        assert issue.subject == "My subject"
        editing.set_subject(session, issue, "")
        assert (issue.subject, issue.edited) == ("Newer headline", [])


def test_moving_makes_room_and_numbers_stay_whole(newsroom: Newsroom) -> None:
    with newsroom.database.writing() as session:
        issue = newsroom.build(session, items=4)
        editing.move(session, issue, 4, 2)
        editing.move(session, issue, 1, 3)
        assert [item.article_id for item in issue.items] == [4, 2, 1, 3]
        editing.move(session, issue, 2, 2)
        assert [(item.position, item.article_id) for item in issue.items] == [(1, 4), (2, 2), (3, 1), (4, 3)]
        with pytest.raises(IssueError, match=r"no place 5. Its places go from 1 to 4."):
            editing.move(session, issue, 1, 5)


def test_a_dropped_item_can_be_put_back(newsroom: Newsroom) -> None:
    with newsroom.database.writing() as session:
        issue = newsroom.build(session)
        editing.drop(session, issue, 1)
        assert issue.subject == "Headline 2"
        assert [(item.position, item.article_id) for item in issue.items] == [(1, 2), (2, 3), (3, 1)]
        with pytest.raises(IssueError, match=r"no item 3. Its items are numbered from 1 to 2"):
            editing.set_headline(session, issue, 3, "x")
        editing.restore(session, issue, 1)
        assert [item.article_id for item in issue.items if not item.dropped] == [2, 3, 1]
        with pytest.raises(IssueError, match="no dropped item of article 1"):
            editing.restore(session, issue, 1)


def test_a_story_that_was_left_out_can_be_put_in_once(newsroom: Newsroom) -> None:
    chosen = Chosen(article_id=7, story_key="story-7", title="Headline 7", section="", score=0.1)
    with newsroom.database.writing() as session:
        issue = newsroom.build(session)
        editing.add_item(session, issue, chosen, Writing("Headline 7", "Summary 7."))
        assert [item.article_id for item in issue.items] == [1, 2, 3, 7]
        with pytest.raises(IssueError, match=r"is its item 4: Weekly No. 1 has each story once"):
            editing.add_item(session, issue, chosen, Writing("Headline 7", "Summary 7."))
        issue = newsroom.build(session, items=4)
        assert 7 in [item.article_id for item in issue.items]


def test_a_field_can_be_given_back_to_the_program(newsroom: Newsroom) -> None:
    with newsroom.database.writing() as session:
        issue = newsroom.build(session)
        editing.set_headline(session, issue, 2, "Mine")
        editing.release(session, issue, 2, "headline")
        assert newsroom.build(session).items[1].headline == "Headline 2"
        with pytest.raises(IssueError, match="no field 'titel'"):
            editing.release(session, issue, 2, "titel")


@pytest.mark.parametrize("text", ["", "   ", "x" * 501])
def test_a_headline_is_neither_empty_nor_endless(newsroom: Newsroom, text: str) -> None:
    with newsroom.database.writing() as session:
        issue = newsroom.build(session)
        with pytest.raises(IssueError, match="A headline has 1 to 500 letters"):
            editing.set_headline(session, issue, 1, text)
        assert issue.items[0].headline == "Headline 1"


def test_an_approved_issue_is_not_edited_until_it_is_reopened(newsroom: Newsroom) -> None:
    with newsroom.database.writing() as session:
        issue = newsroom.build(session)
        progress.approve(session, issue, "Ann", NOW)
        with pytest.raises(
            StateError, match=r"Weekly No. 1 is approved and cannot be edited. Take the approval"
        ):
            editing.set_subject(session, issue, "Changed")
        progress.reopen(session, issue)
        editing.set_subject(session, issue, "Changed")
        assert (issue.subject, issue.approved_by) == ("Changed", None)


def test_an_edit_forgets_what_was_rendered_before_it(newsroom: Newsroom) -> None:
    with newsroom.database.writing() as session:
        issue = newsroom.build(session)
        issue.html = "rendered"
        editing.set_intro(session, issue, "Hello.")
        assert issue.html is None
