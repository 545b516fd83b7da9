"""Mailings, shards and deliveries: one delivery row per recipient, the truth about that message."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, ForeignKey, Index, Integer, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from store import Base

# SQLite numbers rows itself only in a column that is exactly INTEGER.
RowNumber = BigInteger().with_variant(Integer, "sqlite")


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


OPEN_STATES = (DeliveryState.QUEUED, DeliveryState.SENDING, DeliveryState.DEFERRED)
"""A delivery in one of these still has to leave."""


class Mailing(Base):
    """A rendition handed to the outbox: `rendition` is the compiled message as bytes.

    `kind` and `reference` say what it was made of (`issue`, 42); both together are unique, so the
    same thing cannot be handed over twice. `date` is the Date header of every message, `recipients`
    the number of deliveries frozen with it. Nothing is sent before `starts_at`. `key` names the signing
    key of its links, which stays when keys are rotated in its middle; `complaints` counts the recipients
    who called it spam.
    """

    __tablename__ = "mailing"
    __table_args__ = (UniqueConstraint("kind", "reference"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(32))
    reference: Mapped[int]
    state: Mapped[str] = mapped_column(String(16), default=MailingState.SENDING)
    reason: Mapped[str | None] = mapped_column(String(500))
    date: Mapped[datetime]
    starts_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    uncertain: Mapped[str] = mapped_column(String(8), default="retry")
    rendition: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    recipients: Mapped[int] = mapped_column(default=0)
    key: Mapped[str | None] = mapped_column(String(32))
    complaints: Mapped[int] = mapped_column(default=0, server_default="0")
    finished_at: Mapped[datetime | None]


class Shard(Base):
    """A run of a mailing's deliveries, from `first_id` to `last_id`, that one sender works on at a time.

    `owner` holds it until `leased_until`; whoever commits for a delivery must still own its shard.
    `due_at` is when there is something to do in it again; `done` when nothing ever will be.
    """

    __tablename__ = "shard"
    __table_args__ = (Index(None, "done", "due_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    mailing_id: Mapped[int] = mapped_column(ForeignKey("mailing.id", ondelete="CASCADE"), index=True)
    first_id: Mapped[int] = mapped_column(BigInteger)
    last_id: Mapped[int] = mapped_column(BigInteger)
    due_at: Mapped[datetime]
    done: Mapped[bool] = mapped_column(default=False)
    owner: Mapped[str | None] = mapped_column(String(64))
    leased_until: Mapped[datetime | None]


class Delivery(Base):
    """One message to one recipient. `recipient_id` is the caller's own id of the person.

    `announced` on a row that is `sending` says that nothing of it but the envelope has left.

    No index holds a column that changes while sending: a state is written three times for each
    message, and shards find the rows by their numbers.
    """

    __tablename__ = "delivery"
    __table_args__ = (
        UniqueConstraint("mailing_id", "recipient_id"),
        {"postgresql_with": {"fillfactor": 80}},
    )

    id: Mapped[int] = mapped_column(RowNumber, primary_key=True)
    mailing_id: Mapped[int] = mapped_column(ForeignKey("mailing.id", ondelete="CASCADE"))
    recipient_id: Mapped[int]
    address: Mapped[str] = mapped_column(String(320))
    name: Mapped[str] = mapped_column(String(200), default="")
    state: Mapped[str] = mapped_column(String(16), default=DeliveryState.QUEUED)
    attempts: Mapped[int] = mapped_column(default=0)
    announced: Mapped[bool | None]
    due_at: Mapped[datetime | None]
    changed_at: Mapped[datetime | None]
    code: Mapped[int | None]
    reply: Mapped[str | None] = mapped_column(String(500))
