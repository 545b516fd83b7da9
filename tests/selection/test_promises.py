"""What holds for any candidates and any policy."""

import json
from collections import Counter
from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from digest.selection import Candidate, Caps, Policy, SectionRule, Thin, choose

NOW = datetime(2026, 11, 26, 5, tzinfo=UTC)

candidates = st.builds(
    Candidate,
    article_id=st.just(0),
    story_key=st.sampled_from(["a", "b", "c", "d", "e", "f", "g", "h"]),
    url=st.sampled_from([f"https://news.example/{n}" for n in range(30)]),
    title=st.sampled_from(["Budget passes", "Հայաստան", "Casino opens"]),
    published_at=st.integers(-10, 400).map(lambda hours: NOW - timedelta(hours=hours)),
    source_name=st.sampled_from(["", "News", "Times"]),
    source_weight=st.sampled_from([0.0, 0.5, 1.0, 3.0]),
    section=st.sampled_from(["", "Politics", "Culture"]),
    author=st.sampled_from(["", "Ann", "Bob"]),
    language=st.sampled_from(["", "en", "hy"]),
    words=st.integers(0, 2000),
    has_image=st.booleans(),
    comments=st.integers(0, 50),
    pinned=st.integers(0, 9).map(lambda n: n == 0),
    dropped=st.integers(0, 9).map(lambda n: n == 0),
    kept=st.integers(0, 9).map(lambda n: n == 0),
    own_piece=st.booleans(),
    evergreen=st.booleans(),
    pair_key=st.sampled_from(["", "", "", "p", "q"]),
    already_sent_in=st.sampled_from([None, None, None, None, 7]),
    sent_at=st.sampled_from([None, NOW - timedelta(days=3)]),
    sent_itself=st.booleans(),
    novelty=st.sampled_from([None, 0.1, 0.9]),
)
pools = st.lists(candidates, max_size=25).map(
    lambda pool: [Candidate(**(vars(one) | {"article_id": n})) for n, one in enumerate(pool, 1)]
)
policies = st.builds(
    Policy,
    items=st.integers(1, 8),
    window=st.sampled_from([timedelta(days=1), timedelta(days=7)]),
    sections=st.sampled_from(
        [(), (SectionRule("Politics", least=1, most=2), SectionRule("English", languages=("en",), most=3))]
    ),
    only_sections=st.booleans(),
    caps=st.sampled_from([Caps(), Caps(source=2, author=1, also=1)]),
    languages=st.sampled_from([(), ("en",), ("hy", "en")]),
    muted=st.sampled_from([(), ("casino",)]),
    minimum_score=st.sampled_from([0.0, 0.3]),
    thin=st.lists(st.sampled_from(["widen", "evergreen", "fewer", "roll_over", "skip"]), max_size=3).map(
        lambda do: Thin(below=3, do=tuple(do))
    ),
    follow_ups=st.booleans(),
)


@settings(deadline=None, max_examples=60)
@given(pools, policies)
def test_no_article_and_no_story_comes_twice(pool: list[Candidate], policy: Policy) -> None:
    chosen = choose(pool, policy, NOW).chosen
    by_id = {one.article_id: one for one in pool}
    for key in ("article_id", "story_key", "url"):
        values = [getattr(by_id[one.article_id], key) for one in chosen]
        assert len(set(values)) == len(values)
    pairs = [by_id[one.article_id].pair_key for one in chosen if by_id[one.article_id].pair_key]
    assert len(set(pairs)) == len(pairs)


@settings(deadline=None, max_examples=60)
@given(pools, policies)
def test_nothing_sent_before_comes_again_but_as_a_marked_follow_up(
    pool: list[Candidate], policy: Policy
) -> None:
    sent = [one for one in pool if one.already_sent_in is not None]
    by_id = {one.article_id: one for one in pool}
    for one in choose(pool, policy, NOW).chosen:
        candidate = by_id[one.article_id]
        known = any(
            candidate.story_key == old.story_key
            or candidate.url == old.url
            or (candidate.pair_key and candidate.pair_key == old.pair_key)
            for old in sent
        )
        if known:
            assert policy.follow_ups
            assert one.follow_up_of == 7
            assert not candidate.sent_itself
        for other in (*one.also, *one.translations):
            assert not by_id[other.article_id].dropped
        assert not candidate.dropped


@settings(deadline=None, max_examples=60)
@given(pools, policies)
def test_the_limits_are_kept(pool: list[Candidate], policy: Policy) -> None:
    chosen = choose(pool, policy, NOW).chosen
    assert len(chosen) <= policy.items
    by_id = {one.article_id: one for one in pool}
    free = [by_id[one.article_id] for one in chosen if not by_id[one.article_id].held]
    if policy.caps.source is not None:
        counts = Counter(one.source_name for one in free if one.source_name)
        assert max(counts.values(), default=0) <= policy.caps.source
    if policy.caps.author is not None:
        counts = Counter(one.author for one in free if one.author)
        assert max(counts.values(), default=0) <= policy.caps.author
    for rule in policy.sections:
        assert rule.most is not None
        assert sum(one.section == rule.name and not by_id[one.article_id].held for one in chosen) <= rule.most
    assert all(len(one.also) <= policy.caps.also for one in chosen)


@settings(deadline=None, max_examples=60)
@given(pools, policies, st.randoms(use_true_random=False))
def test_the_same_candidates_in_any_order_give_the_same_issue(
    pool: list[Candidate], policy: Policy, random: object
) -> None:
    shuffled = list(pool)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    first, second = choose(pool, policy, NOW), choose(shuffled, policy, NOW)
    assert first == second
    assert [json.dumps(one.to_json()) for one in first.verdicts] == [
        json.dumps(one.to_json()) for one in second.verdicts
    ]


@settings(deadline=None, max_examples=60)
@given(pools, policies)
def test_every_candidate_has_one_verdict_with_a_reason_and_parts_that_add_up(
    pool: list[Candidate], policy: Policy
) -> None:
    selection = choose(pool, policy, NOW)
    assert sorted(one.article_id for one in selection.verdicts) == [one.article_id for one in pool]
    assert [one.article_id for one in selection.verdicts if one.chosen] == [
        one.article_id for one in selection.chosen
    ]
    for verdict in selection.verdicts:
        assert verdict.reason
        assert abs(verdict.score - sum(verdict.parts.values())) < 1e-6
    assert selection.decision.send == bool(selection.chosen)


@settings(deadline=None, max_examples=60)
@given(pools, policies)
def test_nothing_is_let_in_before_what_the_editor_wants(pool: list[Candidate], policy: Policy) -> None:
    selection = choose(pool, policy, NOW)
    by_id = {one.article_id: one for one in pool}
    if any("went to" in one.reason and by_id[one.article_id].held for one in selection.verdicts):
        assert all(by_id[one.article_id].held for one in selection.chosen)
