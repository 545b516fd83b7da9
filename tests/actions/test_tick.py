"""The scheduler: every slot is dealt with once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from digest.actions import publish
from digest.actions.build import build, explain_next
from digest.actions.context import Context
from digest.actions.tick import Happened, tick
from digest.issues import newsletters, show
from digest.issues.tables import IssueState

from .conftest import NOW, add_articles, add_newsletter, add_readers

THURSDAY_NINE = datetime(2026, 11, 26, 5, 0, tzinfo=UTC)
"""09:00 in Yerevan."""


@pytest.fixture
def scheduled(open_with: Callable[[str], Context]) -> Context:
    """A newsletter that leaves on Thursdays at 09:00 in Yerevan, built by hand so far."""
    context = open_with("folder:mails/")
    add_newsletter(context, schedule="thu 09:00")
    add_articles(context)
    add_readers(context, ["ani@example.org"])
    _set(context, slot_settled=THURSDAY_NINE - timedelta(days=7))
    return context


def _set(context: Context, **values: object) -> None:
    with context.database.writing() as session:
        newsletter = newsletters.get(session, "weekly")
        for name, value in values.items():
            setattr(newsletter, name, value)


def _issues(context: Context) -> list[tuple[int, str]]:
    with context.database.reading() as session:
        return [(row["number"], row["state"]) for row in show.listing(session)]


def _tick(context: Context, now: datetime) -> list[str]:
    """What the scheduler said, but that there is no source to read."""
    return [one.sentence for one in _told(context, now) if "no source" not in one.sentence]


def _told(context: Context, now: datetime) -> list[Happened]:
    return tick(context, now)


def test_nothing_happens_before_the_hour(scheduled: Context) -> None:
    assert _tick(scheduled, THURSDAY_NINE - timedelta(seconds=1)) == []
    assert _issues(scheduled) == []


def test_at_the_hour_a_draft_is_built_once(scheduled: Context) -> None:
    (sentence,) = _tick(scheduled, THURSDAY_NINE)
    assert "waits for its approval" in sentence
    assert _tick(scheduled, THURSDAY_NINE + timedelta(seconds=15)) == []
    assert _issues(scheduled) == [(1, IssueState.DRAFT)]


def test_an_automatic_newsletter_goes_out_at_the_hour_once(scheduled: Context) -> None:
    _set(scheduled, automatic=True)
    (sentence,) = _tick(scheduled, THURSDAY_NINE + timedelta(seconds=5))
    assert sentence.endswith("goes out to 1 reader.")
    assert _tick(scheduled, THURSDAY_NINE + timedelta(seconds=20)) == []
    assert _issues(scheduled) == [(1, IssueState.SENDING)]


def test_an_issue_approved_before_goes_out_at_the_hour(scheduled: Context) -> None:
    before = THURSDAY_NINE - timedelta(hours=20)
    build(scheduled, "weekly", before)
    publish.approve(scheduled, "weekly", "the editor", before)
    _tick(scheduled, THURSDAY_NINE)
    assert _issues(scheduled) == [(1, IssueState.SENDING)]


def test_a_draft_is_built_ahead_and_sent_once_approved(scheduled: Context) -> None:
    _set(scheduled, build_ahead_hours=24)
    ahead = THURSDAY_NINE - timedelta(hours=23)
    assert any("is built" in sentence for sentence in _tick(scheduled, ahead))
    assert _tick(scheduled, ahead + timedelta(minutes=1)) == []
    publish.approve(scheduled, "weekly", "the editor", ahead)
    _tick(scheduled, THURSDAY_NINE)
    assert _issues(scheduled) == [(1, IssueState.SENDING)]


def test_a_slot_missed_by_hours_waits_for_a_person(scheduled: Context) -> None:
    _set(scheduled, automatic=True)
    (sentence,) = _tick(scheduled, THURSDAY_NINE + timedelta(hours=30))
    assert "waits for its approval" in sentence
    assert _issues(scheduled) == [(1, IssueState.DRAFT)]


def test_a_week_without_news_is_said_once(scheduled: Context) -> None:
    _set(scheduled, policy={"minimum_score": 5.0})
    (sentence,) = _tick(scheduled, THURSDAY_NINE)
    assert "nothing" in sentence
    assert _tick(scheduled, THURSDAY_NINE + timedelta(seconds=15)) == []
    assert _issues(scheduled) == []


def test_a_skipped_hour_is_kept_with_the_decision_and_its_reasons(scheduled: Context) -> None:
    _set(scheduled, policy={"thin": {"below": 9, "do": ["skip"]}})
    (sentence,) = _tick(scheduled, THURSDAY_NINE)
    assert "no issue this time" in sentence
    with scheduled.database.reading() as session:
        (skipped,) = show.skipped(session, newsletters.get(session, "weekly"))
        decision, verdicts = explain_next(session, "weekly", THURSDAY_NINE)
    assert skipped == {
        "newsletter": "weekly",
        "slot": THURSDAY_NINE.isoformat(timespec="seconds"),
        "decision": "skipped",
        "reasons": ["8 stories, fewer than 9: no issue this time"],
    }
    assert decision["reasons"] == skipped["reasons"]
    assert {one["reason"] for one in verdicts} == {"thin week: no issue this time"}


def test_two_schedulers_at_once_make_one_issue(scheduled: Context) -> None:
    _set(scheduled, automatic=True)
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda _: tick(scheduled, NOW), range(2)))
    assert _issues(scheduled) == [(1, IssueState.SENDING)]
