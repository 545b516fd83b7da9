"""Earlier articles that a reader of this one may like: by text alone, nothing known of the reader."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from digest.articles.weighing import Document, Vector, likeness, vectors

LEAST = 0.06
"""Less alike than this is not related."""

SAME = 0.75
"""More alike than this is the same piece again."""


@dataclass(frozen=True, slots=True)
class Earlier:
    """An article that may be suggested."""

    id: str
    title: str
    text: str
    published: datetime
    language: str | None = None
    story_key: str | None = None


def related(
    article: Earlier, earlier: Sequence[Earlier], limit: int = 3, exclude: Collection[str] = ()
) -> list[Earlier]:
    """The earlier articles most like `article`, best first.

    Of the same language, published no later, of another story, none whose id is in `exclude` (those sent to
    the list in the last weeks), and no two of one story. Ties go to the newer.
    """
    return related_to_each([article], earlier, limit, exclude)[0]


def related_to_each(
    articles: Sequence[Earlier], earlier: Sequence[Earlier], limit: int = 3, exclude: Collection[str] = ()
) -> list[list[Earlier]]:
    """`related` for several articles at once; every text is weighed once."""
    known = {one.id for one in articles}
    pool = [one for one in earlier if one.id not in exclude and one.id not in known]
    made = vectors([Document(one.title, one.text, one.language) for one in [*articles, *pool]])
    return [
        _nearest(article, made[position], list(zip(pool, made[len(articles) :], strict=True)), limit)
        for position, article in enumerate(articles)
    ]


def _nearest(
    article: Earlier, own: Vector, pool: Sequence[tuple[Earlier, Vector]], limit: int
) -> list[Earlier]:
    scored = [(likeness(own, vector), one) for one, vector in pool if _fits(article, one)]
    ranked = sorted(
        (pair for pair in scored if LEAST <= pair[0] < SAME),
        key=lambda pair: (-pair[0], -pair[1].published.timestamp(), pair[1].id),
    )
    chosen: list[Earlier] = []
    stories: set[str] = set()
    for _, one in ranked:
        if one.story_key and one.story_key in stories:
            continue
        stories.add(one.story_key or "")
        chosen.append(one)
        if len(chosen) == limit:
            break
    return chosen


def _fits(article: Earlier, one: Earlier) -> bool:
    same_language = (one.language or "").split("-")[0] == (article.language or "").split("-")[0]
    same_story = article.story_key is not None and one.story_key == article.story_key
    return same_language and not same_story and one.published <= article.published
