"""Candidates gathered into stories: one leads, the rest are "also covered by"."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from digest.selection.candidate import Candidate
from digest.selection.gates import Sent
from digest.selection.matching import same_language
from digest.selection.policy import Policy
from digest.selection.verdicts import Telling

Rank = tuple[bool, bool, float, float, str, int]


@dataclass(frozen=True)
class Story:
    """A story to place: its leader, the other tellings best first, and the leader's translations."""

    leader: Candidate
    score: float
    evergreen: bool
    also: tuple[Candidate, ...] = ()
    translations: tuple[Candidate, ...] = ()


def rank(candidate: Candidate, score: float, evergreen: bool = False) -> Rank:
    """Sorts the best first: pinned, then news before evergreen, then score, the newest, the address."""
    return (
        not candidate.pinned,
        evergreen,
        -score,
        -candidate.published_at.timestamp(),
        candidate.url,
        candidate.article_id,
    )


def gather(candidates: Sequence[Candidate]) -> list[list[Candidate]]:
    """Groups of candidates that share a story, an address, or a piece in several languages."""
    leader_of: dict[tuple[str, str], int] = {}
    parent = list(range(len(candidates)))

    def root(place: int) -> int:
        while parent[place] != place:
            parent[place] = parent[parent[place]]
            place = parent[place]
        return place

    for place, candidate in enumerate(candidates):
        for key in (("story", candidate.story_key), ("url", candidate.url), ("pair", candidate.pair_key)):
            if key[1]:
                parent[root(place)] = root(leader_of.setdefault(key, place))
    groups: dict[int, list[Candidate]] = {}
    for place, candidate in enumerate(candidates):
        groups.setdefault(root(place), []).append(candidate)
    return list(groups.values())


def told_by(group: Sequence[Candidate]) -> int:
    """How many sources tell the story."""
    sources = {candidate.source.casefold() for candidate in group if not candidate.dropped}
    return max(1, len(sources), *(candidate.told_by for candidate in group))


def sent_before(group: Sequence[Candidate]) -> Sent | None:
    """The latest issue that told the story, if any did."""
    sent = [
        (candidate.sent_at.timestamp() if candidate.sent_at else 0.0, candidate.already_sent_in, candidate)
        for candidate in group
        if candidate.already_sent_in is not None
    ]
    if not sent:
        return None
    _, number, candidate = max(sent, key=lambda one: one[:2])
    assert number is not None
    return Sent(number, candidate.already_sent_by, candidate.sent_at)


def lead(
    open_ones: Sequence[Candidate], scores: Mapping[int, float], policy: Policy, evergreen: bool
) -> Story:
    """The story told by `open_ones`, none of which a gate keeps out.

    Of one piece in several languages the version in the newsletter's first language leads.
    """
    ranked = sorted(open_ones, key=lambda one: (not one.held, rank(one, scores[one.article_id])))
    best = ranked[0]
    versions = [one for one in ranked if is_version(one, best)]
    leader = best if best.held else min([best, *versions], key=lambda one: _preference(one, policy))
    translations: list[Candidate] = []
    for one in ranked:
        if is_version(one, leader) and not any(same_language(one.language, t.language) for t in translations):
            translations.append(one)
    also: list[Candidate] = []
    for one in ranked:
        known = {leader.source.casefold(), *(telling.source.casefold() for telling in also)}
        if one not in translations and one.source.casefold() not in known and len(also) < policy.caps.also:
            also.append(one)
    return Story(leader, scores[leader.article_id], evergreen, tuple(also), tuple(translations))


def is_version(one: Candidate, other: Candidate) -> bool:
    """Whether both are the same piece in two languages."""
    return (
        bool(one.pair_key)
        and one.pair_key == other.pair_key
        and not same_language(one.language, other.language)
    )


def _preference(candidate: Candidate, policy: Policy) -> int:
    places = [n for n, language in enumerate(policy.languages) if same_language(language, candidate.language)]
    return places[0] if places else len(policy.languages)


def telling(candidate: Candidate) -> Telling:
    """What an item keeps of another telling."""
    return Telling(
        candidate.article_id, candidate.url, candidate.title, candidate.source_name, candidate.language
    )
