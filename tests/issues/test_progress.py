"""An issue goes its way once, whoever pushes it."""

import threading
from datetime import timedelta

import pytest

from digest.issues import Issue, StateError, editing, find_issue, progress
from store import Database
from tests.issues.newsroom import NOW, Newsroom, add_newsletter


def test_an_approval_says_who_and_when(newsroom: Newsroom) -> None:
    with newsroom.database.writing() as session:
        issue = newsroom.build(session)
        progress.approve(session, issue, "Ann", NOW)
    with newsroom.database.reading() as session:
        issue = session.get_one(Issue, 1)
        assert (issue.state, issue.approved_by, issue.approved_at) == ("approved", "Ann", NOW)


def test_an_empty_issue_is_not_approved(newsroom: Newsroom) -> None:
    with newsroom.database.writing() as session:
        issue = newsroom.build(session, items=1)
        editing.drop(session, issue, 1)
        with pytest.raises(StateError, match=r"Weekly No. 1 is empty and cannot be approved"):
            progress.approve(session, issue, "Ann", NOW)
        assert issue.state == "draft"


def test_an_issue_is_scheduled_for_an_hour(newsroom: Newsroom) -> None:
    with newsroom.database.writing() as session:
        issue = newsroom.build(session)
        progress.approve(session, issue, "Ann", NOW)
        with pytest.raises(StateError, match="no hour to wait for"):
            progress.schedule(session, issue)
        progress.schedule(session, issue, NOW + timedelta(days=1))
        assert (issue.state, issue.slot) == ("scheduled", NOW + timedelta(days=1))


def test_an_issue_is_sent_once(newsroom: Newsroom) -> None:
    with newsroom.database.writing() as session:
        issue = newsroom.build(session)
        with pytest.raises(StateError, match="has not been approved"):
            progress.start(session, issue)
        progress.approve(session, issue, "Ann", NOW)
        progress.start(session, issue)
        with pytest.raises(StateError, match="is being sent already"):
            progress.start(session, issue)
        progress.pause(session, issue)
        progress.resume(session, issue)
        progress.finish(session, issue, NOW)
        assert (issue.state, issue.sent_at) == ("sent", NOW)
        with pytest.raises(StateError, match="was sent already"):
            progress.start(session, issue)
        with pytest.raises(StateError, match="was sent already"):
            progress.cancel(session, issue)


def test_of_two_people_who_send_at_once_one_is_told_that_it_is_being_sent(newsroom: Newsroom) -> None:
    with newsroom.database.writing() as session:
        progress.approve(session, newsroom.build(session), "Ann", NOW)
    together, outcomes = threading.Barrier(2), list[str]()

    def send(database: Database) -> None:
        together.wait()
        try:
            with database.writing() as session:
                progress.start(session, find_issue(session, "weekly"))
            outcomes.append("sent")
        except StateError as error:
            outcomes.append(error.message)

    people = [threading.Thread(target=send, args=(newsroom.database,)) for _ in range(2)]
    for person in people:
        person.start()
    for person in people:
        person.join()
    assert sorted(outcomes) == ["Weekly No. 1 is being sent already.", "sent"]


def test_of_two_approvals_at_once_one_learns_what_the_other_let_out(newsroom: Newsroom) -> None:
    with newsroom.database.writing() as session:
        add_newsletter(session, "daily", 1)
        for slug in ("weekly", "daily"):
            newsroom.build(session, slug)
    together, outcomes = threading.Barrier(2), list[str]()

    def approve(slug: str) -> None:
        together.wait()
        try:
            with newsroom.database.writing() as session:
                progress.approve(session, find_issue(session, slug), "Ann", NOW)
            outcomes.append("approved")
        except StateError as error:
            outcomes.append(error.message[:12])

    people = [threading.Thread(target=approve, args=(slug,)) for slug in ("weekly", "daily")]
    for person in people:
        person.start()
    for person in people:
        person.join()
    assert sorted(outcomes) == ["approved", "“Headline 1”"]
