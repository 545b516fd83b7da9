"""What a newsletter wants: how many stories, how fresh, of what kinds."""

from dataclasses import dataclass, field
from datetime import timedelta


@dataclass(frozen=True)
class Weights:
    """How much each part can add to a score at its best. The defaults add up to 1 without a pin."""

    freshness: float = 0.30
    coverage: float = 0.20
    comments: float = 0.25
    originality: float = 0.10
    length: float = 0.10
    image: float = 0.05
    pin: float = 1.0


@dataclass(frozen=True)
class SectionRule:
    """A section of the issue and what belongs into it.

    An article belongs to the first section whose every given condition it meets: one of `topics`,
    one of `sources` (by name or number), one of `languages`, one of the words of `query`. A rule
    with no condition takes articles whose own section or topic has its name.
    `least` places are kept for it, `most` is its limit, `weight` scales the scores of its articles.
    """

    name: str
    topics: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    query: tuple[str, ...] = ()
    least: int = 0
    most: int | None = None
    weight: float = 1.0


@dataclass(frozen=True)
class Caps:
    """The most stories of one source and of one author, and the most "also covered by" of one story."""

    source: int | None = None
    author: int | None = None
    also: int = 3


@dataclass(frozen=True)
class Thin:
    """What to do when fewer than `below` stories are chosen: the steps of `do`, until there are enough.

    `widen` looks back as far as `widen_to`; `evergreen` tops up to `below` from the evergreen pool;
    `fewer` sends what there is; `roll_over` sends nothing now and keeps the stories for the next
    issue; `skip` sends nothing now. An issue with a pinned story is never held back.
    """

    below: int = 1
    do: tuple[str, ...] = ("fewer",)
    widen_to: timedelta = timedelta(days=14)


@dataclass(frozen=True)
class Policy:
    """How a newsletter chooses. `read_policy` makes one from the newsletter's stored settings.

    Freshness halves every `half_life`, which is half the window unless it is given: a weekly digest
    that forgets faster is a list of yesterday's news. `evergreen` names the topics whose articles are good at any time.
    """

    items: int = 10
    window: timedelta = timedelta(days=7)
    half_life: timedelta = timedelta(hours=84)
    weights: Weights = field(default_factory=Weights)
    sections: tuple[SectionRule, ...] = ()
    only_sections: bool = False
    other_section: str = ""
    caps: Caps = field(default_factory=Caps)
    languages: tuple[str, ...] = ()
    muted: tuple[str, ...] = ()
    minimum_score: float = 0.0
    thin: Thin = field(default_factory=Thin)
    evergreen: tuple[str, ...] = ()
    follow_ups: bool = False
    follow_up_novelty: float = 0.5
