"""Editors, how they sign in, and their sessions at the desk.

No password is kept, and of no link or session more than a hash: who reads the database cannot come in.
"""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from store import Base


class Role(StrEnum):
    """What somebody may do at the desk: an editor everything, a viewer look."""

    EDITOR = "editor"
    VIEWER = "viewer"


class Editor(Base):
    """A person who works at the desk. `address` is in small letters; links to sign in go there."""

    __tablename__ = "editor"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(100))
    address: Mapped[str] = mapped_column(String(320), unique=True)
    role: Mapped[str] = mapped_column(String(8), default=Role.EDITOR)
    created_at: Mapped[datetime]

    @property
    def signature(self) -> str:
        """Who it is, for what is recorded: name and address."""
        return f"{self.name} <{self.address}>"[:200]


class SignIn(Base):
    """One wish to sign in, from the page or the command line, whoever it was made for.

    `network` and `mark` are keyed fingerprints of where it came from and of the address that was typed,
    for the limits. Only a known editor's has `token`, the hash of the link, which is good once until `good_until`.
    """

    __tablename__ = "sign_in"
    __table_args__ = (Index(None, "network", "at"), Index(None, "mark", "at"))

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)
    network: Mapped[bytes] = mapped_column(LargeBinary(32))
    mark: Mapped[bytes] = mapped_column(LargeBinary(32))
    editor_id: Mapped[int | None] = mapped_column(ForeignKey("editor.id", ondelete="CASCADE"), index=True)
    token: Mapped[bytes | None] = mapped_column(LargeBinary(32), unique=True)
    good_until: Mapped[datetime]
    used_at: Mapped[datetime | None]

    editor: Mapped[Editor | None] = relationship()


class EditorSession(Base):
    """A signed-in browser. `key` is the hash of its cookie; `seen_at` is moved on once a minute at most.

    `said` is the sentence that the next page shows, `typed` what was typed into a form and is not stored yet.
    """

    __tablename__ = "editor_session"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    editor_id: Mapped[int] = mapped_column(ForeignKey("editor.id", ondelete="CASCADE"), index=True)
    began_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    said: Mapped[str] = mapped_column(String(1000), default="")
    typed: Mapped[dict[str, Any]] = mapped_column(default=dict)

    editor: Mapped[Editor] = relationship()
