"""Who is told of what, the messages that wait for them, and the reports of mail providers."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from store import Base


class MessageState(StrEnum):
    """Where a message to an endpoint is."""

    QUEUED = "queued"
    SENT = "sent"
    GIVEN_UP = "given-up"


class ReportState(StrEnum):
    """Where a provider's report is; a `done` one is kept only to know it again."""

    WAITING = "waiting"
    DONE = "done"


class WebhookEndpoint(Base):
    """An address that is told of `events`; with `addresses` it is also told whose membership it is.

    The secret is not kept: it is made of `salt` and the installation's oldest key, or stands in the
    environment variable `secret_variable`. `failures` counts those in a row, `retry_at` is when it is
    asked again, `answered_at` when it last took a message.
    """

    __tablename__ = "webhook_endpoint"

    id: Mapped[int] = mapped_column(primary_key=True)
    url: Mapped[str] = mapped_column(String(2048))
    events: Mapped[list[str]] = mapped_column(default=list)
    addresses: Mapped[bool] = mapped_column(default=False)
    salt: Mapped[str] = mapped_column(String(64))
    secret_variable: Mapped[str | None] = mapped_column(String(64))
    created_at: Mapped[datetime]
    failures: Mapped[int] = mapped_column(default=0)
    retry_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    trouble: Mapped[str] = mapped_column(String(300), default="")


class WebhookMessage(Base):
    """One event for one endpoint, written in the transaction of what it tells of.

    `uid` is the `webhook-id` header, the same at every try. `subscriber_id` is whom it is about, so that
    erasing them takes it along. `due_at` is when it is tried next; while it is being sent, when its
    sender is given up.
    """

    __tablename__ = "webhook_message"
    __table_args__ = (Index(None, "state", "due_at"), Index(None, "endpoint_id", "state"))

    id: Mapped[int] = mapped_column(primary_key=True)
    endpoint_id: Mapped[int] = mapped_column(ForeignKey("webhook_endpoint.id", ondelete="CASCADE"))
    uid: Mapped[str] = mapped_column(String(40), unique=True)
    event: Mapped[str] = mapped_column(String(32))
    body: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(8), default=MessageState.QUEUED)
    created_at: Mapped[datetime]
    due_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    settled_at: Mapped[datetime | None]
    trouble: Mapped[str] = mapped_column(String(300), default="")
    subscriber_id: Mapped[int | None] = mapped_column(
        ForeignKey("subscriber.id", ondelete="CASCADE"), index=True
    )


class WebhookReport(Base):
    """A bounce or complaint that a mail provider reported. `mark` is the fingerprint of the provider's own id.

    `facts` are the fields of `digest.webhooks.incoming.Report`; they are blanked once the report has had
    its `effect`. What is left makes a report that comes again have none.
    """

    __tablename__ = "webhook_report"
    __table_args__ = (UniqueConstraint("provider", "mark"), Index(None, "state", "id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    provider: Mapped[str] = mapped_column(String(16))
    mark: Mapped[str] = mapped_column(String(64))
    received_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(String(8), default=ReportState.WAITING)
    effect: Mapped[str] = mapped_column(String(16), default="")
    facts: Mapped[dict[str, Any]] = mapped_column(default=dict)
