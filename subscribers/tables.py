"""People, lists, memberships, their history, and the addresses that must never be mailed."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from store import Base


class SubscriptionState(StrEnum):
    """Only `confirmed` is mailed."""

    UNCONFIRMED = "unconfirmed"
    CONFIRMED = "confirmed"
    UNSUBSCRIBED = "unsubscribed"
    BOUNCED = "bounced"
    COMPLAINED = "complained"


class Subscriber(Base):
    """A person: `email` is normalised and unique, `address` is as it was given, for display."""

    __tablename__ = "subscriber"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(320), unique=True)
    address: Mapped[str] = mapped_column(String(320))
    name: Mapped[str] = mapped_column(String(200), default="")
    language: Mapped[str | None] = mapped_column(String(16))
    timezone: Mapped[str | None] = mapped_column(String(64))
    topics: Mapped[list[str]] = mapped_column(default=list)
    tags: Mapped[list[str]] = mapped_column(default=list)
    attributes: Mapped[dict[str, Any]] = mapped_column(default=dict)
    created_at: Mapped[datetime]


class MailingList(Base):
    """A named list with its way of opting in."""

    __tablename__ = "mailing_list"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    description: Mapped[dict[str, Any]] = mapped_column(default=dict)
    opt_in: Mapped[str] = mapped_column(String(8), default="double")
    public: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]


class Subscription(Base):
    """A person's membership of a list, with the source of the consent."""

    __tablename__ = "subscription"
    __table_args__ = (
        UniqueConstraint("list_id", "subscriber_id"),
        Index(None, "list_id", "state", "subscriber_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    list_id: Mapped[int] = mapped_column(ForeignKey("mailing_list.id", ondelete="CASCADE"))
    subscriber_id: Mapped[int] = mapped_column(ForeignKey("subscriber.id", ondelete="CASCADE"), index=True)
    state: Mapped[str] = mapped_column(String(16))
    consent: Mapped[str] = mapped_column(String(200), default="")
    requested_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    changed_at: Mapped[datetime]


class SubscriptionEvent(Base):
    """One change of a subscription, never updated or deleted but by erasure."""

    __tablename__ = "subscription_event"

    id: Mapped[int] = mapped_column(primary_key=True)
    subscriber_id: Mapped[int] = mapped_column(ForeignKey("subscriber.id", ondelete="CASCADE"), index=True)
    list_id: Mapped[int | None] = mapped_column(ForeignKey("mailing_list.id", ondelete="CASCADE"))
    at: Mapped[datetime]
    state: Mapped[str] = mapped_column(String(16))
    actor: Mapped[str] = mapped_column(String(100))
    evidence: Mapped[str] = mapped_column(String(500), default="")
    wording: Mapped[str] = mapped_column(String(64), default="")


class Suppression(Base):
    """An address that must not be mailed: a keyed fingerprint only, so it outlives an erasure.

    Without a list it holds for all of them.
    """

    __tablename__ = "suppression"
    __table_args__ = (UniqueConstraint("fingerprint", "list_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    fingerprint: Mapped[bytes] = mapped_column(LargeBinary(32))
    list_id: Mapped[int | None] = mapped_column(ForeignKey("mailing_list.id", ondelete="CASCADE"))
    reason: Mapped[str] = mapped_column(String(32))
    created_at: Mapped[datetime]
