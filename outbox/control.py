"""What a person, or a relay's refusal, does to a mailing: pause, resume, cancel, retry, hold, release."""

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from outbox.problem import MailingError
from outbox.shards import inside
from outbox.status import find
from outbox.tables import Delivery, DeliveryState, Mailing, MailingState, Shard

_WORDS = 500


def pause(session: Session, mailing_id: int, reason: str) -> None:
    """Stop a mailing where it is; what is in flight ends and is recorded. A second reason is not kept."""
    mailing = find(session, mailing_id)
    if mailing.state == MailingState.SENDING:
        mailing.state, mailing.reason = MailingState.PAUSED, reason[:_WORDS]
        session.flush()
    elif mailing.state != MailingState.PAUSED:
        raise _not_now(mailing, "paused")


def resume(session: Session, mailing_id: int) -> None:
    """Go on with a paused mailing exactly where it stopped."""
    mailing = find(session, mailing_id)
    if mailing.state == MailingState.PAUSED:
        mailing.state, mailing.reason = MailingState.SENDING, None
        session.flush()
    elif mailing.state != MailingState.SENDING:
        raise _not_now(mailing, "resumed")


def cancel(session: Session, mailing_id: int, now: datetime) -> int:
    """End a mailing: what has not left never will. Returns how many recipients do not get it."""
    mailing = find(session, mailing_id)
    if mailing.state in (MailingState.DONE, MailingState.CANCELLED):
        raise _not_now(mailing, "cancelled")
    mailing.state, mailing.reason, mailing.finished_at = MailingState.CANCELLED, "Cancelled by a person.", now
    return _move(
        session, mailing_id, [DeliveryState.QUEUED, DeliveryState.DEFERRED], DeliveryState.EXPIRED, now
    )


def retry(session: Session, mailing_id: int, now: datetime, *, failed: bool = False) -> int:
    """Try deferred deliveries now instead of later, and with `failed` those that failed too.

    Nobody who got it gets it again. A mailing that was done is sent again to those only. Returns how many.
    """
    mailing = find(session, mailing_id)
    if mailing.state == MailingState.CANCELLED:
        raise _not_now(mailing, "retried")
    states = [DeliveryState.DEFERRED] + ([DeliveryState.FAILED] if failed else [])
    count = _move(session, mailing_id, states, DeliveryState.QUEUED, now)
    if count and mailing.state == MailingState.DONE:
        if mailing.expires_at <= now:
            raise MailingError(
                f"Mailing {mailing_id} expired at {mailing.expires_at:%Y-%m-%d %H:%M} UTC.",
                "It is too old to be sent.",
            )
        mailing.state, mailing.finished_at = MailingState.SENDING, None
        session.flush()
    return count


def hold(session: Session, mailing_id: int) -> None:
    """From now on, a message whose fate is unknown waits for a person instead of being sent again."""
    find(session, mailing_id).uncertain = "hold"
    session.flush()


def release(session: Session, mailing_id: int, now: datetime, *, as_sent: bool = False) -> int:
    """Decide about uncertain deliveries: the same bytes again, or counted as sent. Returns how many."""
    mailing = find(session, mailing_id)
    if mailing.state == MailingState.CANCELLED:
        raise _not_now(mailing, "released")
    count = _move(
        session,
        mailing_id,
        [DeliveryState.UNCERTAIN],
        DeliveryState.SENT if as_sent else DeliveryState.QUEUED,
        now,
    )
    if count:
        mailing.state, mailing.reason, mailing.finished_at = MailingState.SENDING, None, None
        session.flush()
    return count


def _move(
    session: Session, mailing_id: int, states: list[DeliveryState], state: DeliveryState, now: datetime
) -> int:
    """Change deliveries and let the shards they are in be looked at again."""
    moved = session.scalars(
        update(Delivery)
        .where(Delivery.mailing_id == mailing_id, Delivery.state.in_(states))
        .values(state=state, due_at=None, changed_at=now)
        .returning(Delivery.id)
        .execution_options(synchronize_session=False)
    ).all()
    if moved:
        session.execute(
            update(Shard)
            .where(
                Shard.mailing_id == mailing_id,
                select(Delivery.id)
                .where(
                    inside(Delivery, Shard.first_id, Shard.last_id, mailing_id),
                    Delivery.changed_at == now,
                    Delivery.state == state,
                )
                .exists(),
            )
            .values(done=False, due_at=now)
            .execution_options(synchronize_session=False)
        )
    session.flush()
    return len(moved)


def _not_now(mailing: Mailing, step: str) -> MailingError:
    return MailingError(
        f"Mailing {mailing.id} is {mailing.state} and cannot be {step}.", "See `digest outbox status`."
    )
