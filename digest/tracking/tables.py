"""Links as they were counted, what readers did one by one, and the sums that know nobody."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from store import Base

CLICK, OPEN = "click", "open"
PIXEL = 0
"""Stands where the number of a link would, in the sums of opens."""


class TrackedLink(Base):
    """An address that an issue's counted links lead to. `number` is its place in the issue, from 1.

    `url` is whole, with query and fragment, in ASCII. Rows live as long as their issue: a mail may be
    opened years later.
    """

    __tablename__ = "tracked_link"
    __table_args__ = (UniqueConstraint("issue_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    issue_id: Mapped[int] = mapped_column(ForeignKey("issue.id", ondelete="CASCADE"))
    number: Mapped[int]
    url: Mapped[str] = mapped_column(String(2048))


class TrackingEvent(Base):
    """One click or open of one person, kept only where the newsletter says `persons`.

    `link_id` is None for an open. `machine` marks what a program did, and `reason` says how it is known.
    """

    __tablename__ = "tracking_event"
    __table_args__ = (Index(None, "subscriber_id", "kind", "at"), Index(None, "issue_id"), Index(None, "at"))

    id: Mapped[int] = mapped_column(primary_key=True)
    subscriber_id: Mapped[int] = mapped_column(ForeignKey("subscriber.id", ondelete="CASCADE"))
    issue_id: Mapped[int] = mapped_column(ForeignKey("issue.id", ondelete="CASCADE"))
    link_id: Mapped[int | None] = mapped_column(ForeignKey("tracked_link.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(8))
    at: Mapped[datetime]
    machine: Mapped[bool] = mapped_column(default=False)
    reason: Mapped[str] = mapped_column(String(16), default="")


class TrackingCount(Base):
    """How often a link was clicked in one hour, or an issue opened (`link_id` PIXEL): a sum that knows nobody.

    It is kept for every counted newsletter, also one that notes persons, so that an erasure or the purge of
    the events changes no sum.
    """

    __tablename__ = "tracking_count"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012

    issue_id: Mapped[int] = mapped_column(ForeignKey("issue.id", ondelete="CASCADE"), primary_key=True)
    link_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    hour: Mapped[datetime] = mapped_column(primary_key=True)
    machine: Mapped[bool] = mapped_column(primary_key=True)
    count: Mapped[int] = mapped_column(default=0)
