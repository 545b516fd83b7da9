"""Claims: a sender takes hold of one shard of deliveries at a time, and gives it back settled.

While a shard is held, only its holder may move its deliveries (the ledger checks that at each commit).
A holder that died is recognised at once on its own machine, elsewhere by the end of its lease.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, bindparam, case, func, or_, select, true, update
from sqlalchemy.orm import Session

from outbox.owner import is_gone
from outbox.protocols import MailingRef, Recipient
from outbox.tables import OPEN_STATES, Delivery, DeliveryState, Mailing, MailingState, Shard

LEASE = timedelta(seconds=60)


class Due(NamedTuple):
    """A delivery to be tried now, and how often it was tried before."""

    recipient: Recipient
    attempts: int


@dataclass(frozen=True, slots=True)
class Claim:
    """A held shard with the deliveries in it that are due. `orphans` were in flight when a sender died."""

    shard_id: int
    mailing: MailingRef
    due: Sequence[Due]
    orphans: int


def claim(session: Session, owner: str, now: datetime, mailing_id: int | None = None) -> Claim | None:
    """Take hold of the shard that is due first, or None when no free shard is due.

    Deliveries that a dead holder left in flight become queued again, with the same bytes and
    Message-ID, or uncertain when the mailing says `hold`; those that were only announced become queued
    in any case, and those past the expiry expired.
    A shard in which nothing is due after that is settled at once, and its claim has no deliveries.
    """
    found = session.execute(
        select(Shard, Mailing)
        .join(Mailing, Mailing.id == Shard.mailing_id)
        .where(
            Shard.done.is_(False),
            Shard.due_at <= now,
            Mailing.state == MailingState.SENDING,
            _of(mailing_id),
            _free(session, owner, now),
        )
        .order_by(Shard.due_at, Shard.id)
        .limit(1)
        .with_for_update(of=Shard, skip_locked=True)
    ).one_or_none()
    if found is None:
        return None
    shard, mailing = found
    shard.owner, shard.leased_until = owner, now + LEASE
    reference = MailingRef(
        mailing.id, mailing.kind, mailing.reference, mailing.expires_at, mailing.uncertain, mailing.key
    )
    inside = {"first": shard.first_id, "last": shard.last_id, "mailing": shard.mailing_id}
    session.flush()
    core = session.connection()
    rows = core.execute(_TO_BE_SENT, {**inside, "now": now}).all()
    orphans = 0
    if any(row[5] == DeliveryState.SENDING for row in rows):
        orphans = _recover(session, shard, mailing.uncertain, now)
        rows = core.execute(_TO_BE_SENT, {**inside, "now": now}).all()
    if now >= mailing.expires_at:
        _change(
            session,
            shard,
            Delivery.state.in_([DeliveryState.QUEUED, DeliveryState.DEFERRED]),
            DeliveryState.EXPIRED,
            now,
        )
        rows = []
    if not rows:
        settle(session, shard.id, owner, now)
    due = [
        Due(Recipient(number, person, address, name), attempts)
        for number, person, address, name, attempts, _ in rows
    ]
    return Claim(shard.id, reference, due, orphans)


def settle(session: Session, shard_id: int, owner: str, now: datetime) -> None:
    """Give a shard back: done when no delivery in it is open, else due when the first of them is."""
    shard = session.get(Shard, shard_id, with_for_update=True, populate_existing=True)
    if shard is None or shard.owner != owner:
        return
    inside = {"first": shard.first_id, "last": shard.last_id, "mailing": shard.mailing_id}
    open_count, due_at, waiting = session.connection().execute(_STILL_OPEN, inside).one()
    shard.owner = shard.leased_until = None
    shard.done = not open_count
    shard.due_at = now if waiting or due_at is None else due_at
    session.flush()


def release(session: Session, owner: str, now: datetime) -> None:
    """Settle every shard that `owner` still holds, as a sender does when it stops."""
    for shard_id in session.scalars(select(Shard.id).where(Shard.owner == owner)).all():
        settle(session, shard_id, owner, now)


def renew(session: Session, owner: str, now: datetime) -> None:
    """Hold what is held for another lease."""
    session.execute(update(Shard).where(Shard.owner == owner).values(leased_until=now + LEASE))


def next_due(session: Session, mailing_id: int | None = None) -> datetime | None:
    """When a shard of a mailing being sent is due next; None when none ever is."""
    due_at: datetime | None = session.scalar(
        select(func.min(Shard.due_at))
        .join(Mailing, Mailing.id == Shard.mailing_id)
        .where(
            Shard.done.is_(False),
            Mailing.state == MailingState.SENDING,
            _of(mailing_id),
        )
    )
    return due_at


def _of(mailing_id: int | None) -> ColumnElement[bool]:
    return true() if mailing_id is None else Mailing.id == mailing_id


def _free(session: Session, owner: str, now: datetime) -> ColumnElement[bool]:
    others = session.scalars(
        select(Shard.owner)
        .distinct()
        .where(Shard.done.is_(False), Shard.owner.is_not(None), Shard.owner != owner)
    ).all()
    gone = [other for other in others if other is not None and is_gone(other)]
    # Never one's own, however late a renewal comes through: its messages are in hand or on their way.
    expired = and_(Shard.owner != owner, Shard.leased_until < now)
    return or_(Shard.owner.is_(None), expired, Shard.owner.in_(gone))


# Made once, and of the table itself: they go over every row of a mailing.
_ROW = Delivery.__table__.c
_HERE = and_(_ROW.id.between(bindparam("first"), bindparam("last")), _ROW.mailing_id == bindparam("mailing"))
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


def _inside(shard: Shard) -> ColumnElement[bool]:
    return and_(Delivery.id.between(shard.first_id, shard.last_id), Delivery.mailing_id == shard.mailing_id)


def _recover(session: Session, shard: Shard, uncertain: str, now: datetime) -> int:
    sending = Delivery.state == DeliveryState.SENDING
    _change(session, shard, and_(sending, Delivery.announced.is_(True)), DeliveryState.QUEUED, now)
    state = DeliveryState.UNCERTAIN if uncertain == "hold" else DeliveryState.QUEUED
    words = "The sender stopped while this message was on its way."
    return _change(session, shard, sending, state, now, words)


def _change(
    session: Session,
    shard: Shard,
    which: ColumnElement[bool],
    state: DeliveryState,
    now: datetime,
    reply: str | None = None,
) -> int:
    changed = session.execute(
        update(Delivery)
        .where(_inside(shard), which)
        .values(state=state.value, changed_at=now, **({"reply": reply} if reply else {}))
        .returning(Delivery.id)
        .execution_options(synchronize_session=False)
    )
    return len(changed.all())
