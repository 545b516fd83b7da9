"""Topics: what a reader may choose among, taken from what the issues of late were about."""

from collections import Counter
from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from digest.issues import Issue, Item, Newsletter

WINDOW = timedelta(days=120)
MOST = 16
_ITEMS = 1500


def topics_offered(session: Session, list_ids: Collection[int], now: datetime) -> list[str]:
    """The most frequent topics of the newsletters sent to these lists, in alphabetical order."""
    rows = session.scalars(
        select(Item.topics)
        .join(Issue, Issue.id == Item.issue_id)
        .join(Newsletter, Newsletter.id == Issue.newsletter_id)
        .where(Newsletter.list_id.in_(list_ids), Issue.built_at > now - WINDOW, Item.dropped.is_(False))
        .order_by(Item.id.desc())
        .limit(_ITEMS)
    )
    counts = Counter(topic for topics in rows for topic in topics)
    return sorted((topic for topic, _ in counts.most_common(MOST)), key=str.casefold)
