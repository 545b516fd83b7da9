"""The candidates of an issue: each with its score, the parts of it, and where it is now."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from digest.actions.candidates import by_id
from digest.issues import Issue
from digest.sources.queries import names as source_names

IN, DROPPED, OUT = "in", "dropped", "out"


@dataclass(frozen=True)
class Candidate:
    """An article that the selection looked at. `place` is the item's number, 0 where it is not in the issue."""

    article_id: int
    title: str
    url: str
    language: str
    score: float
    parts: tuple[tuple[str, float], ...]
    reason: str
    section: str
    source: str
    published: datetime | None
    state: str
    place: int


@dataclass(frozen=True)
class Filter:
    """What an editor looks for: words of the title, a section, a source, and only those in or out."""

    words: str = ""
    section: str = ""
    source: str = ""
    state: str = ""

    def __call__(self, candidates: Iterable[Candidate]) -> list[Candidate]:
        """Those that it lets through, in their order."""
        wanted = self.words.casefold().split()
        return [
            one
            for one in candidates
            if all(word in one.title.casefold() for word in wanted)
            and self.section in ("", one.section)
            and self.source in ("", one.source)
            and self.state in ("", one.state)
        ]


def candidates_of(session: Session, issue: Issue) -> tuple[Candidate, ...]:
    """Every candidate of the last build, in its order, with what the editor has done since."""
    articles = by_id(session, (one["article_id"] for one in issue.verdicts))
    sources = source_names(session)
    items = {one.article_id: one for one in issue.items}
    tellings = _tellings(issue)
    rows = []
    for verdict in issue.verdicts:
        number = verdict["article_id"]
        article, item = articles.get(number), items.get(number)
        state = OUT if item is None else DROPPED if item.dropped else IN
        reason = verdict["reason"]
        if state == IN and not verdict["chosen"]:
            reason = "put in by an editor"
        elif state == DROPPED:
            reason = "dropped by an editor"
        elif state == OUT and number in tellings:
            reason = f"told with item {tellings[number]}"
        rows.append(
            Candidate(
                number,
                verdict["title"],
                verdict["url"],
                (article.language or "") if article else "",
                verdict["score"],
                tuple(verdict["parts"].items()),
                reason,
                verdict["section"],
                sources.get(article.source_id or 0, "") if article else "",
                article.published_at if article else None,
                state,
                item.position if item is not None and not item.dropped else 0,
            )
        )
    return tuple(rows)


def _tellings(issue: Issue) -> Mapping[int, int]:
    """Articles that stand under an item: "also covered by", or its version in another language."""
    return {
        int(one["article_id"]): item.position
        for item in issue.items
        if not item.dropped
        for one in [*item.also, *item.translations]
    }
