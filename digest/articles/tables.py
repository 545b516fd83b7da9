"""The article as stored: one row an article, and its other addresses."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from store import Base


class Article(Base):
    """One published piece.

    `url` is the address to link to, `identity` the key that all spellings of its address share
    (digest.articles.identity).
    `fingerprint` is the MinHash of its text, `story_key` names its story, `pair_key` is shared by its
    translations.
    `alternates` are identities of the versions that the page announces in other languages.
    `updated_at` is when the text was last seen to change, or what the page says if that is later.
    """

    __tablename__ = "article"
    __table_args__ = (Index(None, "published_at"), Index(None, "story_key"))

    id: Mapped[int] = mapped_column(primary_key=True)
    source_id: Mapped[int | None] = mapped_column(ForeignKey("source.id", ondelete="SET NULL"), index=True)
    url: Mapped[str] = mapped_column(String(2048), unique=True)
    identity: Mapped[str] = mapped_column(String(2048), unique=True)
    title: Mapped[str] = mapped_column(String(500))
    byline: Mapped[str | None] = mapped_column(String(300))
    dateline: Mapped[str | None] = mapped_column(String(200))
    credit: Mapped[str | None] = mapped_column(String(200))
    language: Mapped[str | None] = mapped_column(String(16))
    section: Mapped[str | None] = mapped_column(String(100))
    topics: Mapped[list[str]] = mapped_column(default=list)
    published_at: Mapped[datetime]
    updated_at: Mapped[datetime | None]
    fetched_at: Mapped[datetime]
    image_url: Mapped[str | None] = mapped_column(String(2048))
    image_alt: Mapped[str | None] = mapped_column(String(500))
    image_width: Mapped[int | None]
    image_height: Mapped[int | None]
    text: Mapped[str] = mapped_column(Text)
    words: Mapped[int]
    comments: Mapped[int | None]
    alternates: Mapped[list[str]] = mapped_column(default=list)
    content_hash: Mapped[str] = mapped_column(String(64))
    fingerprint: Mapped[str | None] = mapped_column(Text)
    story_key: Mapped[str] = mapped_column(String(64))
    pair_key: Mapped[str] = mapped_column(String(64), index=True)
    pinned: Mapped[bool] = mapped_column(default=False)
    dropped: Mapped[bool] = mapped_column(default=False)


class ArticleAlias(Base):
    """Another address of an article, as an identity: its AMP page, its `?p=ID`, the address a feed gave."""

    __tablename__ = "article_alias"

    identity: Mapped[str] = mapped_column(String(2048), primary_key=True)
    article_id: Mapped[int] = mapped_column(ForeignKey("article.id", ondelete="CASCADE"), index=True)


class ArticleChange(Base):
    """A text that an article had before: kept so that `digest article changes` can show what was changed."""

    __tablename__ = "article_change"

    id: Mapped[int] = mapped_column(primary_key=True)
    article_id: Mapped[int] = mapped_column(ForeignKey("article.id", ondelete="CASCADE"), index=True)
    seen_at: Mapped[datetime]
    title: Mapped[str] = mapped_column(String(500))
    text: Mapped[str] = mapped_column(Text)
    content_hash: Mapped[str] = mapped_column(String(64))


class ModelAnswer(Base):
    """What a language model answered about an article; `key` is made of its text, the length, model and
    prompt."""

    __tablename__ = "model_answer"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    article_id: Mapped[int] = mapped_column(ForeignKey("article.id", ondelete="CASCADE"), index=True)
    model: Mapped[str] = mapped_column(String(200))
    answer: Mapped[str] = mapped_column(Text)
    asked_at: Mapped[datetime]
