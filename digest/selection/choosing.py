"""The choice itself: gates, scores, stories, places, and what a thin week asks for."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from digest.selection.candidate import Candidate
from digest.selection.gates import Reach, Sent, closed
from digest.selection.matching import section_name
from digest.selection.placing import arrange, place
from digest.selection.policy import Policy
from digest.selection.scoring import score, total, typical_comments
from digest.selection.stories import Story, gather, lead, rank, sent_before, telling, told_by
from digest.selection.verdicts import Chosen, Decision, Selection, Verdict
from digest.selection.words import counted, quoted, span

_LONGEST_ROLL = 4  # windows that a rolled-over story may wait for


def choose(
    candidates: Iterable[Candidate], policy: Policy, now: datetime, last_sent_at: datetime | None = None
) -> Selection:
    """The stories of an issue, the lead first, with a verdict for every candidate.

    The same candidates in any order give the same selection. No story is chosen twice, none that
    readers already had, and the policy's limits hold. `last_sent_at`, when the newsletter last
    went out, lets stories of a rolled-over week wait for the next issue. ValueError for two
    candidates with one article id.
    """
    pool = sorted(candidates, key=lambda one: (one.url, one.article_id))
    if len({one.article_id for one in pool}) < len(pool):
        raise ValueError("two candidates have the same article id")
    start = now - policy.window
    if last_sent_at is not None and "roll_over" in policy.thin.do:
        start = min(start, max(last_sent_at, now - _LONGEST_ROLL * policy.window))
    selection = _select(pool, policy, now, Reach(start))
    return _thin(pool, policy, now, start, selection)


def _thin(
    pool: Sequence[Candidate], policy: Policy, now: datetime, start: datetime, selection: Selection
) -> Selection:
    """The selection after the policy's steps for a thin week, the decision saying what was done."""
    thin, reasons, kind, evergreen_places = policy.thin, list[str](), "full", 0
    wanted = {one.article_id for one in pool if one.held}
    for step in thin.do:
        found = len(selection.chosen)
        if found >= thin.below:
            break
        short = f"{counted(found, 'story')}, fewer than {thin.below}"
        if step == "widen":
            start = min(start, now - thin.widen_to)
            selection = _select(pool, policy, now, Reach(start, evergreen_places))
            kind = "widened"
            reasons.append(f"{short}: looked back {span(thin.widen_to)}, found {len(selection.chosen)}")
        elif step == "evergreen":
            evergreen_places = thin.below - found
            selection = _select(pool, policy, now, Reach(start, evergreen_places))
            kind = "topped up"
            reasons.append(f"{short}: topped up from the evergreen pool to {len(selection.chosen)}")
        elif step == "fewer":
            break
        elif not any(one.article_id in wanted for one in selection.chosen):
            words, kind = {
                "skip": ("no issue this time", "skipped"),
                "roll_over": ("kept for the next issue", "rolled over"),
            }[step]
            reasons.append(f"{short}: {words}")
            return _held_back(selection, Decision(False, kind, tuple(reasons)), words)
    if not selection.chosen:
        reasons.append(f"nothing new among {counted(len(pool), 'candidate')}: no issue this time")
        return Selection((), selection.verdicts, Decision(False, "skipped", tuple(reasons)))
    if len(selection.chosen) < thin.below:
        kind = "fewer" if kind == "full" else kind
        reasons.append(f"goes out with {counted(len(selection.chosen), 'story')}, fewer than {thin.below}")
    return Selection(selection.chosen, selection.verdicts, Decision(True, kind, tuple(reasons)))


def _held_back(selection: Selection, decision: Decision, words: str) -> Selection:
    verdicts = tuple(
        Verdict(
            one.article_id,
            one.url,
            one.title,
            one.score,
            one.parts,
            False,
            one.section,
            f"thin week: {words}",
        )
        if one.chosen
        else one
        for one in selection.verdicts
    )
    return Selection((), verdicts, decision)


def _select(pool: Sequence[Candidate], policy: Policy, now: datetime, reach: Reach) -> Selection:
    typical = typical_comments(pool)
    parts: dict[int, dict[str, float]] = {}
    reasons: dict[int, str] = {}
    stories: list[Story] = []
    follow_ups: dict[int, Sent] = {}
    for group in gather(pool):
        sources, sent = told_by(group), sent_before(group)
        for one in group:
            parts[one.article_id] = score(one, policy, now, sources, typical)
        scores = {one.article_id: total(parts[one.article_id]) for one in group}
        in_reach = []
        for one in group:
            reason = closed(one, policy, now, reach, sent)
            old = one.published_at < reach.start
            if reason is None and not (one.held or old) and scores[one.article_id] < policy.minimum_score:
                reason = f"its score is under the minimum of {policy.minimum_score:.2f}"
            if reason is None:
                in_reach.append(one)
            else:
                reasons[one.article_id] = reason
        if not in_reach:
            continue
        # News leads its story; an old evergreen telling leads only where nothing newer tells it.
        news = [one for one in in_reach if one.held or one.published_at >= reach.start]
        story = lead(news or in_reach, scores, policy, evergreen=not news)
        stories.append(story)
        if sent:
            follow_ups[story.leader.article_id] = sent
        for one in in_reach:
            if one is not story.leader:
                how = "a translation" if one in story.translations else "another telling"
                reasons[one.article_id] = f"{how} of {quoted(story.leader.title)}, which leads the story"
    stories.sort(key=lambda story: rank(story.leader, story.score, story.evergreen))
    taken, notes = place(stories, policy, reach.evergreen_places)
    chosen = tuple(_chosen(story, policy, follow_ups) for story in arrange(taken, policy))
    places = {one.article_id: number for number, one in enumerate(chosen, 1)}
    for article_id, note in notes.items():
        reasons[article_id] = (
            _placed(places[article_id], note, follow_ups.get(article_id)) if (article_id in places) else note
        )
    verdicts = [
        Verdict(
            one.article_id,
            one.url,
            one.title,
            total(parts[one.article_id]),
            parts[one.article_id],
            one.article_id in places,
            section_name(one, policy),
            reasons[one.article_id],
        )
        for one in sorted(pool, key=lambda one: rank(one, total(parts[one.article_id])))
    ]
    verdicts.sort(key=lambda verdict: places.get(verdict.article_id, len(places) + 1))
    return Selection(chosen, tuple(verdicts), Decision(bool(chosen), "full"))


def _placed(number: int, note: str, sent: Sent | None) -> str:
    where = "leads the issue" if number == 1 else f"place {number}"
    follow_up = f"; a follow-up to {sent}" if sent is not None else ""
    return f"{where}: {note}{follow_up}"


def _chosen(story: Story, policy: Policy, follow_ups: dict[int, Sent]) -> Chosen:
    leader = story.leader
    sent = follow_ups.get(leader.article_id)
    return Chosen(
        article_id=leader.article_id,
        story_key=leader.story_key,
        title=leader.title,
        section=section_name(leader, policy),
        score=story.score,
        language=leader.language,
        topics=tuple(dict.fromkeys(name for name in (*leader.topics, section_name(leader, policy)) if name)),
        pinned=leader.pinned,
        follow_up_of=sent.number if sent else None,
        also=tuple(telling(one) for one in story.also),
        translations=tuple(telling(one) for one in story.translations),
    )
