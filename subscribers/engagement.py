"""What people did with their mails, as the room that counts clicks keeps it. Machines are nobody.

That room stands above this one, so its table is named here and not imported, as in a foreign key.
"""

from typing import Any

from sqlalchemy import Boolean, Integer, String, column, select, table
from sqlalchemy.sql.elements import ColumnElement

from store import UtcDateTime
from subscribers.tables import Subscriber

CLICK, OPEN = "click", "open"
_EVENT = table(
    "tracking_event",
    column("subscriber_id", Integer),
    column("kind", String),
    column("at", UtcDateTime),
    column("machine", Boolean),
)
WHEN: ColumnElement[Any] = _EVENT.c.at


def engaged(when: ColumnElement[bool], kind: str = "") -> ColumnElement[bool]:
    """The condition that a subscriber did something (or this kind of thing) at a time; `when` is over WHEN."""
    query = select(1).where(
        _EVENT.c.subscriber_id == Subscriber.id, _EVENT.c.machine.is_(False), when
    ).correlate(Subscriber)  # fmt: skip
    return (query.where(_EVENT.c.kind == kind) if kind else query).exists()
