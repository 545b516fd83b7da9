"""Which articles report the same event: clustering by their words, with keys that stay as they are.

Average-link agglomerative clustering over TF-IDF: two groups of articles are one story when their articles
are alike on
average, so that one article in between does not glue two stories together. Stories that have a key already
are never
merged nor split: issues that were sent refer to them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from heapq import heapify, heappop, heappush

from rapidfuzz import fuzz

from digest.articles.fingerprint import Fingerprint, fingerprint, is_republished
from digest.articles.weighing import Document, alike, vectors

THRESHOLD = 0.11
"""Groups whose articles are at least so alike on average are one story. bench/clustering.py prints what each half
of its topics would choose; this is a little above, because a false union loses an article."""

SAME_SOURCE = 0.5
"""A newsroom tells a story once, and then follows it up: what two articles of one source are alike counts for
so much less."""

WEAKEST = 0.03
"""Pairs less alike than this count as not alike at all."""

WINDOW = timedelta(days=5)
"""Articles further apart in time than this are different events, unless one is the other published again."""

TITLE = 92
"""From this similarity on (0 to 100) two long titles are the same title."""


@dataclass(frozen=True, slots=True)
class Telling:
    """An article as clustering sees it. `story_key` is the key it has already, None for a new article.

    `source` says who published it; where both are known and the same, the two are less easily one story.
    """

    id: str
    text: str
    title: str = ""
    published: datetime | None = None
    language: str | None = None
    story_key: str | None = None
    sketch: Fingerprint | None = None
    source: str | None = None


def cluster(tellings: Sequence[Telling], threshold: float = THRESHOLD) -> dict[str, str]:
    """The story key of each article, by its id.

    Articles that have a key keep it. A new article joins the story that it is most like, or begins one
    whose key is
    made of the id of its first article. The same input in any order gives the same answer.
    """
    ordered = sorted(
        tellings,
        key=lambda telling: (telling.published.timestamp() if telling.published else 0.0, telling.id),
    )
    groups = _Groups(ordered)
    for first, second, likeness in _pairs(ordered):
        groups.add(first, second, likeness)
    groups.merge(threshold)
    return {ordered[member].id: key for members, key in groups.named() for member in members}


def key_of(identifier: str) -> str:
    """The key of a story that begins with the article `identifier`."""
    return sha256(identifier.encode()).hexdigest()[:16]


def _pairs(ordered: Sequence[Telling]) -> list[tuple[int, int, float]]:
    made = vectors([Document(telling.title, telling.text, telling.language) for telling in ordered])
    sketches = [telling.sketch or fingerprint(telling.text) for telling in ordered]
    found: list[tuple[int, int, float]] = []
    for first, second, likeness in alike(made, WEAKEST):
        one, other = ordered[first], ordered[second]
        again = likeness > 0.3 and is_republished(sketches[first], sketches[second])
        if again or same_title(one.title, other.title):
            likeness = 1.0
        elif not _near_in_time(one, other):
            continue
        elif one.source is not None and one.source == other.source:
            likeness *= SAME_SOURCE
        found.append((first, second, likeness))
    return found


def same_title(one: str, other: str) -> bool:
    """Whether two titles are one, but for spelling and order; short titles never are, for they repeat every
    week."""
    shorter, longer = sorted((len(one), len(other)))
    if shorter < 25 or shorter * 1.6 < longer or min(len(one.split()), len(other.split())) < 4:
        return False
    return fuzz.token_sort_ratio(one.casefold(), other.casefold()) >= TITLE


def _near_in_time(one: Telling, other: Telling) -> bool:
    if one.published is None or other.published is None:
        return True
    return abs(one.published - other.published) <= WINDOW


class _Groups:
    """Groups of positions with the sum of likenesses between each two; the best pair is merged until none
    is good enough."""

    def __init__(self, ordered: Sequence[Telling]) -> None:
        self._ordered = ordered
        self._members: dict[int, list[int]] = {}
        self._sums: dict[int, dict[int, float]] = {}
        self._keys: dict[int, str | None] = {}
        self._group_of: list[int] = []
        by_key: dict[str, int] = {}
        for position, telling in enumerate(ordered):
            group = by_key.setdefault(telling.story_key, position) if telling.story_key else position
            self._group_of.append(group)
            self._members.setdefault(group, []).append(position)
            self._sums.setdefault(group, {})
            self._keys[group] = telling.story_key

    def add(self, first: int, second: int, likeness: float) -> None:
        one, other = self._group_of[first], self._group_of[second]
        if one != other:
            self._sums[one][other] = self._sums[one].get(other, 0.0) + likeness
            self._sums[other][one] = self._sums[one][other]

    def _average(self, one: int, other: int) -> float:
        return self._sums[one][other] / (len(self._members[one]) * len(self._members[other]))

    def merge(self, threshold: float) -> None:
        heap = [
            (-self._average(one, other), one, other)
            for one, row in self._sums.items()
            for other in row
            if one < other
        ]
        heapify(heap)
        while heap:
            negative, one, other = heappop(heap)
            if -negative < threshold:
                return
            stale = (
                one not in self._members
                or other not in self._members
                or -negative != self._average(one, other)
            )
            if stale or (self._keys[one] and self._keys[other]):
                continue
            self._join(one, other)
            for neighbour in self._sums[one]:
                low, high = sorted((one, neighbour))
                heappush(heap, (-self._average(low, high), low, high))

    def _join(self, one: int, other: int) -> None:
        self._members[one] += self._members.pop(other)
        self._keys[one] = self._keys[one] or self._keys.pop(other)
        for neighbour, total in self._sums.pop(other).items():
            del self._sums[neighbour][other]
            if neighbour != one:
                self._sums[one][neighbour] = self._sums[one].get(neighbour, 0.0) + total
                self._sums[neighbour][one] = self._sums[one][neighbour]

    def named(self) -> list[tuple[list[int], str]]:
        """Each group's positions and key."""
        return [
            (members, self._keys[group] or key_of(self._ordered[min(members)].id))
            for group, members in self._members.items()
        ]
