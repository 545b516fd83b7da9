"""People, lists, memberships, their history, and the addresses that must never be mailed."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from store import Base


class SubscriptionState(StrEnum):
    """Only `confirmed` is mailed."""

    UNCONFIRMED = "unconfirmed"
    CONFIRMED = "confirmed"
    UNSUBSCRIBED = "unsubscribed"
    BOUNCED = "bounced"
    COMPLAINED = "complained"


# Compared octet by octet: a normal form has no order of a language, and PostgreSQL's would cost time.
_NORMAL_FORM = String(320).with_variant(String(320, collation="C"), "postgresql")


class Subscriber(Base):
    """A person: `email` is the normal form and unique, `address` is where mail goes, as it was given.

    `fingerprint` is the keyed HMAC of `email` under which a suppression of this person stands.
    """

    __tablename__ = "subscriber"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(_NORMAL_FORM, unique=True)
    address: Mapped[str] = mapped_column(String(320))
    fingerprint: Mapped[bytes] = mapped_column(LargeBinary(32))
    name: Mapped[str] = mapped_column(String(200), default="")
    language: Mapped[str | None] = mapped_column(String(16))
    timezone: Mapped[str | None] = mapped_column(String(64))
    topics: Mapped[list[str]] = mapped_column(default=list)
    tags: Mapped[list[str]] = mapped_column(default=list)
    attributes: Mapped[dict[str, Any]] = mapped_column(default=dict)
    created_at: Mapped[datetime]


class MailingList(Base):
    """A named list with its way of opting in; `description` is a text by language.

    `welcome` says whether a mail follows the confirmation, `welcome_issue` whether it brings the last issue.
    """

    __tablename__ = "mailing_list"
    __table_args__ = {"sqlite_autoincrement": True}  # noqa: RUF012  (a suppression outlives its list's id)

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    description: Mapped[dict[str, Any]] = mapped_column(default=dict)
    opt_in: Mapped[str] = mapped_column(String(8), default="double")
    public: Mapped[bool] = mapped_column(default=True)
    welcome: Mapped[bool] = mapped_column(default=False)
    welcome_issue: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    goodbye: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    created_at: Mapped[datetime]


class Subscription(Base):
    """A person's membership of a list, with the source of the consent and what they chose.

    `requests` counts the confirmation mails asked for since the last consent, `requested_at` is the
    latest one. `left_at` is when they last left, bounced or complained without a consent of their own
    since. `import_id` names the import that brought this membership, if one did. The list is no foreign
    key: `remove_list` deletes its memberships, and asking for it at each of a million rows of an import
    takes a sixth of the time.
    """

    __tablename__ = "subscription"
    __table_args__ = (
        Index(None, "list_id", "state", "subscriber_id"),
        {"sqlite_with_rowid": False},
    )

    subscriber_id: Mapped[int] = mapped_column(
        ForeignKey("subscriber.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    list_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    state: Mapped[str] = mapped_column(String(16))
    consent: Mapped[str] = mapped_column(String(500), default="")
    requested_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    changed_at: Mapped[datetime]
    left_at: Mapped[datetime | None]
    requests: Mapped[int] = mapped_column(default=0)
    paused_until: Mapped[datetime | None]
    frequency: Mapped[str | None] = mapped_column(String(8))
    mailed_at: Mapped[datetime | None]
    import_id: Mapped[int | None]


class SubscriptionEvent(Base):
    """One change of a subscription, never updated, and deleted only by erasure.

    `change` is what happened (`request`, `confirm`, `leave` …) and `state` where it led.
    """

    __tablename__ = "subscription_event"

    id: Mapped[int] = mapped_column(primary_key=True)
    subscriber_id: Mapped[int] = mapped_column(ForeignKey("subscriber.id", ondelete="CASCADE"), index=True)
    list_id: Mapped[int | None] = mapped_column(ForeignKey("mailing_list.id", ondelete="CASCADE"))
    at: Mapped[datetime]
    change: Mapped[str] = mapped_column(String(16))
    state: Mapped[str] = mapped_column(String(16), default="")
    actor: Mapped[str] = mapped_column(String(100))
    evidence: Mapped[str] = mapped_column(String(500), default="")
    wording: Mapped[str] = mapped_column(String(64), default="")


class ImportRun(Base):
    """One import of a file into a list: the proof behind every membership it made.

    It stands in the history of each of them, instead of a million copies of the same sentence.
    `records` is how far it came, so that an interrupted import of the same file goes on from there.
    """

    __tablename__ = "import_run"
    __table_args__ = (Index(None, "list_id", "file_sha256"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    list_id: Mapped[int]
    file_name: Mapped[str] = mapped_column(String(255))
    file_sha256: Mapped[str] = mapped_column(String(64))
    options: Mapped[str] = mapped_column(String(500), default="")
    consent: Mapped[str] = mapped_column(String(500), default="")
    state: Mapped[str] = mapped_column(String(16))
    actor: Mapped[str] = mapped_column(String(100))
    records: Mapped[int] = mapped_column(default=0)
    counts: Mapped[dict[str, Any]] = mapped_column(default=dict)
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]


class Suppression(Base):
    """An address that must not be mailed: a keyed fingerprint only, so it outlives an erasure.

    `list_id` 0 means every list; there is no foreign key, as the promise outlives the list too.
    """

    __tablename__ = "suppression"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012

    fingerprint: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    list_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    reason: Mapped[str] = mapped_column(String(32))
    created_at: Mapped[datetime]


class Bounce(Base):
    """One delivery failure reported about a person; repeats of soft ones over days become `bounced`."""

    __tablename__ = "bounce"

    id: Mapped[int] = mapped_column(primary_key=True)
    subscriber_id: Mapped[int] = mapped_column(ForeignKey("subscriber.id", ondelete="CASCADE"), index=True)
    at: Mapped[datetime]
    hard: Mapped[bool]
    status: Mapped[str] = mapped_column(String(16), default="")
    reason: Mapped[str] = mapped_column(String(32), default="")


class SavedSegment(Base):
    """A filter over subscribers, kept by name as it was written."""

    __tablename__ = "segment"
    __table_args__ = (UniqueConstraint("slug"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(64))
    expression: Mapped[str] = mapped_column(String(1000))
    created_at: Mapped[datetime]
