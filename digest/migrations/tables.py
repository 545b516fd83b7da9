"""Every table of the program, so that one MetaData knows them all."""

import digest.articles.tables
import digest.issues.tables
import digest.signups.tables
import digest.sources.tables
import outbox.tables
import subscribers.tables
from store import Base

metadata = Base.metadata

__all__ = ["digest", "metadata", "outbox", "subscribers"]
