"""Newsletters, their issues and the items in them."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from store import Base


class IssueState(StrEnum):
    """Where an issue is on its way: see `digest.issues.states` for the steps allowed."""

    DRAFT = "draft"
    APPROVED = "approved"
    SCHEDULED = "scheduled"
    SENDING = "sending"
    PAUSED = "paused"
    SENT = "sent"
    CANCELLED = "cancelled"


class Newsletter(Base):
    """A recurring publication: who sends it, to which list, how it looks, what it selects.

    `policy` and `brand` hold the fields of `digest.selection.Policy` and `digest.rendering.Brand`.
    `schedule` is a cron expression in `timezone`; `automatic` issues are sent without approval. A draft is
    built `build_ahead_hours` before its slot, so that an editor can look at it. `slot_settled` is the
    slot last dealt with, or the moment the schedule was set. `clicks` and `opens` say whether they are
    counted: `off`, `counts` (sums only) or `persons`. `comment_links` says which stories carry a link to their
    comments: `off`, `counted` (those that have some) or `every`. `segment`, the name or the expression of one,
    narrows the list for every issue.
    """

    __tablename__ = "newsletter"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(64), unique=True)
    title: Mapped[str] = mapped_column(String(200))
    sender_name: Mapped[str] = mapped_column(String(200))
    sender_address: Mapped[str] = mapped_column(String(320))
    reply_to: Mapped[str | None] = mapped_column(String(320))
    list_id: Mapped[int] = mapped_column(ForeignKey("mailing_list.id"))
    theme: Mapped[str] = mapped_column(String(64), default="classic")
    language: Mapped[str] = mapped_column(String(16), default="en")
    timezone: Mapped[str] = mapped_column(String(64), default="UTC")
    site_url: Mapped[str | None] = mapped_column(String(2048))
    postal_address: Mapped[str] = mapped_column(String(500))
    policy: Mapped[dict[str, Any]] = mapped_column(default=dict)
    brand: Mapped[dict[str, Any]] = mapped_column(default=dict)
    schedule: Mapped[str | None] = mapped_column(String(100))
    automatic: Mapped[bool] = mapped_column(default=False)
    build_ahead_hours: Mapped[int] = mapped_column(default=0)
    slot_settled: Mapped[datetime | None]
    uncertain: Mapped[str] = mapped_column(String(8), default="retry")
    clicks: Mapped[str] = mapped_column(String(8), default="off", server_default="off")
    opens: Mapped[str] = mapped_column(String(8), default="off", server_default="off")
    comment_links: Mapped[str] = mapped_column(String(8), default="counted", server_default="counted")
    segment: Mapped[str | None] = mapped_column(String(1000))
    created_at: Mapped[datetime]


class Issue(Base):
    """One edition of a newsletter. `slot` is the scheduled hour it was built for: each is built once.

    `edited` names the fields that the editor changed by hand, `verdicts` and `decision` are what the
    selection said, `subjects` its proposals, `related` the articles under "You may also like",
    `blocks` what the editor put between the items (`digest.issues.blocks`), `pictures` the hosted
    picture of each source's own by its address: address, width, height, or none. `clicks` and `opens` are
    the newsletter's as they were approved, since its footer tells the readers.
    """

    __tablename__ = "issue"
    __table_args__ = (UniqueConstraint("newsletter_id", "number"), UniqueConstraint("newsletter_id", "slot"))

    id: Mapped[int] = mapped_column(primary_key=True)
    newsletter_id: Mapped[int] = mapped_column(ForeignKey("newsletter.id"), index=True)
    number: Mapped[int]
    state: Mapped[str] = mapped_column(String(16), default=IssueState.DRAFT)
    slot: Mapped[datetime | None]
    built_at: Mapped[datetime]
    approved_at: Mapped[datetime | None]
    approved_by: Mapped[str | None] = mapped_column(String(200))
    sent_at: Mapped[datetime | None]
    subject: Mapped[str] = mapped_column(String(300))
    preheader: Mapped[str] = mapped_column(String(300), default="")
    intro: Mapped[str] = mapped_column(Text, default="")
    edited: Mapped[list[str]] = mapped_column(default=list)
    verdicts: Mapped[list[Any]] = mapped_column(default=list)
    decision: Mapped[dict[str, Any]] = mapped_column(default=dict)
    subjects: Mapped[list[Any]] = mapped_column(default=list)
    related: Mapped[list[Any]] = mapped_column(default=list)
    blocks: Mapped[list[Any]] = mapped_column(default=list)
    pictures: Mapped[dict[str, Any]] = mapped_column(default=dict)
    overrides: Mapped[list[Any]] = mapped_column(default=list)
    clicks: Mapped[str] = mapped_column(String(8), default="off", server_default="off")
    opens: Mapped[str] = mapped_column(String(8), default="off", server_default="off")
    html: Mapped[str | None] = mapped_column(Text)
    text: Mapped[str | None] = mapped_column(Text)

    newsletter: Mapped[Newsletter] = relationship()
    items: Mapped[list["Item"]] = relationship(
        back_populates="issue", order_by="Item.position", cascade="all, delete-orphan"
    )


class SkippedSlot(Base):
    """A slot at which no issue was made: what the selection decided, or what failed, and why.

    It goes when the slot gets its issue after all; `digest.issues.missed` reads and writes it.
    """

    __tablename__ = "skipped_slot"
    __table_args__ = (UniqueConstraint("newsletter_id", "slot"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    newsletter_id: Mapped[int] = mapped_column(ForeignKey("newsletter.id", ondelete="CASCADE"))
    slot: Mapped[datetime]
    at: Mapped[datetime]
    decision: Mapped[dict[str, Any]]

    newsletter: Mapped[Newsletter] = relationship()


class Item(Base):
    """A story placed in an issue. `edited` names the fields that the editor changed by hand.

    `also` are its tellings by other sources, `translations` the same piece in other languages, with
    their headlines and summaries; `points` and `quote` stand under a lead. `refused` holds a model's answer
    that the article does not support, and why. `follow_up_of` is the number of the issue that told the story before.
    """

    __tablename__ = "item"
    __table_args__ = (UniqueConstraint("issue_id", "article_id"), Index(None, "story_key"))

    id: Mapped[int] = mapped_column(primary_key=True)
    issue_id: Mapped[int] = mapped_column(ForeignKey("issue.id", ondelete="CASCADE"), index=True)
    article_id: Mapped[int] = mapped_column(ForeignKey("article.id"), index=True)
    story_key: Mapped[str] = mapped_column(String(64))
    position: Mapped[int]
    section: Mapped[str] = mapped_column(String(100), default="")
    language: Mapped[str] = mapped_column(String(16), default="")
    topics: Mapped[list[str]] = mapped_column(default=list)
    headline: Mapped[str] = mapped_column(String(500))
    summary: Mapped[str] = mapped_column(Text)
    method: Mapped[str] = mapped_column(String(32), default="extract")
    points: Mapped[list[str]] = mapped_column(default=list)
    quote: Mapped[str] = mapped_column(Text, default="")
    refused: Mapped[dict[str, Any]] = mapped_column(default=dict)
    also: Mapped[list[Any]] = mapped_column(default=list)
    translations: Mapped[list[Any]] = mapped_column(default=list)
    follow_up_of: Mapped[int | None]
    score: Mapped[float] = mapped_column(default=0.0)
    pinned: Mapped[bool] = mapped_column(default=False)
    dropped: Mapped[bool] = mapped_column(default=False)
    edited: Mapped[list[str]] = mapped_column(default=list)

    issue: Mapped[Issue] = relationship(back_populates="items")


class IssueChange(Base):
    """One thing that a person did to an issue, in words: who, when, and what. `article_id` names the item."""

    __tablename__ = "issue_change"

    id: Mapped[int] = mapped_column(primary_key=True)
    issue_id: Mapped[int] = mapped_column(ForeignKey("issue.id", ondelete="CASCADE"), index=True)
    at: Mapped[datetime]
    by: Mapped[str] = mapped_column(String(200))
    what: Mapped[str] = mapped_column(String(500))
    article_id: Mapped[int | None]
