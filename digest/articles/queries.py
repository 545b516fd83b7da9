"""Articles in the database: keep one, find it by any of its addresses, list, pin, drop, candidates since a
moment."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from hashlib import sha256

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from digest.articles.extracted import Extracted
from digest.articles.fingerprint import fingerprint
from digest.articles.identity import canonical_url, identity
from digest.articles.problem import ArticleError, ArticleUnknown
from digest.articles.tables import Article, ArticleAlias, ArticleChange
from digest.text.words import word_count


class Kept(StrEnum):
    """What `keep` did."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"


@dataclass(frozen=True, slots=True)
class Stored:
    """The article's row and what became of it."""

    article: Article
    outcome: Kept


def keep(
    session: Session,
    extracted: Extracted,
    *,
    now: datetime,
    source_id: int | None = None,
    url: str | None = None,
) -> Stored:
    """Store an extracted article, or update the row that any of its addresses leads to.

    A changed title or text is written over the old one, which is kept as an `ArticleChange`, and
    `updated_at` is set.
    Pins, drops, story and pair keys stay as they are. `published_at` is what the page says, else `now`; a
    time in the
    future becomes `now`, so a wrong clock cannot keep an article on top.

    Raises ArticleError when neither the article nor `url` gives an address.
    """
    address = extracted.url or (canonical_url(url) if url else None)
    if not address:
        raise ArticleError("The article has no address.", "Give one with --url.")
    own = identity(address)
    others = [
        key
        for key in dict.fromkeys([*map(identity, extracted.aliases), *([identity(url)] if url else [])])
        if key != own
    ]
    article = _by_identity(session, [own, *others])
    content = content_hash(extracted.title, extracted.text)
    if article is None:
        article = Article(
            url=address[:2048],
            identity=own,
            story_key=first_key(own),
            pair_key=first_key(own),
            source_id=source_id,
        )
        article.published_at = min(extracted.published or now, now)
        article.updated_at = (
            extracted.updated if extracted.updated and extracted.updated > article.published_at else None
        )
        outcome = Kept.NEW
        session.add(article)
    elif article.content_hash != content:
        session.add(
            ArticleChange(
                article_id=article.id,
                seen_at=now,
                title=article.title,
                text=article.text,
                content_hash=article.content_hash,
            )
        )
        article.updated_at = (
            max(extracted.updated, article.published_at)
            if extracted.updated and extracted.updated <= now
            else now
        )
        outcome = Kept.CHANGED
    else:
        outcome = Kept.SAME
    _fill(article, extracted, content, outcome)
    article.fetched_at = now
    article.source_id = article.source_id if article.source_id is not None else source_id
    session.flush()
    _add_aliases(session, article, others)
    return Stored(article, outcome)


def _fill(article: Article, extracted: Extracted, content: str, outcome: Kept) -> None:
    """Write what the page says; a field that it no longer says keeps its value."""
    if outcome is not Kept.SAME:
        article.title = extracted.title[:500]
        article.text = extracted.text
        article.words = word_count(extracted.text)
        article.content_hash = content
        article.fingerprint = str(fingerprint(extracted.text))
        article.dateline = _short(extracted.dateline, 200)
        article.credit = _short(extracted.credit, 200)
    article.byline = _short(extracted.byline, 300) or article.byline
    article.language = _short(extracted.language, 16) or article.language
    article.section = _short(extracted.section, 100) or article.section
    article.topics = list(extracted.topics) or article.topics or []
    article.comments = extracted.comments if extracted.comments is not None else article.comments
    article.alternates = (
        [identity(alternate.url) for alternate in extracted.alternates] or article.alternates or []
    )
    if extracted.image and len(extracted.image.url) <= 2048:
        article.image_url = extracted.image.url
        article.image_alt = _short(extracted.image.alt, 500)
        article.image_width = extracted.image.width
        article.image_height = extracted.image.height


def _add_aliases(session: Session, article: Article, others: list[str]) -> None:
    if others:
        known = set(session.scalars(select(ArticleAlias.identity).where(ArticleAlias.identity.in_(others))))
        taken = set(session.scalars(select(Article.identity).where(Article.identity.in_(others))))
        session.add_all(
            ArticleAlias(identity=key, article_id=article.id) for key in others if key not in known | taken
        )
        session.flush()


def _by_identity(session: Session, keys: Sequence[str]) -> Article | None:
    """The article of the first key that is known, as its own identity or as an alias."""
    found = {
        article.identity: article
        for article in session.scalars(select(Article).where(Article.identity.in_(keys)))
    }
    query = select(ArticleAlias.identity, ArticleAlias.article_id).where(ArticleAlias.identity.in_(keys))
    aliases = {row.identity: row.article_id for row in session.execute(query)}
    for key in keys:
        if key in found:
            return found[key]
        if key in aliases:
            return session.get(Article, aliases[key])
    return None


def find(session: Session, wanted: str) -> Article:
    """The article with this number or with this address in any spelling. Raises ArticleUnknown."""
    article = session.get(Article, int(wanted)) if wanted.isdecimal() and len(wanted) < 10 else None
    article = article or _by_identity(session, [identity(wanted)])
    if article is None:
        raise ArticleUnknown(wanted)
    return article


def last_read(session: Session, urls: Sequence[str]) -> dict[str, datetime]:
    """When each of `urls` whose article is stored, under any spelling, was last read."""
    keys = {url: identity(url) for url in urls}
    wanted = list(dict.fromkeys(keys.values()))
    known: dict[str, datetime] = {}
    for start in range(0, len(wanted), 500):
        part = wanted[start : start + 500]
        own = select(Article.identity, Article.fetched_at).where(Article.identity.in_(part))
        other = (
            select(ArticleAlias.identity, Article.fetched_at)
            .join(Article, Article.id == ArticleAlias.article_id)
            .where(ArticleAlias.identity.in_(part))
        )
        for query in (other, own):
            known.update({key: moment for key, moment in session.execute(query)})  # noqa: C416
    return {url: known[key] for url, key in keys.items() if key in known}


def newest(
    session: Session,
    *,
    limit: int | None = 50,
    search: str = "",
    source_id: int | None = None,
    language: str | None = None,
) -> list[Article]:
    """Articles, the newest first; `search` is looked for in title and byline, `language` by its primary
    subtag."""
    query = select(Article).order_by(Article.published_at.desc(), Article.id.desc()).limit(limit)
    if search:
        pattern = "%" + search.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
        query = query.where(
            or_(Article.title.ilike(pattern, escape="\\"), Article.byline.ilike(pattern, escape="\\"))
        )
    if source_id is not None:
        query = query.where(Article.source_id == source_id)
    if language:
        query = query.where(_speaks(language))
    return list(session.scalars(query))


def _speaks(language: str) -> ColumnElement[bool]:
    return or_(Article.language == language, Article.language.like(f"{language}-%"))


def since(session: Session, moment: datetime, until: datetime | None = None) -> list[Article]:
    """Articles published or changed from `moment` on (and before `until`), oldest first: the candidates of
    an issue."""
    query = select(Article).where(or_(Article.published_at >= moment, Article.updated_at >= moment))
    if until is not None:
        query = query.where(Article.published_at < until)
    return list(session.scalars(query.order_by(Article.published_at, Article.id)))


def pin(session: Session, wanted: str, pinned: bool = True) -> Article:
    """Put an article first in every issue it is a candidate for, or take that back. Raises ArticleUnknown."""
    article = find(session, wanted)
    article.pinned = pinned
    article.dropped = article.dropped and not pinned
    return article


def drop(session: Session, wanted: str, dropped: bool = True) -> Article:
    """Keep an article out of every issue, or take that back. Raises ArticleUnknown."""
    article = find(session, wanted)
    article.dropped = dropped
    article.pinned = article.pinned and not dropped
    return article


def changes(session: Session, article_id: int) -> list[ArticleChange]:
    """The earlier texts of an article, the newest first."""
    query = select(ArticleChange).where(ArticleChange.article_id == article_id)
    return list(session.scalars(query.order_by(ArticleChange.seen_at.desc(), ArticleChange.id.desc())))


def content_hash(title: str, text: str) -> str:
    """SHA-256 of title and text, blind to spacing."""
    return sha256(" ".join(f"{title}\n{text}".split()).encode()).hexdigest()


def first_key(own: str) -> str:
    """The story and pair key of an article that is alone."""
    return sha256(own.encode()).hexdigest()[:16]


def _short(text: str | None, length: int) -> str | None:
    return text[:length] if text else None
