"""Related: earlier articles near the stories of an issue, by text alone."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, load_only

from digest.actions.candidates import by_id
from digest.articles.related import Earlier, related_to_each
from digest.articles.tables import Article
from digest.issues import Issue
from digest.issues.related import Suggestion, had_lately, suggest

REACH = timedelta(days=180)
"""How far back an article is worth pointing to."""

POOL = 600
"""How many earlier articles are compared."""

EACH = 8
"""Suggestions asked for each item; most fall away because readers had them."""


def suggest_related(session: Session, issue: Issue, now: datetime) -> None:
    """Put "You may also like" under the issue: nothing readers had or were pointed to in the last weeks."""
    articles, stories = had_lately(session, issue, now)
    wanted = (
        Article.title,
        Article.text,
        Article.published_at,
        Article.language,
        Article.story_key,
        Article.url,
    )
    latest = session.scalars(
        select(Article)
        .options(load_only(*wanted))
        .where(Article.published_at >= now - REACH, Article.published_at < now, Article.dropped.is_(False))
        .order_by(Article.published_at.desc(), Article.id)
        .limit(POOL)
    )
    pool = {
        str(one.id): one
        for one in latest
        if one.id not in articles and one.story_key not in stories and one.url.startswith("http")
    }
    items = by_id(session, (item.article_id for item in issue.items if not item.dropped))
    own = [_earlier(items[item.article_id]) for item in issue.items if not item.dropped]
    ranked = related_to_each(own, [_earlier(one) for one in pool.values()], EACH)
    suggestions = [
        [Suggestion(int(one.id), one.story_key or "", one.title, pool[one.id].url) for one in nearest]
        for nearest in ranked
    ]
    suggest(session, issue, suggestions, now)


def _earlier(article: Article) -> Earlier:
    return Earlier(
        str(article.id),
        article.title,
        article.text,
        article.published_at,
        article.language,
        article.story_key,
    )
