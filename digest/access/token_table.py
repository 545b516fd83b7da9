"""The table of API tokens."""

from datetime import datetime

from sqlalchemy import LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from store import Base


class ApiToken(Base):
    """A program's key to the API: `digest` is the SHA-256 of its secret, which is kept nowhere.

    `minute` is the minute that was last counted and `used` the requests in it, of at most `per_minute`.
    """

    __tablename__ = "api_token"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(64), unique=True)
    digest: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    scopes: Mapped[list[str]]
    per_minute: Mapped[int]
    minute: Mapped[datetime | None]
    used: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    last_used_at: Mapped[datetime | None]
