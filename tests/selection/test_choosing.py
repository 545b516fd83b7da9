"""The choice: what is in, in what order, and why the rest is out."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from digest.selection import Candidate, Policy, Selection, Verdict, choose, read_policy

NOW = datetime(2026, 11, 26, 5, tzinfo=UTC)


def article(number: int, **values: object) -> Candidate:
    """An article of the last hours; the higher its number, the older it is."""
    plain = Candidate(
        article_id=number,
        story_key=f"story-{number}",
        url=f"https://news.example/{number}",
        title=f"Title {number}",
        published_at=NOW - timedelta(hours=number),
        source_id=1,
        source_name="News",
        words=400,
    )
    return replace(plain, **values)  # type: ignore[arg-type]


def chosen(selection: Selection) -> list[int]:
    return [one.article_id for one in selection.chosen]


def verdict(selection: Selection, number: int) -> Verdict:
    return next(one for one in selection.verdicts if one.article_id == number)


def test_of_equal_articles_the_newest_come_first() -> None:
    selection = choose([article(3), article(1), article(2)], Policy(items=2), NOW)
    assert chosen(selection) == [1, 2]
    assert verdict(selection, 1).reason == "leads the issue: by its score"
    assert "all 2 places went to stories with higher scores" in verdict(selection, 3).reason


def test_each_part_of_the_score_is_shown_and_they_add_up() -> None:
    rich = article(
        1, source_weight=1.5, comments=12, has_image=True, pinned=True, topics=("Politics",), told_by=3
    )
    policy = read_policy({"sections": [{"name": "Politics", "weight": 2}]})
    shown = verdict(choose([rich, article(2, comments=4)], policy, NOW), 1)
    assert list(shown.parts) == [
        "freshness", "coverage", "comments", "originality", "length", "image", "source", "section", "had",
        "pin",
    ]  # fmt: skip
    assert all(value > 0 for name, value in shown.parts.items() if name != "had")
    assert shown.score == pytest.approx(sum(shown.parts.values()), abs=1e-9)


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        ({"source_weight": 2.0}, {}),
        ({"comments": 30}, {"comments": 1}),
        ({"has_image": True}, {}),
        ({"words": 500}, {"words": 60}),
        ({}, {"own_piece": False}),
        ({"told_by": 4}, {}),
        ({"pinned": True}, {"told_by": 9, "comments": 99, "has_image": True}),
    ],
)
def test_what_speaks_for_an_article_puts_it_before_a_newer_one(
    better: dict[str, object], worse: dict[str, object]
) -> None:
    assert chosen(choose([article(2, **better), article(1, **worse)], Policy(), NOW)) == [2, 1]


def test_what_some_readers_had_elsewhere_counts_less() -> None:
    selection = choose([article(1, had_by=0.4), article(2)], Policy(), NOW)
    assert chosen(selection) == [2, 1]
    parts = verdict(selection, 1).parts
    whole = sum(value for name, value in parts.items() if name != "had")
    assert parts["had"] == pytest.approx(-0.4 * whole, abs=1e-3)


def test_freshness_halves_with_every_half_life() -> None:
    policy = Policy(half_life=timedelta(hours=10))
    selection = choose([article(10), article(20)], policy, NOW)
    assert verdict(selection, 10).parts["freshness"] == policy.weights.freshness / 2
    assert verdict(selection, 20).parts["freshness"] == round(policy.weights.freshness / 4, 4)


def test_a_story_comes_once_with_its_other_tellings_beside_it() -> None:
    tellings = [
        article(1, story_key="quake", source_id=1, source_name="News"),
        article(2, story_key="quake", source_id=2, source_name="Times"),
        article(3, story_key="quake", source_id=2, source_name="Times"),
    ]
    selection = choose([*tellings, article(4)], Policy(), NOW)
    assert chosen(selection) == [1, 4]
    assert [one.source_name for one in selection.chosen[0].also] == ["Times"]
    assert verdict(selection, 2).reason == "another telling of “Title 1”, which leads the story"


def test_no_more_tellings_are_linked_than_the_policy_says() -> None:
    tellings = [article(n, story_key="quake", source_name=f"Paper {n}") for n in range(1, 6)]
    for most in (0, 2):
        selection = choose(tellings, read_policy({"caps": {"also": most}}), NOW)
        assert len(selection.chosen[0].also) == most


def test_a_dropped_telling_does_not_count_as_a_source() -> None:
    tellings = [article(n, story_key="quake", source_name=f"Paper {n}", dropped=n == 3) for n in (1, 2, 3)]
    selection = choose(tellings, Policy(), NOW)
    assert verdict(selection, 1).parts["coverage"] == Policy().weights.coverage / 2
    assert [one.article_id for one in selection.chosen[0].also] == [2]


def test_two_articles_at_one_address_are_one_story() -> None:
    twins = [article(1), article(2, url="https://news.example/1")]
    assert chosen(choose(twins, Policy(), NOW)) == [1]


def test_versions_of_one_piece_are_one_item_in_the_first_language_of_the_newsletter() -> None:
    english = article(1, language="en", pair_key="p")
    armenian = article(2, language="hy-AM", pair_key="p")
    selection = choose([english, armenian], Policy(languages=("hy", "en")), NOW)
    assert chosen(selection) == [2]
    assert [one.article_id for one in selection.chosen[0].translations] == [1]
    assert verdict(selection, 1).reason == "a translation of “Title 2”, which leads the story"


def test_nothing_that_readers_had_comes_again_nor_another_telling_of_it() -> None:
    sent = article(1, story_key="quake", already_sent_in=41, sent_itself=True, sent_at=NOW)
    retold = article(2, story_key="quake", pinned=True)
    translated = article(3, story_key="other", pair_key="p")
    sent_version = article(4, pair_key="p", already_sent_in=40, sent_itself=True)
    selection = choose([sent, retold, translated, sent_version, article(5)], Policy(), NOW)
    assert chosen(selection) == [5]
    assert verdict(selection, 1).reason == "already sent in No. 41"
    assert verdict(selection, 2).reason == "its story was already sent in No. 41"
    assert verdict(selection, 3).reason == "its story was already sent in No. 40"


def test_an_update_with_enough_news_comes_back_marked_as_a_follow_up() -> None:
    sent_at = NOW - timedelta(days=2)
    sent = article(100, story_key="quake", already_sent_in=41, sent_itself=True, sent_at=sent_at)
    update = article(2, story_key="quake", already_sent_in=41, sent_at=sent_at, novelty=0.8)
    retold = article(3, story_key="quake", already_sent_in=41, sent_at=sent_at, novelty=0.2)
    before = article(60, story_key="quake", already_sent_in=41, sent_at=sent_at, novelty=0.9)
    selection = choose([sent, update, retold, before], Policy(follow_ups=True), NOW)
    assert chosen(selection) == [2]
    assert selection.chosen[0].follow_up_of == 41
    assert verdict(selection, 2).reason.endswith("a follow-up to No. 41")
    assert "only 20% of it is new" in verdict(selection, 3).reason
    assert chosen(choose([sent, update, retold, before], Policy(), NOW)) == []


@pytest.mark.parametrize(
    ("values", "comes"),
    [
        ({}, True),
        ({"novelty": 0.49}, False),
        ({"novelty": None}, False),
        ({"published_at": NOW - timedelta(days=2, hours=1)}, False),
        ({"sent_itself": True}, False),
        ({"sent_at": None}, False),
    ],
)
def test_a_follow_up_is_another_article_written_later_and_half_of_it_new(
    values: dict[str, object], comes: bool
) -> None:
    plain = article(2, already_sent_in=41, sent_at=NOW - timedelta(days=2), novelty=0.5)
    candidate = replace(plain, **values)  # type: ignore[arg-type]
    assert chosen(choose([candidate], Policy(follow_ups=True), NOW)) == ([2] if comes else [])


@pytest.mark.parametrize(
    ("values", "policy", "reason"),
    [
        ({"dropped": True, "pinned": True}, {}, "dropped by the editor"),
        ({"published_at": NOW - timedelta(days=9)}, {}, "published 9 days ago, the window is 7 days"),
        ({"published_at": NOW + timedelta(hours=3)}, {}, "not published yet: its time is 3 hours ahead"),
        ({"language": "ru"}, {"languages": ["en", "hy"]}, "in ru, which is not a language"),
        ({"title": "Big Casino wins"}, {"muted": ["casino"]}, "holds the muted word “casino”"),
        ({"text": "The elections are over."}, {"muted": ["elect*"]}, "holds the muted word “elect*”"),
        ({}, {"minimum_score": 0.9}, "under the minimum of 0.90"),
        ({"section": "Sport"}, {"sections": ["Politics"], "only_sections": True}, "none of the newsletter's"),
    ],
)
def test_a_closed_gate_says_why(values: dict[str, object], policy: dict[str, object], reason: str) -> None:
    selection = choose([article(1, **values)], read_policy(policy), NOW)
    assert selection.chosen == ()
    assert reason in verdict(selection, 1).reason


def test_a_muted_word_must_stand_whole() -> None:
    assert chosen(choose([article(1, title="Casinos close")], Policy(muted=("casino",)), NOW)) == [1]


def test_a_pin_passes_age_language_and_score() -> None:
    old = article(1, pinned=True, published_at=NOW - timedelta(days=30), language="ru")
    policy = read_policy({"languages": ["en"], "minimum_score": 9, "caps": {"source": 1}})
    assert chosen(choose([old], policy, NOW)) == [1]


def test_the_lead_comes_first_then_the_sections_in_their_order() -> None:
    policy = read_policy({"sections": ["Politics", "Culture"], "other_section": "More"})
    articles = [
        article(1, section="culture"),
        article(2, section="sport"),
        article(3, topics=("Culture",)),
        article(4, section="Politics"),
    ]
    selection = choose(articles, policy, NOW)
    assert [(one.article_id, one.section) for one in selection.chosen] == [
        (1, "Culture"), (4, "Politics"), (3, "Culture"), (2, "More"),
    ]  # fmt: skip


def test_without_sections_the_articles_own_ones_stay_together() -> None:
    articles = [article(n, section="odd" if n % 2 else "even") for n in range(1, 6)]
    assert chosen(choose(articles, Policy(), NOW)) == [1, 2, 4, 3, 5]


def test_a_section_keeps_its_least_places_and_its_limit() -> None:
    policy = read_policy(
        {"items": 4, "sections": [{"name": "Politics", "most": 2}, {"name": "Culture", "least": 1}]}
    )
    articles = [article(n, section="Politics") for n in range(1, 5)]
    articles += [article(9, section="Sport"), article(10, section="Sport"), article(11, section="Culture")]
    selection = choose(articles, policy, NOW)
    assert sorted(chosen(selection)) == [1, 2, 9, 11]
    assert verdict(selection, 3).reason == "the section Politics has its 2 stories"
    assert "among the best 1 of Culture, which are always in" in verdict(selection, 11).reason


@pytest.mark.parametrize(
    ("rule", "values"),
    [
        ({"topics": ["Elections"]}, {"topics": ("elections",)}),
        ({"sources": ["times"]}, {"source_name": "Times"}),
        ({"sources": ["7"]}, {"source_id": 7}),
        ({"languages": ["hy"]}, {"language": "hy-AM"}),
        ({"query": ["երևան*"]}, {"title": "Լուրեր Երևանից"}),
        ({"query": ["budget"], "languages": ["en"]}, {"language": "en", "text": "The budget passed."}),
    ],
)
def test_a_section_is_filled_by_topic_source_language_or_query(
    rule: dict[str, object], values: dict[str, object]
) -> None:
    policy = read_policy({"sections": [{"name": "Mine", **rule}], "other_section": "More"})
    selection = choose([article(1, **values), article(2)], policy, NOW)
    assert [one.section for one in selection.chosen] == ["Mine", "More"]


def test_no_source_and_no_author_takes_more_than_its_share() -> None:
    articles = [article(n, author="Ann") for n in (1, 2, 3)]
    articles += [article(n, source_name="Times", author="Bob") for n in (4, 5, 6)]
    selection = choose(articles, read_policy({"caps": {"source": 2}}), NOW)
    assert sorted(chosen(selection)) == [1, 2, 4, 5]
    assert verdict(selection, 3).reason == "2 stories of News are in, the most for one source"
    selection = choose(articles, read_policy({"caps": {"author": 1}}), NOW)
    assert sorted(chosen(selection)) == [1, 4]
    assert verdict(selection, 2).reason == "1 story by Ann are in, the most for one author"


def test_equal_scores_and_times_go_by_address() -> None:
    same = [article(n, published_at=NOW, url=f"https://news.example/{letter}") for n, letter in
            ((1, "c"), (2, "a"), (3, "b"))]  # fmt: skip
    assert chosen(choose(same, Policy(), NOW)) == [2, 3, 1]


def test_two_candidates_with_one_id_are_a_mistake_of_the_caller() -> None:
    with pytest.raises(ValueError, match="same article id"):
        choose([article(1), article(1)], Policy(), NOW)
