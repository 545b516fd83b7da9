"""What is inside a shard: the deliveries that are due, were left in flight, or are still open."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, bindparam, case, func, or_, select, update
from sqlalchemy.orm import Session

from outbox.protocols import MailingRef, Recipient
from outbox.tables import OPEN_STATES, Delivery, DeliveryState, Shard


def inside(columns: Any, first: Any, last: Any, mailing: Any) -> ColumnElement[bool]:
    """The condition for the deliveries of a shard, which finds them by their numbers.

    The mailing is compared in a form that no index fits: by the index of a mailing's recipients, which both
    databases prefer while they have no statistics of the new rows, each look at 1,000 would go over all.
    """
    return and_(columns.id.between(first, last), columns.mailing_id + 0 == mailing)


# Made once, and of the table itself: they go over every row of a mailing.
_ROW = Delivery.__table__.c
_HERE = inside(_ROW, bindparam("first"), bindparam("last"), bindparam("mailing"))
_TO_BE_SENT = (
    select(_ROW.id, _ROW.recipient_id, _ROW.address, _ROW.name, _ROW.attempts, _ROW.state)
    .where(
        _HERE,
        or_(
            _ROW.state.in_([DeliveryState.QUEUED.value, DeliveryState.SENDING.value]),
            and_(_ROW.state == DeliveryState.DEFERRED.value, _ROW.due_at <= bindparam("now")),
        ),
    )
    .order_by(_ROW.id)
)
_STILL_OPEN = select(
    func.count(),
    func.min(case((_ROW.state == DeliveryState.DEFERRED.value, _ROW.due_at), else_=None)),
    func.count(case((_ROW.state == DeliveryState.QUEUED.value, 1), else_=None)),
).where(_HERE, _ROW.state.in_([state.value for state in OPEN_STATES]))


class Due(NamedTuple):
    """A delivery to be tried now, and how often it was tried before."""

    recipient: Recipient
    attempts: int


@dataclass(frozen=True, slots=True)
class Hold:
    """A shard that is ours: the deliveries of `mailing` from `first` to `last`."""

    shard_id: int
    mailing: MailingRef
    first: int
    last: int

    @property
    def inside(self) -> dict[str, Any]:
        """The parameters of the statements that go over its deliveries."""
        return {"first": self.first, "last": self.last, "mailing": self.mailing.id}


def look(session: Session, held: Hold, now: datetime) -> tuple[list[Due], bool]:
    """What is due in a held shard, and whether a former holder left something in flight; changes nothing."""
    rows = session.connection().execute(_TO_BE_SENT, {**held.inside, "now": now}).all()
    due = [
        Due(Recipient(number, person, address, name), attempts)
        for number, person, address, name, attempts, state in rows
        if state != DeliveryState.SENDING
    ]
    return due, len(due) < len(rows)


def mend(session: Session, held: Hold, owner: str, now: datetime) -> int:
    """Decide about what was left in flight, and expire what is too old. How many were in flight.

    Nothing is done in a shard that is ours no more.
    """
    if ours(session, held.shard_id, owner) is None:
        return 0
    orphans = _recover(session, held, now)
    if now >= held.mailing.expires_at:
        waiting = Delivery.state.in_([DeliveryState.QUEUED, DeliveryState.DEFERRED])
        _change(session, held, waiting, DeliveryState.EXPIRED, now)
    return orphans


def still_open(session: Session, shard: Shard) -> tuple[int, datetime | None, int]:
    """How many deliveries of a shard are open, when the first deferred one is due, how many are queued."""
    asked = {"first": shard.first_id, "last": shard.last_id, "mailing": shard.mailing_id}
    count, due_at, waiting = session.connection().execute(_STILL_OPEN, asked).one()
    return count, due_at, waiting


def ours(session: Session, shard_id: int, owner: str) -> Shard | None:
    """The shard, locked until the transaction ends, if `owner` holds it."""
    shard = session.get(Shard, shard_id, with_for_update=True, populate_existing=True)
    return shard if shard is not None and shard.owner == owner else None


def _recover(session: Session, held: Hold, now: datetime) -> int:
    sending = Delivery.state == DeliveryState.SENDING
    _change(session, held, and_(sending, Delivery.announced.is_(True)), DeliveryState.QUEUED, now)
    state = DeliveryState.UNCERTAIN if held.mailing.uncertain == "hold" else DeliveryState.QUEUED
    words = "The sender stopped while this message was on its way."
    return _change(session, held, sending, state, now, words)


def _change(
    session: Session,
    held: Hold,
    which: ColumnElement[bool],
    state: DeliveryState,
    now: datetime,
    reply: str | None = None,
) -> int:
    changed = session.execute(
        update(Delivery)
        .where(inside(Delivery, held.first, held.last, held.mailing.id), which)
        .values(state=state.value, changed_at=now, **({"reply": reply} if reply else {}))
        .returning(Delivery.id)
        .execution_options(synchronize_session=False)
    )
    return len(changed.all())
