"""Give new articles their story and pair: loads the window around them, lets the pure functions decide,
writes keys."""

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from digest.articles.fingerprint import Fingerprint
from digest.articles.story import WINDOW, Telling, cluster
from digest.articles.tables import Article
from digest.articles.translation import Version, pair

PAST = timedelta(days=14)
"""How far back articles are compared, for keys and for the rarity of words."""


def group(session: Session, new: Collection[int], *, now: datetime) -> int:
    """Set `story_key` and `pair_key` of the articles with the ids `new`; the keys of all others stay as they are.

    Returns how many of the new ones joined a story that another article tells.
    """
    if not new:
        return 0
    fresh = list(session.scalars(select(Article).where(Article.id.in_(new))))
    first = min((article.published_at for article in fresh), default=now)
    articles = list(
        session.scalars(select(Article).where(Article.published_at >= min(first - WINDOW, now - PAST)))
    )
    added = set(new)
    stories = cluster([_telling(article, article.id in added) for article in articles])
    pairs = pair([_version(article, article.id in added) for article in articles])
    counts: dict[str, int] = {}
    for key in stories.values():
        counts[key] = counts.get(key, 0) + 1
    for article in fresh:
        article.story_key = stories[article.identity]
        article.pair_key = pairs[article.identity]
    session.flush()
    return sum(1 for article in fresh if counts[article.story_key] > 1)


def _telling(article: Article, is_new: bool) -> Telling:
    return Telling(
        id=article.identity,
        text=article.text,
        title=article.title,
        published=article.published_at,
        language=article.language,
        story_key=None if is_new else article.story_key,
        sketch=Fingerprint.read(article.fingerprint) if article.fingerprint else None,
        source=str(article.source_id) if article.source_id is not None else None,
    )


def _version(article: Article, is_new: bool) -> Version:
    return Version(
        id=article.identity,
        identity=article.identity,
        language=article.language,
        published=article.published_at,
        text=article.text,
        title=article.title,
        alternates=tuple(article.alternates),
        image_url=article.image_url,
        pair_key=None if is_new else article.pair_key,
    )
