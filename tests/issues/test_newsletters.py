"""Newsletters are added, found and edited; a wrong value is named and changes nothing."""

from typing import Any

import pytest

from digest.issues import Newsletter, NewsletterError, newsletters, show
from digest.problem import Problem
from tests.issues.newsroom import NOW, Newsroom, add_newsletter


def test_a_newsletter_is_stored_with_its_checked_values(newsroom: Newsroom) -> None:
    with newsroom.database.writing() as session:
        add_newsletter(
            session,
            "daily",
            2,
            timezone="Asia/Yerevan",
            schedule="weekdays 07:30",
            policy={"items": 5},
            reply_to="",
            site_url="https://news.example/",
        )
    with newsroom.database.reading() as session:
        stored = show.newsletter(newsletters.get(session, "daily"))
    assert stored["schedule"] == "30 7 * * 1-5"
    assert stored["policy"] == {"items": 5}
    assert stored["sender_name"] == stored["title"] == "Daily"
    assert stored["reply_to"] is None


def test_editing_returns_what_is_different_now(newsroom: Newsroom) -> None:
    with newsroom.database.writing() as session:
        weekly = newsletters.get(session, "weekly")
        changes = {"title": "Weekly", "language": "hy", "schedule": "thu 09:00", "automatic": True}
        assert newsletters.edit(session, weekly, changes) == ["language", "schedule", "automatic"]
        assert newsletters.edit(session, weekly, {"schedule": None}) == ["schedule"]
    with newsroom.database.reading() as session:
        assert newsletters.get(session, "weekly").schedule is None


@pytest.mark.parametrize(
    ("field", "value", "named"),
    [
        ("titel", "x", r"no field 'titel'. Did you mean title\?"),
        ("title", "", "title must be one line"),
        ("sender_name", "News\r\nBcc: all@example.org", "sender_name must be one line"),
        ("sender_address", "news@example.org\nx", "one email address"),
        ("sender_address", "news", "not 'news'. Example: news@example.org"),
        ("reply_to", "a@b, c@d", "reply_to must be one email address"),
        ("language", "English language", "a language tag"),
        ("timezone", "Yerevan", r"Did you mean Asia/Yerevan\?"),
        ("schedule", "thrusday 09:00", "Did you mean thursday"),
        ("policy", {"itmes": 3}, "Did you mean 'items'"),
        ("policy", 3, "table"),
        ("brand", [], "brand must be a table"),
        ("site_url", "javascript:alert(1)", "an http or https address"),
        ("site_url", "http://[", "an http or https address"),
        ("automatic", "yes", "true or false"),
        ("uncertain", "maybe", "retry or hold"),
        ("list_id", "1", "the number of a list"),
        ("postal_address", 5, "a postal address"),
        ("slug", "other", "no field 'slug'"),
    ],
)
def test_a_wrong_value_is_named(field: str, value: Any, named: str) -> None:
    with pytest.raises(Problem, match=named):
        newsletters.check({field: value})


def test_one_wrong_value_leaves_the_right_ones_unchanged_too(newsroom: Newsroom) -> None:
    with newsroom.database.writing() as session:
        weekly = newsletters.get(session, "weekly")
        before = show.newsletter(weekly)
        with pytest.raises(NewsletterError, match="one line"):
            newsletters.edit(session, weekly, {"theme": "brief", "title": ""})
        assert show.newsletter(weekly) == before


def test_a_short_name_is_taken_once(newsroom: Newsroom) -> None:
    with newsroom.database.writing() as session:
        with pytest.raises(NewsletterError, match="a newsletter 'weekly' already"):
            add_newsletter(session, "weekly", 1)
        with pytest.raises(NewsletterError, match="'Week ly' cannot be"):
            add_newsletter(session, "Week ly", 1)


def test_a_misspelt_newsletter_gets_a_suggestion(newsroom: Newsroom) -> None:
    with newsroom.database.reading() as session:
        with pytest.raises(NewsletterError, match=r"no newsletter 'weekli'. Did you mean weekly\?"):
            newsletters.get(session, "weekli")
        with pytest.raises(NewsletterError, match=r"There are: weekly."):
            newsletters.get(session, "xyz")


def test_newsletters_are_listed_by_short_name(newsroom: Newsroom) -> None:
    with newsroom.database.writing() as session:
        add_newsletter(session, "daily", 1)
        assert [one.slug for one in newsletters.listed(session)] == ["daily", "weekly"]
        assert session.get(Newsletter, 1).created_at == NOW  # type: ignore[union-attr]
