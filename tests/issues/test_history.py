"""Nobody gets an article, or another telling of its story, in two issues."""

import pytest

from digest.issues import Issue, IssueState, progress
from outbox.tables import Mailing
from tests.issues.newsroom import NOW, Newsroom, add_newsletter, add_reader, join, row


def articles(issue: Issue) -> list[int]:
    return [item.article_id for item in issue.items if not item.dropped]


@pytest.mark.parametrize("state", ["approved", "scheduled", "sending", "paused", "sent"])
def test_what_is_on_its_way_or_sent_does_not_come_again(newsroom: Newsroom, state: str) -> None:
    with newsroom.database.writing() as session:
        newsroom.build(session).state = IssueState(state)
        retold = newsroom.candidates(story_key={4: "story-1"})
        second = newsroom.build(session, candidates=retold)
        assert articles(second) == [5, 6, 7]
        reasons = {one["article_id"]: one["reason"] for one in second.verdicts}
        assert reasons[1] == "already sent in No. 1"
        assert reasons[4] == "its story was already sent in No. 1"


def test_a_draft_binds_nobody_and_a_cancelled_issue_only_when_it_had_begun_to_leave(
    newsroom: Newsroom,
) -> None:
    with newsroom.database.writing() as session:
        issue = newsroom.build(session)
        assert newsroom.history(session).articles == {}
        issue.state = IssueState.CANCELLED
        session.flush()
        assert newsroom.history(session).articles == {}
        session.add(row(Mailing, kind="issue", reference=issue.id, state="cancelled"))
        session.flush()
        assert sorted(newsroom.history(session).articles) == [1, 2, 3]


def test_what_the_editor_dropped_was_not_sent(newsroom: Newsroom) -> None:
    with newsroom.database.writing() as session:
        issue = newsroom.build(session)
        issue.items[0].dropped = True
        progress.approve(session, issue, "Ann", NOW)
        assert sorted(newsroom.history(session).articles) == [2, 3]


def test_another_newsletter_on_the_same_list_counts(newsroom: Newsroom) -> None:
    with newsroom.database.writing() as session:
        add_newsletter(session, "daily", 1)
        progress.approve(session, newsroom.build(session, "daily"), "Ann", NOW)
        weekly = newsroom.build(session, "weekly")
        assert articles(weekly) == [4, 5, 6]
        assert "already sent in Daily No. 1" in [one["reason"] for one in weekly.verdicts]


def test_another_list_counts_when_someone_confirmed_is_on_both(newsroom: Newsroom) -> None:
    with newsroom.database.writing() as session:
        add_newsletter(session, "daily", 2)
        progress.approve(session, newsroom.build(session, "daily"), "Ann", NOW)
        add_reader(session, 1, confirmed=1)
        add_reader(session, 2, confirmed=2, unsubscribed=1)
        assert newsroom.history(session).articles == {}
        join(session, 1, 2)
        assert sorted(newsroom.history(session).articles) == [1, 2, 3]


def test_translations_and_linked_tellings_were_sent_with_their_item(newsroom: Newsroom) -> None:
    pool = newsroom.candidates(
        story_key={1: "quake", 2: "quake"}, source_name={2: "Times"}, pair_key={3: "p", 4: "p"},
        language={3: "en", 4: "hy"},
    )  # fmt: skip
    with newsroom.database.writing() as session:
        issue = newsroom.build(session, candidates=pool, items=2)
        progress.approve(session, issue, "Ann", NOW)
        history = newsroom.history(session)
        assert sorted(history.articles) == [1, 2, 3, 4]
        # The link beside the lead was no telling of its own: its article reads as "its story was sent".
        assert history.articles[2].article_id == 1
        assert history.articles[4].article_id == 4
