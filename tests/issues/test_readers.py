"""Every reader is in exactly one variant, and none holds a story they had."""

from collections.abc import Sequence

import pytest
from sqlalchemy.orm import Session

from digest.issues import Issue, StateError, newsletters, progress, readers, sent_before, with_history
from digest.issues.history import repeats
from outbox.tables import Delivery, Mailing
from subscribers.recipients import recipients
from subscribers.tables import Subscriber
from tests.issues.newsroom import NOW, Newsroom, add_newsletter, add_reader, join, row

ALL = [1, 2, 3, 4, 5, 6, 7, 8]


def people(session: Session, audiences: Sequence[readers.Audience]) -> list[tuple[list[int], list[int]]]:
    """For each variant the articles in it and the ids of its readers, asked for as freezing asks."""
    return [
        (
            [one.article_id for one in audience.variant.contents],
            sorted(session.scalars(recipients(1, now=NOW, segment=audience.condition))),
        )
        for audience in audiences
    ]


def choose_language(session: Session, number: int, language: str | None, topics: list[str]) -> None:
    reader = session.get_one(Subscriber, number)
    reader.language, reader.topics = language, topics
    session.flush()


def test_without_preferences_all_readers_share_one_variant(newsroom: Newsroom) -> None:
    with newsroom.database.writing() as session:
        for number in (1, 2, 3):
            add_reader(session, number, confirmed=1)
        issue = newsroom.build(session)
        assert people(session, readers.audiences(session, issue)) == [([1, 2, 3], [1, 2, 3])]


def test_languages_and_topics_make_variants_and_everybody_is_in_one(newsroom: Newsroom) -> None:
    pool = newsroom.candidates(
        pair_key={1: "p", 8: "p"},
        language={1: "en", 8: "hy", 2: "en", 3: "en", 4: "en", 5: "en"},
        topics={2: ("Culture",), 5: ("Sport",)},
    )
    with newsroom.database.writing() as session:
        for number in range(1, 6):
            add_reader(session, number, confirmed=1)
        choose_language(session, 2, "hy", [])
        choose_language(session, 3, "en", ["sport"])
        choose_language(session, 4, "en-GB", ["sport"])
        choose_language(session, 5, None, ["culture", "sport"])
        issue = newsroom.build(session, candidates=pool, items=5, languages=["en", "hy"])
        found = people(session, readers.audiences(session, issue))
        assert ([8, 2, 3, 4, 5], [2]) in found
        assert ([1, 2, 5], [3, 4, 5]) in found
        assert ([1, 2, 3, 4, 5], [1]) in found
        assert len(found) == 3


def two_newsletters(session: Session, newsroom: Newsroom) -> Issue:
    """Readers 1, 2, 3 of the weekly, of whom 3 takes the daily too, where 4 is as well; stories 1, 2 in it."""
    add_newsletter(session, "daily", 2)
    for number in (1, 2, 3):
        add_reader(session, number, confirmed=1)
    join(session, 3, 2)
    add_reader(session, 4, confirmed=2)
    daily = newsroom.build(session, "daily", items=2)
    progress.approve(session, daily, "Ann", NOW)
    return daily


def test_a_story_that_some_readers_had_elsewhere_is_out_or_counts_less_as_the_caller_wants(
    newsroom: Newsroom,
) -> None:
    with newsroom.database.writing() as session:
        two_newsletters(session, newsroom)
        history = sent_before(session, newsletters.get(session, "weekly"))
        assert history.articles[1].share == 1 / 3
        strict = {one.article_id: one for one in with_history(newsroom.candidates(), history)}
        assert (strict[1].already_sent_in, strict[1].already_sent_by) == (1, "Daily")
        loose = {one.article_id: one for one in with_history(newsroom.candidates(), history, 0.5)}
        assert (loose[1].already_sent_in, loose[1].had_by) == (None, 1 / 3)


def test_a_reader_of_two_newsletters_gets_a_story_from_the_first_only(newsroom: Newsroom) -> None:
    with newsroom.database.writing() as session:
        two_newsletters(session, newsroom)
        issue = newsroom.build(session, "weekly", leave_out_from=0.5, items=8)
        assert sorted(item.article_id for item in issue.items) == ALL
        found = [(sorted(arts), ids) for arts, ids in people(session, readers.audiences(session, issue))]
        assert found == [(ALL, [1, 2]), (ALL[2:], [3])]
        assert sorted(item.article_id for item, _ in repeats(session, issue)) == [1, 2]
        assert repeats(session, issue, 0.5) == []


def test_only_those_who_were_reached_had_it(newsroom: Newsroom) -> None:
    with newsroom.database.writing() as session:
        daily = two_newsletters(session, newsroom)
        join(session, 1, 2)
        mailing = row(Mailing, kind="issue/2", reference=daily.id)
        session.add(mailing)
        session.flush()
        for reader, state in ((3, "sent"), (1, "failed")):
            session.add(row(Delivery, mailing_id=mailing.id, recipient_id=reader, state=state))  # type: ignore[attr-defined]
        session.flush()
        issue = newsroom.build(session, "weekly", leave_out_from=0.9, items=8)
        found = [(sorted(arts), ids) for arts, ids in people(session, readers.audiences(session, issue))]
        assert found == [(ALL, [1, 2]), (ALL[2:], [3])]


def test_a_follow_up_reaches_those_who_had_the_story(newsroom: Newsroom) -> None:
    with newsroom.database.writing() as session:
        two_newsletters(session, newsroom)
        issue = newsroom.build(session, "weekly", newsroom.candidates()[:7], leave_out_from=0.5, items=7)
        for item in issue.items:
            if item.article_id == 1:
                item.article_id, item.follow_up_of = 8, 1
        session.flush()
        found = people(session, readers.audiences(session, issue))
        (had_some,) = [arts for arts, ids in found if ids == [3]]
        assert 8 in had_some
        assert 2 not in had_some


def test_two_drafts_with_one_story_are_not_both_approved(newsroom: Newsroom) -> None:
    with newsroom.database.writing() as session:
        add_newsletter(session, "daily", 1)
        weekly, daily = newsroom.build(session, "weekly"), newsroom.build(session, "daily")
        progress.approve(session, daily, "Ann", NOW)
        with pytest.raises(StateError, match=r"“Headline 1” is also in Daily No\. 1 for the same readers"):
            progress.approve(session, weekly, "Ann", NOW)
        assert weekly.state == "draft"


def test_a_reader_whose_preferences_nobody_else_has_is_in_no_two_variants(newsroom: Newsroom) -> None:
    with newsroom.database.writing() as session:
        for number in range(1, 31):
            add_reader(session, number, confirmed=1)
            choose_language(
                session, number, ("en", "hy", None, "pt-BR")[number % 4], [f"topic {number % 7}", "Culture"]
            )
        pool = newsroom.candidates(topics={n: (f"topic {n}",) for n in range(1, 9)})
        issue = newsroom.build(session, candidates=pool, items=8)
        found = people(session, readers.audiences(session, issue, most=4))
        assert len(found) <= 4
        assert sorted(number for _, ids in found for number in ids) == list(range(1, 31))
