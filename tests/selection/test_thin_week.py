"""What happens when there is too little to send."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from digest.selection import Candidate, Selection, choose, read_policy

NOW = datetime(2026, 11, 26, 5, tzinfo=UTC)


def story(number: int, days: float, evergreen: bool = False, pinned: bool = False) -> Candidate:
    return Candidate(
        article_id=number,
        story_key=f"story-{number}",
        url=f"https://news.example/{number}",
        title=f"Title {number}",
        published_at=NOW - timedelta(days=days),
        evergreen=evergreen,
        pinned=pinned,
    )


POOL = [story(1, 1), story(2, 2), story(3, 10), story(4, 200, evergreen=True), story(5, 300, evergreen=True)]


def thin(
    pool: list[Candidate], do: list[str], last_sent_at: datetime | None = None, **more: Any
) -> Selection:
    return choose(pool, read_policy({"thin": {"below": 4, "do": do}, **more}), NOW, last_sent_at)


def chosen(selection: Selection) -> list[int]:
    return [one.article_id for one in selection.chosen]


def test_a_full_week_needs_no_step() -> None:
    selection = choose(POOL, read_policy({"thin": {"below": 2, "do": ["widen"]}}), NOW)
    assert chosen(selection) == [1, 2]
    assert (selection.decision.kind, selection.decision.reasons) == ("full", ())


def test_fewer_are_sent_and_it_is_logged() -> None:
    selection = thin(POOL, ["fewer", "skip"])
    assert chosen(selection) == [1, 2]
    assert selection.decision.kind == "fewer"
    assert selection.decision.reasons == ("goes out with 2 stories, fewer than 4",)


def test_the_window_is_widened() -> None:
    selection = thin(POOL, ["widen"])
    assert chosen(selection) == [1, 2, 3]
    assert selection.decision.kind == "widened"
    assert selection.decision.reasons[0] == "2 stories, fewer than 4: looked back 14 days, found 3"


def test_evergreens_fill_up_to_the_number_and_come_last() -> None:
    selection = thin(POOL, ["widen", "evergreen"])
    assert chosen(selection) == [1, 2, 3, 4]
    assert selection.decision.send
    reasons = {one.article_id: one.reason for one in selection.verdicts}
    assert reasons[4] == "place 4: evergreen, fills up a thin week"
    assert reasons[5] == "evergreen: enough others fill up this thin week"


def test_a_topic_can_make_an_article_evergreen() -> None:
    guide = replace(story(9, 400), topics=("Guides",))
    assert chosen(thin([story(1, 1), guide], ["evergreen"], evergreen=["guides"])) == [1, 9]
    assert chosen(thin([story(1, 1), guide], ["evergreen"])) == [1]


def test_the_news_leads_its_story_before_an_older_evergreen_telling() -> None:
    guide = replace(story(9, 8, evergreen=True), story_key="story-1", words=900, comments=99)
    assert chosen(thin([story(1, 6), guide], ["evergreen"])) == [1]


def test_evergreens_wait_for_a_thin_week() -> None:
    selection = thin(POOL, ["fewer"])
    assert selection.verdicts[-1].reason.endswith("kept for a thin week")


def test_an_evergreen_passes_the_minimum_score_that_its_age_denies_it() -> None:
    assert chosen(thin(POOL, ["evergreen"], minimum_score=0.3)) == [1, 2, 4, 5]


def test_a_thin_week_is_skipped_and_its_stories_say_so() -> None:
    selection = thin(POOL, ["skip"])
    assert chosen(selection) == []
    assert not selection.decision.send
    assert selection.decision.reasons == ("2 stories, fewer than 4: no issue this time",)
    assert [one.reason for one in selection.verdicts[:2]] == ["thin week: no issue this time"] * 2


def test_rolled_over_stories_are_still_there_in_the_next_week() -> None:
    assert thin(POOL, ["roll_over"]).decision.kind == "rolled over"
    later = [*POOL, story(6, 0.5)]
    selection = thin(later, ["roll_over"], last_sent_at=NOW - timedelta(days=13))
    assert chosen(selection) == [6, 1, 2, 3]


def test_an_issue_with_a_pinned_story_is_not_held_back() -> None:
    assert chosen(thin([story(1, 1, pinned=True)], ["skip"])) == [1]


def test_nothing_new_makes_no_issue() -> None:
    selection = choose([story(1, 30)], read_policy({}), NOW)
    assert not selection.decision.send
    assert selection.decision.reasons == ("nothing new among 1 candidate: no issue this time",)


def test_the_decision_is_plain_data() -> None:
    assert thin(POOL, ["fewer"]).decision.to_json() == {
        "send": True,
        "kind": "fewer",
        "reasons": ["goes out with 2 stories, fewer than 4"],
    }
