"""Giving the issue's places to stories, within the limits of the policy."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from digest.selection.matching import section_name, section_of
from digest.selection.policy import Policy
from digest.selection.stories import Story
from digest.selection.words import counted


@dataclass
class Placing:
    """The stories taken so far and, for those left, the reason. Stories come best first."""

    policy: Policy
    evergreen_places: int
    taken: list[Story] = field(default_factory=list)
    notes: dict[int, str] = field(default_factory=dict)
    _sections: Counter[str] = field(default_factory=Counter)
    _sources: Counter[str] = field(default_factory=Counter)
    _authors: Counter[str] = field(default_factory=Counter)
    _evergreen: int = 0

    def hindrance(self, story: Story) -> str | None:
        """Why the story cannot have a place now; only the number of places binds what the editor wants."""
        candidate, caps = story.leader, self.policy.caps
        if len(self.taken) >= self.policy.items:
            return self._full()
        if candidate.held:
            return None
        rule = section_of(candidate, self.policy)
        if rule and rule.most is not None and self._sections[rule.name] >= rule.most:
            return f"the section {rule.name} has its {counted(rule.most, 'story')}"
        if caps.source is not None and candidate.source and self._sources[candidate.source] >= caps.source:
            return f"{counted(caps.source, 'story')} of {candidate.source} are in, the most for one source"
        author = candidate.author.casefold()
        if caps.author is not None and author and self._authors[author] >= caps.author:
            return f"{counted(caps.author, 'story')} by {candidate.author} are in, the most for one author"
        if story.evergreen and self._evergreen >= self.evergreen_places:
            return "evergreen: enough others fill up this thin week"
        return None

    def take(self, story: Story, note: str) -> None:
        """Give the story a place and remember why."""
        candidate = story.leader
        self.taken.append(story)
        self.notes[candidate.article_id] = note
        self._sections[section_name(candidate, self.policy)] += 1
        self._sources[candidate.source] += 1
        self._authors[candidate.author.casefold()] += 1
        self._evergreen += story.evergreen

    def count(self, section: str) -> int:
        """How many stories of the section have a place."""
        return self._sections[section]

    def _full(self) -> str:
        scores = [story.score for story in self.taken if not story.leader.held]
        last = f" (the last has {min(scores):.2f})" if scores else " or to those the editor wants"
        return f"all {counted(self.policy.items, 'place')} went to stories with higher scores{last}"


def place(
    stories: Sequence[Story], policy: Policy, evergreen_places: int
) -> tuple[list[Story], dict[int, str]]:
    """The stories that get a place, best first, and a note by leader's article id for every story.

    Stories that the editor wants come first, then the places that sections keep for themselves, then
    the best of the rest.
    """
    placing = Placing(policy, evergreen_places)
    for story in stories:
        if story.leader.held and placing.hindrance(story) is None:
            placing.take(story, "pinned by the editor" if story.leader.pinned else "kept by the editor")
    for rule in policy.sections:
        for story in stories:
            if placing.count(rule.name) >= rule.least:
                break
            if (
                section_of(story.leader, policy) == rule
                and story.leader.article_id not in placing.notes
                and placing.hindrance(story) is None
            ):
                placing.take(story, f"among the best {rule.least} of {rule.name}, which are always in")
    for story in stories:
        if story.leader.article_id in placing.notes:
            continue
        if reason := placing.hindrance(story):
            placing.notes[story.leader.article_id] = reason
        else:
            placing.take(story, "evergreen, fills up a thin week" if story.evergreen else "by its score")
    order = {story.leader.article_id: number for number, story in enumerate(stories)}
    return sorted(placing.taken, key=lambda story: order[story.leader.article_id]), placing.notes


def arrange(taken: Sequence[Story], policy: Policy) -> list[Story]:
    """The order of the issue: the lead, then section by section, the best first in each.

    Sections come in the policy's order; without one, in the order of their best story.
    """
    if not taken:
        return []
    names = [rule.name for rule in policy.sections]
    for story in taken[1:]:
        name = section_name(story.leader, policy)
        if name not in names:
            names.append(name)
    return [taken[0], *sorted(taken[1:], key=lambda story: names.index(section_name(story.leader, policy)))]
