"""The ground floor: engine, sessions, declarative base, UTC datetimes. Knows no domain."""

from store.base import Base, UtcDateTime
from store.database import Database

__all__ = ["Base", "Database", "UtcDateTime"]
