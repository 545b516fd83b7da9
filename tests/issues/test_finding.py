"""Issues are found by what people call them, and shown as plain data."""

import json

import pytest

from digest.issues import IssueError, find_issue, progress, show
from tests.issues.newsroom import NOW, Newsroom, add_newsletter


def test_the_latest_or_the_named_issue_is_found(newsroom: Newsroom) -> None:
    with newsroom.database.writing() as session:
        progress.approve(session, newsroom.build(session), "Ann", NOW)
        newsroom.build(session)
        for reference, number in (("", 2), ("weekly", 2), ("weekly/1", 1), ("1", 1), (" weekly/2 ", 2)):
            assert find_issue(session, reference).number == number


@pytest.mark.parametrize(
    ("reference", "named"),
    [
        ("weekly/9", "Weekly has no issue No. 9. See: digest issue list weekly"),
        ("weekly/x", "'x' is not an issue's number"),
        ("daily", "Daily has no issue yet. Build one: digest issue build daily."),
        ("", "several newsletters. Say which: daily, weekly."),
        ("weakly", "Did you mean weekly"),
    ],
)
def test_what_is_not_there_is_named(newsroom: Newsroom, reference: str, named: str) -> None:
    with newsroom.database.writing() as session:
        add_newsletter(session, "daily", 1)
        newsroom.build(session)
        with pytest.raises(IssueError, match=named):
            find_issue(session, reference)


def test_issues_are_listed_and_shown_as_plain_data(newsroom: Newsroom) -> None:
    with newsroom.database.writing() as session:
        issue = newsroom.build(session)
        issue.items[2].dropped = True
        session.flush()
        (row,) = show.listing(session)
        assert (row["newsletter"], row["number"], row["state"], row["items"]) == ("weekly", 1, "draft", 2)
        shown = json.loads(json.dumps(show.whole(issue)))
        assert [one["article_id"] for one in shown["items"]] == [1, 2]
        assert [one["article_id"] for one in shown["dropped"]] == [3]
        assert shown["can_be"] == ["approved", "cancelled"]
