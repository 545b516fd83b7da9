"""Rows of people who were there before: of this list already, of another one, or earlier in the file."""

import json
from collections import Counter
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import insert, text, update
from sqlalchemy.engine import Row
from sqlalchemy.orm import Session

from subscribers import subscribing
from subscribers.importing.records import Told
from subscribers.importing.target import STATE_OF, Target, Update
from subscribers.states import Change, after
from subscribers.subscribing import Proof
from subscribers.tables import Subscriber, Subscription, SubscriptionEvent, SubscriptionState


def meet_known(session: Session, kept: str, target: Target, before: int) -> Counter[str]:
    """Rows of people who were there before: of this list already, of another one, or earlier in this file."""
    counts: Counter[str] = Counter()
    rows = session.execute(
        text(
            "SELECT s.id AS sid, i.name, i.language, i.timezone, i.topics, i.tags, i.attributes, i.told,"  # noqa: S608
            " i.evidence, i.requested_at, i.confirmed_at, b.state, b.import_id, b.left_at,"
            " CASE WHEN b.subscriber_id IS NULL THEN 1 ELSE 0 END AS absent"
            " FROM incoming i JOIN subscriber s ON s.email = i.email AND s.id <> i.id + :before"
            " LEFT JOIN subscription b ON b.subscriber_id = s.id AND b.list_id = :list"
            f" WHERE {kept} ORDER BY i.id"
        ),
        {"list": target.list_id, "before": before},
    ).all()
    met: set[int] = set()
    for row in rows:
        if row.import_id == target.run_id or row.sid in met:
            counts["duplicates"] += 1
            continue
        met.add(row.sid)
        if row.absent:
            counts["subscribed"] += 1
            _subscribe_known(session, row, target)
        elif _confirm_known(session, row, target):
            counts["confirmed"] += 1
        else:
            counts["known"] += 1
        if target.update is not Update.SKIP and _describe(session, row, target.update):
            counts["updated"] += 1
    return counts


def end_known(session: Session, ended: set[Told], target: Target) -> None:
    """People who are members here and left or bounced there: their membership ends too."""
    proof = Proof(f"import {target.run_id}", "the imported list says so")
    rows = session.execute(
        text("SELECT s.id, i.told FROM incoming i JOIN subscriber s ON s.email = i.email ORDER BY i.id")
    ).all()
    for row in rows:
        told = Told(row.told)
        if told is Told.LEFT:
            subscribing.unsubscribe(session, row.id, target.list_id, proof, now=target.now)
        elif told is Told.BOUNCED:
            subscribing.bounce(session, row.id, proof, now=target.now)
        elif told is Told.COMPLAINED:
            subscribing.complain(session, row.id, proof, now=target.now)


def _state(told: Told, target: Target) -> SubscriptionState:
    if told is Told.PENDING:
        return SubscriptionState.UNCONFIRMED
    if target.own and told is Told.SUBSCRIBED:
        return SubscriptionState.CONFIRMED
    return STATE_OF.get(told, target.state)


def _subscribe_known(session: Session, row: Row[Any], target: Target) -> None:
    state = _state(Told(row.told), target)
    confirmed = state is not SubscriptionState.UNCONFIRMED
    session.execute(
        insert(Subscription).values(
            subscriber_id=row.sid,
            list_id=target.list_id,
            state=state.value,
            consent=row.evidence[:500],
            requested_at=_moment(row.requested_at) or target.now,
            confirmed_at=(_moment(row.confirmed_at) or target.now) if confirmed else None,
            changed_at=target.now,
            left_at=target.now if state in STATE_OF.values() else None,
            requests=0,
            import_id=target.run_id,
        )
    )


def _confirm_known(session: Session, row: Row[Any], target: Target) -> bool:
    """A consent stated by this import reaches those who never answered, and nobody who had left."""
    if _state(Told(row.told), target) is not SubscriptionState.CONFIRMED:
        return False
    state = after(SubscriptionState(row.state), Change.STATE, left=row.left_at is not None)
    if state is None:
        return False
    session.execute(
        update(Subscription)
        .where(Subscription.subscriber_id == row.sid, Subscription.list_id == target.list_id)
        .values(state=state.value, consent=target.consent, confirmed_at=target.now, changed_at=target.now)
    )
    session.execute(
        insert(SubscriptionEvent).values(
            subscriber_id=row.sid,
            list_id=target.list_id,
            at=target.now,
            change=Change.STATE.value,
            state=state.value,
            actor=f"import {target.run_id}",
            evidence=target.consent,
            wording="",
        )
    )
    return True


def _describe(session: Session, row: Row[Any], mode: Update) -> bool:
    """Bring what the file tells of a person to what is known; whether anything changed."""
    topics, tags, attributes = json.loads(row.topics), json.loads(row.tags), json.loads(row.attributes)
    if not (row.name or row.language or row.timezone or topics or tags or attributes):
        return False
    person = session.get_one(Subscriber, row.sid)
    replace = mode is Update.REPLACE
    changes = {
        "name": (row.name or person.name) if replace else (person.name or row.name),
        "language": (row.language or person.language) if replace else (person.language or row.language),
        "timezone": (row.timezone or person.timezone) if replace else (person.timezone or row.timezone),
        "topics": (topics or person.topics) if replace else list(dict.fromkeys([*person.topics, *topics])),
        "tags": (tags or person.tags) if replace else list(dict.fromkeys([*person.tags, *tags])),
        "attributes": {**person.attributes, **attributes} if replace else {**attributes, **person.attributes},
    }
    changed = False
    for field, value in changes.items():
        if getattr(person, field) != value:
            setattr(person, field, value)
            changed = True
    session.flush()
    session.expunge(person)
    return changed


def _moment(value: Any) -> datetime | None:
    if isinstance(value, str):
        return datetime.fromisoformat(value).replace(tzinfo=UTC)
    return value if value is None else value.astimezone(UTC)
