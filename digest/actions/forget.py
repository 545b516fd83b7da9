"""What is older than its time, in every room that keeps something about people."""

from datetime import datetime

from sqlalchemy.orm import Session

from digest.tracking import recording
from digest.webhooks import inbox, queue
from subscribers.retention import Retention, purge


def forget(session: Session, *, now: datetime, retention: Retention | None = None) -> dict[str, int]:
    """Forget what is older than its time; how much of each kind."""
    counts = purge(session, now=now, retention=retention or Retention())
    counts["clicks and opens"] = recording.purge(session, now=now)
    counts["webhook messages"] = queue.forget(session, now)
    counts["reports of providers"] = inbox.forget(session, now)
    return counts
