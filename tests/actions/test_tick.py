"""The scheduler: every slot is dealt with once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update

from digest.actions import publish
from digest.actions.build import build, explain_next
from digest.actions.context import Context
from digest.actions.due import TRY_AGAIN, TRY_AGAIN_AHEAD
from digest.actions.gather import Gathered
from digest.actions.planning import schedule
from digest.actions.tick import Happened, tick
from digest.issues import missed, newsletters, show
from digest.issues.missed import Missed
from digest.issues.tables import IssueState
from digest.schedule import parse
from outbox.tables import Delivery
from subscribers.tables import Subscription, SubscriptionState

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


def test_a_scheduled_issue_goes_only_to_the_newsletters_own_segment(scheduled: Context) -> None:
    add_readers(scheduled, ["bob@example.org"])
    _set(scheduled, automatic=True, segment="email~bob")
    (sentence,) = _tick(scheduled, THURSDAY_NINE + timedelta(seconds=5))
    assert "goes out to 1 reader" in sentence
    with scheduled.database.reading() as session:
        assert session.scalars(select(Delivery.address)).all() == ["bob@example.org"]


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
        (skipped,) = (one.to_json() for one in missed.listed(session, newsletters.get(session, "weekly")))
        decision, verdicts = explain_next(session, "weekly", THURSDAY_NINE)
    assert skipped == {
        "newsletter": "weekly",
        "slot": THURSDAY_NINE.isoformat(timespec="seconds"),
        "decision": "skipped",
        "reasons": ["8 stories, fewer than 9: no issue this time"],
        "until": None,
    }
    assert decision["reasons"] == skipped["reasons"]
    assert {one["reason"] for one in verdicts} == {"thin week: no issue this time"}


def _missed(context: Context) -> Missed | None:
    with context.database.reading() as session:
        return missed.open_of(session, newsletters.get(session, "weekly"))


def test_an_hour_that_fails_for_a_wrong_setting_is_kept_with_the_reason_and_said_once(
    scheduled: Context,
) -> None:
    _set(scheduled, theme="lost")
    (sentence,) = _tick(scheduled, THURSDAY_NINE)
    assert sentence.startswith("No issue for Thu 26 Nov 09:00 yet: ")
    assert "lost" in sentence
    assert sentence.endswith(" It is tried again until Thu 15:00.")
    assert _tick(scheduled, THURSDAY_NINE + TRY_AGAIN) == []
    kept = _missed(scheduled)
    assert kept is not None
    assert kept.failed
    assert kept.at == THURSDAY_NINE + TRY_AGAIN
    assert kept.in_words(THURSDAY_NINE) == sentence


def test_the_hour_is_tried_again_and_built_exactly_once_when_the_setting_is_mended(
    scheduled: Context,
) -> None:
    _set(scheduled, theme="lost", automatic=True)
    _tick(scheduled, THURSDAY_NINE)
    _set(scheduled, theme="classic")
    assert _tick(scheduled, THURSDAY_NINE + TRY_AGAIN - timedelta(seconds=1)) == []
    (sentence,) = _tick(scheduled, THURSDAY_NINE + TRY_AGAIN)
    assert sentence.endswith("goes out to 1 reader.")
    assert _tick(scheduled, THURSDAY_NINE + 2 * TRY_AGAIN) == []
    assert _issues(scheduled) == [(1, IssueState.SENDING)]
    assert _missed(scheduled) is None


def test_an_approval_that_fails_is_tried_again_too(scheduled: Context) -> None:
    _set(scheduled, postal_address="", automatic=True)
    (sentence,) = _tick(scheduled, THURSDAY_NINE)
    assert "postal" in sentence
    assert _issues(scheduled) == [(1, IssueState.DRAFT)]
    _set(scheduled, postal_address="1 Square, Town")
    _tick(scheduled, THURSDAY_NINE + TRY_AGAIN)
    assert _issues(scheduled) == [(1, IssueState.SENDING)]


def test_after_six_hours_the_last_try_is_a_draft_for_a_person(scheduled: Context) -> None:
    _set(scheduled, theme="lost", automatic=True)
    _tick(scheduled, THURSDAY_NINE)
    _set(scheduled, theme="classic")
    (sentence,) = _tick(scheduled, THURSDAY_NINE + timedelta(hours=6, seconds=1))
    assert sentence == "weekly/1 is a draft; its hour is long past, so it waits for its approval."
    assert _missed(scheduled) is None


def test_an_hour_that_failed_to_its_end_stays_visible_until_an_issue_is_built(scheduled: Context) -> None:
    _set(scheduled, theme="lost")
    _tick(scheduled, THURSDAY_NINE)
    late = THURSDAY_NINE + timedelta(hours=6, seconds=1)
    (sentence,) = _tick(scheduled, late)
    assert sentence.startswith("No issue for Thu 26 Nov 09:00: ")
    assert "tried again" not in sentence
    _set(scheduled, theme="classic")
    assert _tick(scheduled, late + TRY_AGAIN) == []
    assert _missed(scheduled) is not None
    build(scheduled, "weekly", late + timedelta(hours=1))
    assert _missed(scheduled) is None


def test_an_hour_that_fails_gives_way_to_the_next_one(scheduled: Context) -> None:
    _set(scheduled, theme="lost", schedule=str(parse("daily 09:00").cron), build_ahead_hours=0)
    _set(scheduled, slot_settled=THURSDAY_NINE - timedelta(hours=1), automatic=True)
    _tick(scheduled, THURSDAY_NINE)
    _set(scheduled, theme="classic")
    _tick(scheduled, THURSDAY_NINE + timedelta(days=1))
    assert _issues(scheduled) == [(1, IssueState.SENDING)]


def test_a_draft_that_cannot_be_built_ahead_is_seen_before_its_hour_and_does_not_ask_the_sources_all_the_time(
    scheduled: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    visits = []
    monkeypatch.setattr("digest.actions.tick.gather", lambda context, now: visits.append(now) or Gathered())
    _set(scheduled, build_ahead_hours=24, policy={"minimum_score": 5.0})
    ahead = THURSDAY_NINE - timedelta(hours=20)
    (sentence,) = _tick(scheduled, ahead)
    assert "nothing" in sentence
    for seconds in range(15, 901, 15):
        assert _tick(scheduled, ahead + timedelta(seconds=seconds)) == []
    assert visits == [ahead, ahead + TRY_AGAIN_AHEAD]
    kept = _missed(scheduled)
    assert kept is not None
    assert (kept.failed, kept.until) == (False, THURSDAY_NINE)
    _set(scheduled, policy={})
    _tick(scheduled, ahead + 2 * TRY_AGAIN_AHEAD)
    assert _issues(scheduled) == [(1, IssueState.DRAFT)]
    assert _missed(scheduled) is None


def test_an_hour_that_an_editor_set_is_tried_again_too(scheduled: Context) -> None:
    before = THURSDAY_NINE - timedelta(hours=20)
    build(scheduled, "weekly", before)
    publish.approve(scheduled, "weekly", "the editor", before)
    hour = THURSDAY_NINE - timedelta(hours=2)
    schedule(scheduled, "weekly", hour, "the editor", before)
    with scheduled.database.writing() as session:
        session.execute(update(Subscription).values(state=SubscriptionState.UNSUBSCRIBED))
    (sentence,) = _tick(scheduled, hour)
    assert sentence.startswith("No issue for Thu 26 Nov 07:00 yet: ")
    assert _tick(scheduled, hour + timedelta(seconds=15)) == []
    add_readers(scheduled, ["ben@example.org"])
    _tick(scheduled, hour + TRY_AGAIN)
    assert _issues(scheduled) == [(1, IssueState.SENDING)]
    assert _missed(scheduled) is None


def test_two_schedulers_at_once_make_one_issue(scheduled: Context) -> None:
    _set(scheduled, automatic=True)
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda _: tick(scheduled, NOW), range(2)))
    assert _issues(scheduled) == [(1, IssueState.SENDING)]
