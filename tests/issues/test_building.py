"""A selection becomes an issue, and a rebuild loses nothing that the editor did."""

from dataclasses import replace
from datetime import timedelta

import pytest

from digest.issues import AlreadyBuilt, Issue, IssueError, build, editing, newsletters, progress, show
from digest.selection import choose, read_policy
from tests.issues.newsroom import NOW, Newsroom, writings


def headlines(issue: Issue) -> list[str]:
    return [item.headline for item in issue.items if not item.dropped]


def test_an_issue_has_the_chosen_stories_in_their_order_with_their_words(newsroom: Newsroom) -> None:
    with newsroom.database.writing() as session:
        newsroom.build(session)
    with newsroom.database.reading() as session:
        issue = session.get_one(Issue, 1)
        assert (issue.number, issue.state, issue.subject) == (1, "draft", "Headline 1")
        assert [(item.position, item.headline, item.summary, item.method) for item in issue.items] == [
            (n, f"Headline {n}", f"Summary {n}.", "extract") for n in (1, 2, 3)
        ]
        assert len(show.explain(issue)) == 8
        assert all(one["reason"] for one in show.explain(issue))


def test_numbers_go_up_for_each_newsletter(newsroom: Newsroom) -> None:
    with newsroom.database.writing() as session:
        first = newsroom.build(session)
        progress.approve(session, first, "Ann", NOW)
        second = newsroom.build(session)
        assert (first.number, second.number) == (1, 2)
        assert headlines(second) == ["Headline 4", "Headline 5", "Headline 6"]


def test_building_again_renews_the_open_draft(newsroom: Newsroom) -> None:
    with newsroom.database.writing() as session:
        assert newsroom.build(session).id == newsroom.build(session, items=4).id
        assert headlines(session.get_one(Issue, 1)) == [f"Headline {n}" for n in (1, 2, 3, 4)]


def test_the_same_input_gives_the_same_bytes(newsroom: Newsroom) -> None:
    with newsroom.database.writing() as session:
        first = show.canonical(newsroom.build(session))
        again = show.canonical(newsroom.build(session, candidates=reversed(newsroom.candidates())))
    assert first == again


def test_a_slot_has_one_issue(newsroom: Newsroom) -> None:
    slot = NOW + timedelta(hours=4)
    with newsroom.database.writing() as session:
        draft = newsroom.build(session)
        taken = newsroom.build(session, slot=slot)
        assert (taken.id, taken.slot) == (draft.id, slot)
        assert newsroom.build(session, slot=slot).id == taken.id
        progress.approve(session, taken, "Ann", NOW)
        with pytest.raises(
            AlreadyBuilt, match=r"Weekly No. 1 was built for 2026-11-26 09:00 UTC and is approved"
        ):
            newsroom.build(session, slot=slot)
        later = newsroom.build(session, slot=slot + timedelta(days=7))
        assert (later.number, later.slot) == (2, slot + timedelta(days=7))


def test_a_draft_of_one_slot_is_not_taken_for_another(newsroom: Newsroom) -> None:
    with newsroom.database.writing() as session:
        first = newsroom.build(session, slot=NOW)
        second = newsroom.build(session, slot=NOW + timedelta(days=7))
        assert first.id != second.id


def test_nothing_chosen_makes_no_issue_and_says_why(newsroom: Newsroom) -> None:
    with newsroom.database.writing() as session:
        with pytest.raises(IssueError, match="nothing to put into Weekly: nothing new among 0 candidates"):
            newsroom.build(session, candidates=[])
        assert session.get(Issue, 1) is None


def test_edits_pins_drops_and_moves_survive_a_rebuild(newsroom: Newsroom) -> None:
    with newsroom.database.writing() as session:
        issue = newsroom.build(session, items=5)
        editing.set_headline(session, issue, 2, "Mine")
        editing.set_summary(session, issue, 2, "My words.")
        editing.drop(session, issue, 3)
        editing.move(session, issue, 4, 1)
        editing.set_subject(session, issue, "My subject")
        before = [(item.article_id, item.headline) for item in issue.items if not item.dropped]
    with newsroom.database.writing() as session:
        issue = newsroom.build(session, items=5)
        live = [item for item in issue.items if not item.dropped]
        # The dropped one's place goes to the next best; everything else is as the editor left it.
        assert [(item.article_id, item.headline) for item in live][:4] == before
        assert [item.article_id for item in live] == [5, 1, 2, 4, 6]
        assert live[2].summary == "My words."
        assert live[2].method == "editor"
        assert issue.subject == "My subject"
        assert [item.article_id for item in issue.items if item.dropped] == [3]
        again = show.canonical(newsroom.build(session, items=5))
        assert again == show.canonical(issue)


def test_an_edited_item_stays_in_though_better_stories_come(newsroom: Newsroom) -> None:
    with newsroom.database.writing() as session:
        issue = newsroom.build(session, candidates=newsroom.candidates()[5:], items=2)
        editing.set_headline(session, issue, 2, "Mine")
        issue = newsroom.build(session, items=2)
        assert headlines(issue) == ["Headline 1", "Mine"]
        verdict = next(one for one in show.explain(issue) if one["article_id"] == 7)
        assert "kept by the editor" in verdict["reason"]


def test_a_pinned_item_leads_the_rebuilt_issue_and_an_unpinned_one_no_longer(newsroom: Newsroom) -> None:
    with newsroom.database.writing() as session:
        issue = newsroom.build(session)
        editing.set_pinned(session, issue, 3)
        assert headlines(newsroom.build(session)) == ["Headline 3", "Headline 1", "Headline 2"]
        editing.set_pinned(session, issue, 1, pinned=False)
        pinned_article = newsroom.candidates(pinned={3: True})
        assert headlines(newsroom.build(session, candidates=pinned_article)) == [
            "Headline 1", "Headline 2", "Headline 3",
        ]  # fmt: skip


def test_no_other_telling_comes_in_for_a_dropped_item(newsroom: Newsroom) -> None:
    pool = newsroom.candidates(story_key={1: "quake", 5: "quake"}, pair_key={1: "p", 6: "p"})
    with newsroom.database.writing() as session:
        issue = newsroom.build(session, candidates=pool)
        editing.drop(session, issue, 1)
        issue = newsroom.build(session, candidates=pool, items=8)
        assert not {"Headline 1", "Headline 5", "Headline 6"} & set(headlines(issue))


def test_the_editors_order_of_moved_items_is_kept_when_the_issue_grows_short(newsroom: Newsroom) -> None:
    with newsroom.database.writing() as session:
        issue = newsroom.build(session, items=6)
        editing.move(session, issue, 1, 6)
        editing.move(session, issue, 1, 5)
        assert [item.article_id for item in issue.items] == [3, 4, 5, 6, 2, 1]
        issue = newsroom.build(session, items=3)
        assert [item.article_id for item in issue.items] == [3, 2, 1]
        assert [item.position for item in issue.items] == [1, 2, 3]


def test_tellings_and_translations_stand_with_their_item(newsroom: Newsroom) -> None:
    pool = newsroom.candidates(
        story_key={1: "quake", 2: "quake"}, source_name={2: "Times"}, pair_key={3: "p", 4: "p"},
        language={3: "en", 4: "hy"},
    )  # fmt: skip
    with newsroom.database.writing() as session:
        items = {item.article_id: item for item in newsroom.build(session, candidates=pool).items}
        assert [one["source"] for one in items[1].also] == ["Times"]
        assert [(one["language"], one["headline"], one["summary"]) for one in items[3].translations] == [
            ("hy", "Headline 4", "Summary 4.")
        ]


def test_only_a_draft_is_rebuilt(newsroom: Newsroom) -> None:
    with newsroom.database.writing() as session:
        weekly = newsletters.get(session, "weekly")
        issue = newsroom.build(session)
        progress.approve(session, issue, "Ann", NOW)
        selection = choose(newsroom.candidates(), read_policy({"items": 2}), NOW)
        assert build(session, weekly, selection, writings(), NOW).id != issue.id
        assert headlines(issue) == ["Headline 1", "Headline 2", "Headline 3"]


def test_a_rebuild_forgets_what_was_rendered(newsroom: Newsroom) -> None:
    with newsroom.database.writing() as session:
        issue = newsroom.build(session)
        issue.html = issue.text = "rendered"
        newsroom.build(session)
        assert (issue.html, issue.text) == (None, None)


def test_an_item_is_written_anew_where_the_editor_did_not_touch_it(newsroom: Newsroom) -> None:
    with newsroom.database.writing() as session:
        weekly, selection = (
            newsletters.get(session, "weekly"),
            choose(newsroom.candidates(), read_policy({"items": 2}), NOW),
        )
        issue = build(session, weekly, selection, writings(), NOW)
        editing.set_headline(session, issue, 1, "Mine")
        better = {n: replace(one, headline="New", summary="Better.") for n, one in writings().items()}
        issue = build(session, weekly, selection, better, NOW)
        assert [(item.headline, item.summary) for item in issue.items] == [
            ("Mine", "Better."),
            ("New", "Better."),
        ]
