"""Claims: a sender takes hold of one shard of deliveries at a time, and gives it back settled.

While a shard is held, only its holder may move its deliveries (the ledger checks that at each commit).
A holder that died is recognised at once on its own machine, elsewhere by the end of its lease.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Concatenate, ParamSpec, Protocol, TypeVar

from sqlalchemy import ColumnElement, and_, func, or_, select, true, update
from sqlalchemy.orm import Session

from outbox.owner import is_gone
from outbox.protocols import MailingRef
from outbox.shards import Due, Hold, look, mend, ours, still_open
from outbox.tables import Mailing, MailingState, Shard

P = ParamSpec("P")
T = TypeVar("T")

LEASE = timedelta(seconds=60)


class Doors(Protocol):
    """Where a sender gets its transactions, one at a time: its ledger."""

    async def call(
        self, work: Callable[Concatenate[Session, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T: ...

    async def read(
        self, work: Callable[Concatenate[Session, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T: ...


@dataclass(frozen=True, slots=True)
class Claim:
    """A held shard with the deliveries in it that are due. `orphans` were in flight when a sender died."""

    shard_id: int
    mailing: MailingRef
    due: Sequence[Due]
    orphans: int


async def claim(doors: Doors, owner: str, now: datetime, mailing_id: int | None = None) -> Claim | None:
    """Take hold of the shard that is due first, or None when no free shard is due.

    Deliveries that a dead holder left in flight become queued again, with the same bytes and
    Message-ID, or uncertain when the mailing says `hold`; those that were only announced become queued
    in any case, and those past the expiry expired.
    A shard in which nothing is due after that is settled at once, and its claim has no deliveries.

    Taking hold is a short transaction of its own, and what is due is read in another one that keeps no
    writer waiting. That is safe because the hold is durable before the first row is read: from then on
    intents and outcomes of former holders are turned down, since each asks in its own statement whose the
    shard is. What can still come is what may come at any moment of a hold: the word of a former holder
    that a message was sent, and a person who cancels or retries. Either makes a row of ours stale, and the
    ledger turns down the intent for a row that is open no more. A crash between the two leaves a hold of a
    dead sender, in which nothing has moved.
    """
    held = await doors.call(hold, owner, now, mailing_id)
    if held is None:
        return None
    due, stranded = await doors.read(look, held, now)
    orphans = 0
    if stranded or now >= held.mailing.expires_at:
        orphans = await doors.call(mend, held, owner, now)
        due, _ = await doors.read(look, held, now)
    if not due:
        await doors.call(settle, held.shard_id, owner, now)
    return Claim(held.shard_id, held.mailing, due, orphans)


def hold(session: Session, owner: str, now: datetime, mailing_id: int | None = None) -> Hold | None:
    """Make the free shard that is due first ours for a lease; None when there is none."""
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
    session.flush()
    return Hold(shard.id, reference, shard.first_id, shard.last_id)


def settle(session: Session, shard_id: int, owner: str, now: datetime) -> None:
    """Give a shard back: done when no delivery in it is open, else due when the first of them is.

    Counted in the same transaction, since a person may reopen deliveries of it (`outbox.control`), which
    a count from before would not know.
    """
    shard = ours(session, shard_id, owner)
    if shard is None:
        return
    open_count, due_at, waiting = still_open(session, shard)
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
