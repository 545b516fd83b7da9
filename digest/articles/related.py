"""Earlier articles that a reader of this one may like: by text alone, nothing known of the reader."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from digest.articles.weighing import Document, cosine, vectors

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
    the list
    in the last weeks), and no two of one story. Ties go to the newer.
    """
    fitting = [
        one
        for one in earlier
        if one.id != article.id
        and one.id not in exclude
        and one.published <= article.published
        and (one.language or "").split("-")[0] == (article.language or "").split("-")[0]
        and (article.story_key is None or one.story_key != article.story_key)
    ]
    made = vectors([Document(one.title, one.text, one.language) for one in [article, *fitting]])
    scored = [(cosine(made[0], vector), one) for vector, one in zip(made[1:], fitting, strict=True)]
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
