"""Every table of the program, so that one MetaData knows them all."""

import digest.access.tables
import digest.access.token_table
import digest.articles.tables
import digest.issues.corrections
import digest.issues.tables
import digest.signups.tables
import digest.sources.tables
import digest.tracking.tables
import digest.webhooks.tables
import outbox.tables
import subscribers.tables
from store import Base

metadata = Base.metadata

__all__ = ["digest", "metadata", "outbox", "subscribers"]
