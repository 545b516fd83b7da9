"""Bounce: what mails to our own return paths do to the people they are about."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from digest.actions.context import Context
from digest.actions.deliver import return_paths
from digest.actions.goodbye import queue_goodbyes
from digest.actions.mailings import issue_of
from digest.issues import Issue, Newsletter
from outbox.complaints import complained
from outbox.tables import Delivery, Mailing
from subscribers.bounces import reading
from subscribers.bounces.acting import Effect, act
from subscribers.bounces.reading import Outcome
from subscribers.subscribing import Proof, unsubscribe


@dataclass(frozen=True)
class Taken:
    """What one mail said and did. `delivery` is the message it is about, None if it is not one of ours.

    `paused` says why its mailing was stopped, where one complaint too many came.
    """

    outcomes: tuple[Outcome, ...]
    delivery: int | None
    effect: Effect
    paused: str = ""


def take_reports(context: Context, mails: Iterable[bytes], *, now: datetime) -> Iterator[Taken]:
    """Read each mail and apply it, each in its own transaction. Doing it again changes nothing more.

    Only a mail that came to an address we signed, or returns a message sent from one, has an effect:
    a report of a failure or a complaint, or any mail to the address for leaving.
    """
    paths = return_paths(context)
    for raw in mails:
        outcomes = tuple(reading.read(raw))
        addresses = reading.return_paths(raw)
        leaving = next((found for one in addresses if (found := paths.leaving(one)) is not None), None)
        if leaving is not None:
            with context.database.writing() as session:
                yield Taken(outcomes, leaving, _leave(context, session, leaving, now))
            continue
        bounced = next((found for one in addresses if (found := paths.bounced(one)) is not None), None)
        if bounced is None or not outcomes:
            yield Taken(outcomes, None, Effect.NOTHING)
            continue
        with context.database.writing() as session:
            effect, paused = _apply(session, bounced, outcomes, raw, now)
        yield Taken(outcomes, bounced, effect, paused)


def _apply(
    session: Session, delivery_id: int, outcomes: tuple[Outcome, ...], raw: bytes, now: datetime
) -> tuple[Effect, str]:
    found = _about(session, delivery_id)
    if found is None:
        return Effect.NOTHING, ""
    # The address may have been forwarded: what fails behind it is this person's failure all the same.
    same = [one for one in outcomes if one.address == found.address.lower()]
    outcome = (same or list(outcomes))[0]
    effect = act(
        session,
        found.recipient_id,
        outcome,
        evidence=f"delivery {delivery_id}",
        now=now,
        at=reading.written_at(raw),
    )
    paused = complained(session, found.id) if effect is Effect.COMPLAINED else ""
    return effect, paused


def _leave(context: Context, session: Session, delivery_id: int, now: datetime) -> Effect:
    found = _about(session, delivery_id)
    if found is None:
        return Effect.NOTHING
    list_id = session.scalar(
        select(Newsletter.list_id)
        .join(Issue, Issue.newsletter_id == Newsletter.id)
        .where(Issue.id == issue_of(session, found.kind, found.reference))
    )
    if list_id is None:
        return Effect.NOTHING
    proof = Proof("subscriber", f"mail to the leave address of delivery {delivery_id}")
    left = unsubscribe(session, found.recipient_id, list_id, proof, now=now)
    if left.changed:
        queue_goodbyes(context, session, list_id, [found.recipient_id], now)
    return Effect.UNSUBSCRIBED if left.changed else Effect.NOTHING


def _about(session: Session, delivery_id: int) -> "Row[int, str, int, str, int] | None":
    return session.execute(
        select(Delivery.recipient_id, Delivery.address, Mailing.id, Mailing.kind, Mailing.reference)
        .join(Mailing, Mailing.id == Delivery.mailing_id)
        .where(Delivery.id == delivery_id)
    ).one_or_none()
