"""From stored articles to what selection looks at."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from digest.articles.fingerprint import Fingerprint, containment, fingerprint
from digest.articles.queries import since
from digest.articles.tables import Article
from digest.issues import History, Issue, Newsletter, sent_before, with_edits, with_history
from digest.selection import Candidate, Policy
from digest.sources.tables import Source

LEAVE_OUT_FROM = 0.5
"""A story that so large a share of the readers had from another newsletter is out for all; with less, those
who had it get a variant without it."""

EVERGREEN_POOL = 400
"""How many of the latest articles are looked at for evergreen ones."""

OPENING = 600
"""Characters of an article's text that muted words and section queries look at."""


def candidates(
    session: Session, newsletter: Newsletter, policy: Policy, now: datetime, draft: Issue | None
) -> list[Candidate]:
    """Every article that could be in the newsletter's next issue, with what readers had before.

    `draft` is the issue being rebuilt: its pins, edits and drops are heeded, and it is no history.
    """
    articles = {
        article.id: article for article in since(session, _reach(session, newsletter, policy, now), now)
    }
    articles |= {article.id: article for article in _evergreen(session, policy)}
    if draft:
        articles |= by_id(
            session, (item.article_id for item in draft.items if item.article_id not in articles)
        )
    sources = {source.id: source for source in session.scalars(select(Source))}
    pool = [candidate(article, sources) for article in articles.values()]
    history = sent_before(session, newsletter, draft)
    pool = with_history(pool, history, leave_out_from=LEAVE_OUT_FROM)
    if policy.follow_ups:
        pool = _with_novelty(session, pool, articles, history)
    return with_edits(pool, draft)


def _reach(session: Session, newsletter: Newsletter, policy: Policy, now: datetime) -> datetime:
    """From when on articles are looked at: the window, the wider one of a thin week, or since the last issue."""
    span = max(policy.window, policy.thin.widen_to if "widen" in policy.thin.do else policy.window)
    start = now - span - timedelta(days=1)
    if "roll_over" in policy.thin.do:
        last = session.scalar(select(func.max(Issue.sent_at)).where(Issue.newsletter_id == newsletter.id))
        if last is not None:
            start = min(start, max(last, now - 4 * policy.window))
    return start


def _evergreen(session: Session, policy: Policy) -> list[Article]:
    """Of the latest articles those with a topic that is good at any time, where the policy tops up with them."""
    if "evergreen" not in policy.thin.do or not policy.evergreen:
        return []
    kinds = {topic.casefold() for topic in policy.evergreen}
    latest = session.scalars(select(Article).order_by(Article.published_at.desc()).limit(EVERGREEN_POOL))
    return [one for one in latest if kinds & {topic.casefold() for topic in [*one.topics, one.section or ""]}]


def _with_novelty(
    session: Session, pool: list[Candidate], articles: Mapping[int, Article], history: History
) -> list[Candidate]:
    """How much of each article whose story was sent is new beside the telling that readers had."""
    told = {one.article_id: history.of(one.article_id, one.story_key) for one in pool}
    sent = by_id(session, (story.article_id for story in told.values() if story))

    def novelty(one: Candidate) -> float | None:
        story = told[one.article_id]
        before = sent.get(story.article_id) if story and not one.sent_itself else None
        if before is None:
            return None
        return 1 - containment(_sketch(articles[one.article_id]), _sketch(before))

    return [replace(one, novelty=novelty(one)) for one in pool]


def _sketch(article: Article) -> Fingerprint:
    return Fingerprint.read(article.fingerprint) if article.fingerprint else fingerprint(article.text)


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
        own_piece=_is_own(article, source),
        text=article.text[:OPENING],
    )


def _is_own(article: Article, source: Source | None) -> bool:
    """Whether its source wrote it: no agency is credited, or the source credits itself."""
    return article.credit is None or (
        source is not None and article.credit.casefold() in source.name.casefold()
    )


def by_id(session: Session, ids: Iterable[int]) -> dict[int, Article]:
    """The articles with these numbers."""
    wanted = sorted(set(ids))
    return {article.id: article for article in session.scalars(select(Article).where(Article.id.in_(wanted)))}
