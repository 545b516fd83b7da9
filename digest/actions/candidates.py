"""From stored articles to what selection looks at."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from digest.articles.queries import since
from digest.articles.tables import Article
from digest.issues import Issue, Newsletter, sent_before, with_edits, with_history
from digest.selection import Candidate, Policy
from digest.sources.tables import Source

OPENING = 600
"""Characters of an article's text that muted words and section queries look at."""


def candidates(
    session: Session, newsletter: Newsletter, policy: Policy, now: datetime, draft: Issue | None
) -> list[Candidate]:
    """Every article that could be in the newsletter's next issue, with what readers had before.

    `draft` is the issue being rebuilt: its pins, edits and drops are heeded, and it is no history.
    """
    reach = max(policy.window, policy.thin.widen_to, timedelta(days=1)) + timedelta(days=1)
    articles = since(session, now - reach, now + timedelta(seconds=1))
    known = {article.id for article in articles}
    kept = [item.article_id for item in draft.items if item.article_id not in known] if draft else []
    if kept:
        articles += list(session.scalars(select(Article).where(Article.id.in_(kept))))
    sources = {source.id: source for source in session.scalars(select(Source))}
    pool = [candidate(article, sources) for article in articles]
    return with_edits(with_history(pool, sent_before(session, newsletter, draft)), draft)


def candidate(article: Article, sources: Mapping[int, Source]) -> Candidate:
    """One article as selection sees it."""
    source = sources.get(article.source_id) if article.source_id is not None else None
    return Candidate(
        article_id=article.id,
        story_key=article.story_key,
        pair_key=article.pair_key,
        url=article.url,
        title=article.title,
        published_at=article.published_at,
        source_id=article.source_id,
        source_name=source.name if source else "",
        source_weight=source.weight if source else 1.0,
        section=article.section or "",
        topics=tuple(article.topics),
        author=article.byline or "",
        language=article.language or "",
        words=article.words,
        has_image=bool(article.image_url),
        comments=article.comments or 0,
        pinned=article.pinned,
        dropped=article.dropped,
        own_piece=article.credit is None,
        text=article.text[:OPENING],
    )


def by_id(session: Session, ids: Iterable[int]) -> dict[int, Article]:
    """The articles with these numbers."""
    wanted = sorted(set(ids))
    return {article.id: article for article in session.scalars(select(Article).where(Article.id.in_(wanted)))}
