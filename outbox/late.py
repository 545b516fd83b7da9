"""A recipient who comes late: added to a mailing of a finished issue by whoever sends the message themselves."""

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from outbox.rendition import Rendition
from outbox.tables import OPEN_STATES, Delivery, DeliveryState, Mailing, MailingState


def mailing_of(session: Session, kind: str, reference: int) -> Mailing | None:
    """The mailing of these words, if there is one."""
    return session.scalar(select(Mailing).where(Mailing.kind == kind, Mailing.reference == reference))


def open_mailing(
    session: Session, *, kind: str, reference: int, rendition: Rendition, key: str | None, now: datetime
) -> Mailing:
    """A mailing to which recipients are added one by one; the one there is, if there is one.

    No sender takes hold of it, since it has no shards: it is done, and stays so.
    """
    found = mailing_of(session, kind, reference)
    if found is not None:
        return found
    made = Mailing(
        kind=kind, reference=reference, state=MailingState.DONE, date=now, starts_at=now, expires_at=now,
        finished_at=now, key=key, rendition=rendition.to_bytes(), recipients=0,
    )  # fmt: skip
    try:
        with session.begin_nested():
            session.add(made)
    except IntegrityError:  # somebody else opened it at the same moment
        found = mailing_of(session, kind, reference)
        assert found is not None
        return found
    return made


def intend(
    session: Session, mailing: Mailing, recipient_id: int, address: str, name: str, now: datetime
) -> Delivery:
    """The recipient's delivery, durable once the caller commits and before anything leaves; theirs already, if
    this is another try of the same message.
    """
    found = session.scalar(
        select(Delivery).where(Delivery.mailing_id == mailing.id, Delivery.recipient_id == recipient_id)
    )
    if found is None:
        found = Delivery(
            mailing_id=mailing.id, recipient_id=recipient_id, address=address, name=name, attempts=0
        )
        session.add(found)
        session.execute(
            update(Mailing).where(Mailing.id == mailing.id).values(recipients=Mailing.recipients + 1)
        )
    found.state, found.attempts, found.changed_at = DeliveryState.SENDING, found.attempts + 1, now
    session.flush()
    return found


def settle(session: Session, delivery_id: int, state: DeliveryState, now: datetime, reply: str = "") -> None:
    """How it ended; the recipient may have been erased meanwhile."""
    found = session.get(Delivery, delivery_id)
    if found is not None:
        found.state, found.changed_at, found.reply = state, now, reply[:500] or None


def close(session: Session, kinds: str, recipient_id: int, state: DeliveryState) -> None:
    """What is still open of this recipient's deliveries in mailings whose kind begins with `kinds` ends so."""
    mailings = select(Mailing.id).where(Mailing.kind.startswith(kinds, autoescape=True))
    session.execute(
        update(Delivery)
        .where(
            Delivery.mailing_id.in_(mailings),
            Delivery.recipient_id == recipient_id,
            Delivery.state.in_(OPEN_STATES),
        )
        .values(state=state)
    )
