"""Freezing: who gets a mailing is decided once, in the caller's one transaction."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, insert, literal, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from outbox.problem import AlreadyHandedOverError, NobodyError
from outbox.rendition import Rendition
from outbox.tables import Delivery, DeliveryState, Mailing, MailingState, Shard

SHARD_SIZE = 1000
"""Deliveries that one sender takes hold of at a time."""


@dataclass(frozen=True, slots=True)
class Frozen:
    """What stands in the database once the caller commits."""

    mailing_id: int
    recipients: int


def freeze(
    session: Session,
    *,
    kind: str,
    reference: int,
    rendition: Rendition,
    recipients: "Select[int, str, str]",
    date: datetime,
    expires_at: datetime,
    starts_at: datetime | None = None,
    uncertain: str = "retry",
    key: str | None = None,
) -> Frozen:
    """Make the mailing and one delivery for each row `(recipient_id, address, name)` of `recipients`.

    All in the caller's transaction, which is one of `database.writing()`: after a crash there is
    either the whole snapshot or none. `date` is the Date header and never changes; `uncertain` is
    `retry` or `hold`, `key` the id of the key that signs its links to the end. Raises
    AlreadyHandedOverError for a (kind, reference) that was frozen before, NobodyError when the select
    gives nobody; both leave nothing behind once the caller rolls back.
    """
    if uncertain not in ("retry", "hold"):
        raise ValueError(f"uncertain is retry or hold, not {uncertain!r}")
    mailing = Mailing(
        kind=kind,
        reference=reference,
        state=MailingState.SENDING,
        date=date,
        starts_at=starts_at or date,
        expires_at=expires_at,
        uncertain=uncertain,
        key=key,
        rendition=rendition.to_bytes(),
    )
    try:
        with session.begin_nested():
            session.add(mailing)
    except IntegrityError:
        raise AlreadyHandedOverError(
            f"The {kind} {reference} was already handed to the outbox.",
            "Its recipients are frozen; see `digest outbox status`.",
        ) from None
    people = recipients.order_by(None).subquery()
    recipient_id, address, name = people.c
    session.execute(
        insert(Delivery).from_select(
            ["mailing_id", "recipient_id", "address", "name", "state", "attempts"],
            select(
                literal(mailing.id),
                recipient_id,
                address,
                func.coalesce(name, ""),
                literal(DeliveryState.QUEUED.value),
                literal(0),
            ),
            include_defaults=False,
        )
    )
    mine = Delivery.mailing_id == mailing.id
    first, last, count = session.execute(
        select(func.min(Delivery.id), func.max(Delivery.id), func.count()).where(mine)
    ).one()
    if not count:
        raise NobodyError(f"The {kind} {reference} has no recipients.", "Is the list empty or unconfirmed?")
    mailing.recipients = count
    session.execute(
        insert(Shard),
        [
            {
                "mailing_id": mailing.id,
                "first_id": start,
                "last_id": min(start + SHARD_SIZE - 1, last),
                "due_at": mailing.starts_at,
                "done": False,
            }
            for start in range(first, last + 1, SHARD_SIZE)
        ],
    )
    session.flush()
    return Frozen(mailing.id, count)
