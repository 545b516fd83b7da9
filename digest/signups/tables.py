"""The queue of sign-ups, which is also what the limits count."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from store import Base


class SignUpState(StrEnum):
    """Where a sign-up is on its way; `dropped` ones look to the sender like any other."""

    WAITING = "waiting"
    MAILING = "mailing"
    MAILED = "mailed"
    DONE = "done"
    DROPPED = "dropped"


class SignUp(Base):
    """One press of a sign-up button, or one wish to move to another address.

    `mark` and `network` are keyed fingerprints of the address and of the network it came from, so that
    they can be counted when address and evidence have been blanked. `crowd` is how many came from that
    network in the day before: those of a crowd wait behind the others. `try_at` is when the row is next
    looked at; while somebody works on it, it is when they are given up.
    """

    __tablename__ = "sign_up"
    __table_args__ = (
        Index(None, "network", "at"),
        Index(None, "mark", "at"),
        Index(None, "state", "crowd", "id"),
        Index(None, "domain", "mailed_at"),
        Index(None, "mailed_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    kind: Mapped[str] = mapped_column(String(8))
    state: Mapped[str] = mapped_column(String(8))
    letter: Mapped[str] = mapped_column(String(8), default="")
    address: Mapped[str] = mapped_column(String(320))
    name: Mapped[str] = mapped_column(String(200), default="")
    language: Mapped[str | None] = mapped_column(String(16))
    topics: Mapped[list[str]] = mapped_column(default=list)
    lists: Mapped[list[str]] = mapped_column(default=list)
    evidence: Mapped[str] = mapped_column(String(500), default="")
    wording: Mapped[str] = mapped_column(String(64), default="")
    mark: Mapped[bytes] = mapped_column(LargeBinary(32))
    network: Mapped[bytes] = mapped_column(LargeBinary(32))
    domain: Mapped[str] = mapped_column(String(255))
    crowd: Mapped[int] = mapped_column(default=0)
    tries: Mapped[int] = mapped_column(default=0)
    try_at: Mapped[datetime]
    mailed_at: Mapped[datetime | None]
    subscriber_id: Mapped[int | None] = mapped_column(
        ForeignKey("subscriber.id", ondelete="CASCADE"), index=True
    )
