"""Answer: what became of the queue of sign-ups, letter by letter, beside the pages and never within a request."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from anyio import CapacityLimiter, to_thread
from sqlalchemy import select
from sqlalchemy.orm import Session

from digest.actions.addressed import CONFIRM, KNOWN, addressed, close_record, prepare
from digest.actions.beside import Beside
from digest.actions.context import Context
from digest.actions.goodbye import outdated
from digest.actions.relays import hand_over
from digest.actions.sign_up import LIMITS, MOVE, WELCOME
from digest.actions.welcome import unwanted
from digest.problem import Problem
from digest.signups import queue
from digest.signups.tables import SignUp, SignUpState
from outbox import late
from outbox.post import Letter
from outbox.problem import HeaderError, RefusedError
from outbox.tables import DeliveryState
from subscribers.addresses import normalise
from subscribers.consent import request
from subscribers.people import describe
from subscribers.subscribing import Proof
from subscribers.suppression import EVERY_LIST, reasons
from subscribers.tables import MailingList, Subscriber, Subscription, SubscriptionState

LETTER_PAUSE = timedelta(hours=24)
"""No address gets a second letter that it may not have asked for within this time (standards 6.2)."""
GIVEN_UP = timedelta(hours=24)
RETRY = timedelta(minutes=1)
UNREADY = timedelta(hours=1)
WAKE_SECONDS = 5.0
REST_SECONDS = 0.05
ENOUGH = 1000
"""Rows dealt with in one go; the rest waits for the next."""


@dataclass(frozen=True)
class _Due:
    """A letter to be handed over; `delivery_id` where it brings an issue and is on record as delivered."""

    row_id: int
    letter: Letter
    delivery_id: int | None


async def answer(
    context: Context,
    clock: Callable[[], datetime],
    rest: float = 0,
    door: CapacityLimiter | None = None,
) -> int:
    """Deal with everything that is due; how many letters left. A relay that is away ends the round.

    Between two rows it rests for so many seconds, to leave the machine to those who ask, and with `door`
    it takes turns with the other writers of this process.
    """
    for _ in range(ENOUGH):
        if not await to_thread.run_sync(_record_next, context, clock(), limiter=door):
            break
        await asyncio.sleep(rest)
    sent = 0
    for _ in range(ENOUGH):
        due = await to_thread.run_sync(_write_next, context, clock(), limiter=door)
        if due is None:
            break
        try:
            await hand_over(context, due.letter)
        except (RefusedError, HeaderError) as error:
            permanent = isinstance(error, HeaderError) or error.permanent
            how = "refused" if permanent else "away"
            await to_thread.run_sync(_settle, context, due, clock(), how, error.message, limiter=door)
        except Problem as error:
            await to_thread.run_sync(_settle, context, due, clock(), "away", error.message, limiter=door)
            break
        else:
            await to_thread.run_sync(_settle, context, due, clock(), "sent", limiter=door)
            sent += 1
        await asyncio.sleep(rest)
    return sent


def answering(context: Context, door: CapacityLimiter | None = None) -> Beside:
    """Answers in the background; to be woken when something new was queued in this process."""

    async def work() -> bool:
        await answer(context, _now, REST_SECONDS, door)
        await asyncio.to_thread(_tidy, context, _now())
        return False

    return Beside(work, WAKE_SECONDS)


def _now() -> datetime:
    return datetime.now(UTC)


def _tidy(context: Context, now: datetime) -> None:
    with context.database.reading() as session:
        oldest = session.scalar(select(SignUp.at).order_by(SignUp.id).limit(1))
    if oldest is not None and now - oldest > queue.KEPT + timedelta(hours=1):
        with context.database.writing() as session:
            queue.forget(session, now)


def _record_next(context: Context, now: datetime) -> bool:
    """Put the next request on record and decide which letter answers it; False when none waits."""
    with context.database.reading() as session:
        if session.scalar(select(SignUp.id).where(SignUp.state == SignUpState.WAITING).limit(1)) is None:
            return False
    with context.database.writing() as session:
        row = queue.next_waiting(session, now)
        if row is None:
            return False
        row.letter = (
            _record_move(session, row) if row.kind == MOVE else _record_join(context, session, row, now)
        )
        if row.letter:
            row.state = SignUpState.MAILING
        else:
            row.state = SignUpState.DONE
            queue.blank(row)
    return True


def _record_join(context: Context, session: Session, row: SignUp, now: datetime) -> str:
    proof = Proof("person", row.evidence, row.wording)
    lists = session.scalars(
        select(MailingList).where(MailingList.slug.in_(row.lists)).order_by(MailingList.id)
    ).all()
    pestered = queue.mailed_within(session, row.mark, LETTER_PAUSE, now)
    found = [
        request(
            session, one, normalise(row.address), proof, signer=context.signer, now=now,
            name=row.name, language=row.language,
        )
        for one in lists
    ]  # fmt: skip
    ids = {one.subscriber_id for one in found if one.subscriber_id is not None}
    if not ids:
        return ""  # suppressed: nothing is stored and nothing is said
    (row.subscriber_id,) = ids
    states = session.scalars(
        select(Subscription.state).where(
            Subscription.subscriber_id == row.subscriber_id,
            Subscription.list_id.in_([one.id for one in lists]),
        )
    ).all()
    person = session.get_one(Subscriber, row.subscriber_id)
    if row.topics and not person.topics and SubscriptionState.CONFIRMED not in states:
        describe(session, person.id, topics=row.topics)
    if any(one.ask for one in found):
        return "" if pestered else CONFIRM
    if any(one.joined for one in found):
        return WELCOME if any(one.welcome for one in lists) and not pestered else ""
    on_all = all(state == SubscriptionState.CONFIRMED for state in states)
    return KNOWN if on_all and not pestered and EVERY_LIST not in reasons(session, person.fingerprint) else ""


def _record_move(session: Session, row: SignUp) -> str:
    """A letter to the new address, unless it is somebody's already or must not be mailed."""
    taken = session.scalar(select(Subscriber.id).where(Subscriber.email == normalise(row.address).email))
    return "" if taken is not None or reasons(session, row.mark) else MOVE


def _write_next(context: Context, now: datetime) -> _Due | None:
    with context.database.reading() as session:
        first = queue.first_to_mail(session, now)
        if first is None:
            return None
        prepare(context, session, first)
    with context.database.writing() as session:
        while (row := queue.next_to_mail(session, now, LIMITS)) is not None:
            try:
                if outdated(session, row, now) or unwanted(session, row, now):
                    close_record(session, row, DeliveryState.SUPPRESSED)
                    _drop(row)
                    session.flush()
                    continue
                return _Due(row.id, *addressed(context, session, row, now))
            except Problem:
                # The installation is not ready to write it (no sender, say); the others need not wait for it.
                _put_off(row, now, UNREADY)
                session.flush()
        return None


def _settle(context: Context, due: _Due, now: datetime, how: str, said: str = "") -> None:
    with context.database.writing() as session:
        row = session.get(SignUp, due.row_id)
        if row is None:
            return
        if how == "away":
            _put_off(row, now, RETRY * 2 ** min(row.tries, 6))
        if due.delivery_id is not None:
            over = row.state == SignUpState.DONE
            state = {
                "sent": DeliveryState.SENT,
                "refused": DeliveryState.FAILED,
                "away": DeliveryState.EXPIRED if over else DeliveryState.DEFERRED,
            }[how]
            late.settle(session, due.delivery_id, state, now, said)
        if how == "away":
            return
        row.state = SignUpState.MAILED if how == "sent" else SignUpState.DONE
        row.mailed_at = now if how == "sent" else None
        if row.kind != MOVE or how != "sent":
            queue.blank(row)


def _put_off(row: SignUp, now: datetime, pause: timedelta) -> None:
    """Try again later, or give up after a day."""
    row.mailed_at = None
    row.try_at = now + pause
    if now - row.at >= GIVEN_UP:
        _drop(row)


def _drop(row: SignUp) -> None:
    """No letter is sent for it any more."""
    row.mailed_at, row.state = None, SignUpState.DONE
    queue.blank(row)
