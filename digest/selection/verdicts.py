"""What a selection says: the chosen stories, and for every candidate its score and the reason."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Telling:
    """Another article that tells a chosen story: by another source, or in another language."""

    article_id: int
    url: str
    title: str
    source_name: str
    language: str


@dataclass(frozen=True)
class Chosen:
    """A story with its place in the issue; the order of `Selection.chosen` is the order of the issue.

    `follow_up_of` is the number of the issue that told the story before. `also` are tellings by other
    sources, `translations` the same piece in other languages; `topics` hold those of its section too.
    """

    article_id: int
    story_key: str
    title: str
    section: str
    score: float
    language: str = ""
    topics: tuple[str, ...] = ()
    pinned: bool = False
    follow_up_of: int | None = None
    also: tuple[Telling, ...] = ()
    translations: tuple[Telling, ...] = ()


@dataclass(frozen=True)
class Verdict:
    """Why a candidate is in or out. `parts` add up to `score`."""

    article_id: int
    url: str
    title: str
    score: float
    parts: Mapping[str, float]
    chosen: bool
    section: str
    reason: str

    def to_json(self) -> dict[str, Any]:
        """The verdict as plain data, keys in a fixed order."""
        return asdict(self) | {"parts": dict(self.parts)}


@dataclass(frozen=True)
class Decision:
    """Whether there is an issue to make, and in `reasons` what a thin week led to, for the log.

    `kind` is one of full, fewer, widened, topped up, rolled over, skipped.
    """

    send: bool
    kind: str
    reasons: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """The decision as plain data."""
        return {"send": self.send, "kind": self.kind, "reasons": list(self.reasons)}


@dataclass(frozen=True)
class Selection:
    """The chosen stories, the lead first, then section by section; and a verdict for every candidate."""

    chosen: tuple[Chosen, ...]
    verdicts: tuple[Verdict, ...]
    decision: Decision
