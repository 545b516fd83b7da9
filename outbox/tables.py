"""Mailings and deliveries: one row per recipient, the truth about that message."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from store import Base


class MailingState(StrEnum):
    """Where a mailing is; `paused` carries its reason."""

    SENDING = "sending"
    PAUSED = "paused"
    DONE = "done"
    CANCELLED = "cancelled"


class DeliveryState(StrEnum):
    """The states of design promise 1."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    DEFERRED = "deferred"
    FAILED = "failed"
    SUPPRESSED = "suppressed"
    EXPIRED = "expired"
    UNCERTAIN = "uncertain"


class Mailing(Base):
    """A rendition handed to the outbox: `rendition` is the compiled message as bytes.

    `kind` and `reference` say what it was made of (`issue`, 42); both together are unique, so the
    same thing cannot be handed over twice. `date` is the Date header of every message.
    """

    __tablename__ = "mailing"
    __table_args__ = (UniqueConstraint("kind", "reference"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(32))
    reference: Mapped[int]
    state: Mapped[str] = mapped_column(String(16), default=MailingState.SENDING)
    reason: Mapped[str | None] = mapped_column(String(500))
    date: Mapped[datetime]
    expires_at: Mapped[datetime]
    uncertain: Mapped[str] = mapped_column(String(8), default="retry")
    rendition: Mapped[bytes] = mapped_column(LargeBinary)
    finished_at: Mapped[datetime | None]


class Delivery(Base):
    """One message to one recipient. `recipient_id` is the caller's own id of the person."""

    __tablename__ = "delivery"
    __table_args__ = (
        UniqueConstraint("mailing_id", "recipient_id"),
        Index(None, "mailing_id", "state", "due_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    mailing_id: Mapped[int] = mapped_column(ForeignKey("mailing.id", ondelete="CASCADE"))
    recipient_id: Mapped[int]
    address: Mapped[str] = mapped_column(String(320))
    name: Mapped[str] = mapped_column(String(200), default="")
    state: Mapped[str] = mapped_column(String(16), default=DeliveryState.QUEUED)
    attempts: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime | None]
    changed_at: Mapped[datetime | None]
    code: Mapped[int | None]
    reply: Mapped[str | None] = mapped_column(String(500))
