"""A batch of records into the tables, by few statements over a staged copy: rules applied in SQL.

The batch is staged in a temporary table (COPY on PostgreSQL). New people and their memberships are
then made by two INSERT … SELECT; only people who are known already are looked at one by one.
"""

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from operator import itemgetter
from typing import Any

from sqlalchemy import insert, text, update
from sqlalchemy.engine import Row
from sqlalchemy.orm import Session

from subscribers import subscribing
from subscribers.importing.batches import Batch
from subscribers.importing.copying import copy, copy_text
from subscribers.importing.records import STATE_OF, Told
from subscribers.states import Change, after
from subscribers.subscribing import Proof
from subscribers.suppression import EVERY_LIST, Reason
from subscribers.tables import Subscriber, Subscription, SubscriptionEvent, SubscriptionState

# What a file may leave out, and what it then says.
_STAGED = {"email": "", "given": "", "name": "''", "told": f"'{Told.NOTHING}'", "language": "NULL", "timezone": "NULL",
           "topics": "'[]'", "tags": "'[]'", "attributes": "'{}'", "evidence": "''"}  # fmt: skip
_REASONS = {
    Told.LEFT: (Reason.UNSUBSCRIBED, False),
    Told.BOUNCED: (Reason.BOUNCED, True),
    Told.COMPLAINED: (Reason.COMPLAINED, True),
}
_KEPT = f"i.blocked = 0 AND i.told IN ('{Told.NOTHING}', '{Told.SUBSCRIBED}', '{Told.PENDING}')"
_KEPT_WITH_ENDED = "i.blocked = 0"


class Update(StrEnum):
    """What becomes of what is known of a person already: filled up, left alone, or replaced."""

    MERGE = "merge"
    SKIP = "skip"
    REPLACE = "replace"


@dataclass(frozen=True)
class Target:
    """Where a batch goes. `state` is what people get who are new to the list and said nothing else.

    `own` marks a file of our own: it holds the state of each membership, and the ended ones are kept.
    """

    run_id: int
    list_id: int
    state: SubscriptionState
    consent: str
    update: Update
    own: bool
    now: datetime


def store(
    session: Session, batch: Batch, target: Target, staged: Callable[[], None] = lambda: None
) -> Counter[str]:
    """Store a batch; how many records were added, known, suppressed and so on.

    `staged` is called when the records are with the database, which now works on its own.
    """
    counts: Counter[str] = Counter()
    before = _stage(session, batch)
    staged()
    told = set(map(itemgetter(batch.names.index("told")), batch.records)) if "told" in batch.names else set()
    ended = {Told(word) for word in told} & set(_REASONS)
    if ended and not target.own:
        counts["opted_out"] = _suppress(session, ended, target)
    counts["suppressed"] = _block(session, target)
    kept = _KEPT_WITH_ENDED if target.own else _KEPT
    values = {
        "list": target.list_id,
        "run": target.run_id,
        "now": moment_for(session)(target.now),
        "before": before,
    }
    wanted = session.execute(text(f"SELECT count(*) FROM incoming i WHERE {kept}")).scalar_one()  # noqa: S608
    cast = "" if _sqlite(session) else "::json"
    added = session.execute(
        text(
            "INSERT INTO subscriber (id, email, address, fingerprint, name, language, timezone, topics, tags,"  # noqa: S608
            " attributes, created_at)"
            " SELECT i.id + :before, i.email, i.given, i.mark, i.name, i.language, i.timezone,"
            f" i.topics{cast}, i.tags{cast}, i.attributes{cast}, :now"
            f" FROM incoming i WHERE {kept} ORDER BY i.id ON CONFLICT (email) DO NOTHING"
        ),
        values,
    ).rowcount  # type: ignore[attr-defined]
    counts["added"] = added
    _subscribe_new(session, target, values)
    if added < wanted:
        counts += _meet_known(session, kept, target, before)
    if ended and not target.own:
        _end_known(session, ended, target)
    return counts


def moment_for(session: Session) -> Callable[[datetime | None], Any]:
    """The form in which raw SQL takes a moment: SQLAlchemy keeps SQLite's as text."""
    return _sqlite_moment if _sqlite(session) else _same


def load_for(session: Session) -> Callable[[list[tuple[Any, ...]]], Any]:
    """The form in which the database takes a batch."""
    return _as_they_are if _sqlite(session) else copy_text


def _as_they_are(records: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    return records


def _same(moment: datetime | None) -> datetime | None:
    return moment


def _sqlite_moment(moment: datetime | None) -> str | None:
    if moment is None:
        return None
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")


def _sqlite(session: Session) -> bool:
    return session.get_bind().dialect.name == "sqlite"


def _stage(session: Session, batch: Batch) -> int:
    """Copy the batch into a temporary table; what to add to its ids to get those of new people."""
    connection = session.connection()
    sqlite = _sqlite(session)
    blob, moment = ("BLOB", "DATETIME") if sqlite else ("BYTEA", "TIMESTAMPTZ")
    identity = "INTEGER PRIMARY KEY"
    if not sqlite:
        identity = "INTEGER DEFAULT nextval(pg_get_serial_sequence('subscriber', 'id'))"
    texts = ", ".join(f"{name} TEXT {default and f'DEFAULT {default}'}" for name, default in _STAGED.items())
    connection.exec_driver_sql(
        f"CREATE TEMPORARY TABLE IF NOT EXISTS incoming (id {identity}, {texts}, mark {blob},"
        f" requested_at {moment}, confirmed_at {moment}, blocked INTEGER DEFAULT 0)"
    )
    connection.exec_driver_sql("DELETE FROM incoming" if sqlite else "TRUNCATE incoming")
    if not sqlite:
        copy(connection.connection.driver_connection, "incoming", batch.names, batch.load)
        return 0
    if batch.records:
        marks = ", ".join("?" * len(batch.names))
        connection.exec_driver_sql(
            f"INSERT INTO incoming ({', '.join(batch.names)}) VALUES ({marks})",  # noqa: S608
            batch.load,
        )
    return int(connection.exec_driver_sql("SELECT coalesce(max(id), 0) FROM subscriber").scalar_one())


def _suppress(session: Session, ended: set[Told], target: Target) -> int:
    """Who left or bounced in the old system must not be mailed here; how many rows said so."""
    rows = 0
    for told in sorted(ended):
        reason, everywhere = _REASONS[told]
        session.execute(
            text(
                "INSERT INTO suppression (fingerprint, list_id, reason, created_at)"
                " SELECT DISTINCT i.mark, CAST(:scope AS INTEGER), :reason, :now FROM incoming i"
                " WHERE i.told = :told ON CONFLICT DO NOTHING"
            ).bindparams(
                scope=EVERY_LIST if everywhere else target.list_id,
                reason=reason.value,
                told=told.value,
                now=moment_for(session)(target.now),
            )
        )
        rows += session.execute(
            text("SELECT count(*) FROM incoming WHERE told = :told"), {"told": told.value}
        ).scalar_one()
    return rows


def _block(session: Session, target: Target) -> int:
    """Mark the staged rows that are suppressed; how many of them wanted to be subscribed."""
    if not session.execute(text("SELECT EXISTS (SELECT 1 FROM suppression)")).scalar_one():
        return 0
    session.execute(
        text(
            "UPDATE incoming SET blocked = 1 WHERE EXISTS (SELECT 1 FROM suppression s"
            " WHERE s.fingerprint = incoming.mark AND s.list_id IN (0, :list))"
        ),
        {"list": target.list_id},
    )
    told = ", ".join(f"'{told}'" for told in _REASONS)
    condition = "blocked = 1" if target.own else f"blocked = 1 AND told NOT IN ({told})"
    return int(session.execute(text(f"SELECT count(*) FROM incoming WHERE {condition}")).scalar_one())  # noqa: S608


def _subscribe_new(session: Session, target: Target, values: dict[str, Any]) -> None:
    """Memberships of the people just made, who are known by the ids that were staged for them."""
    ended = " ".join(f"WHEN '{told}' THEN '{state}'" for told, state in STATE_OF.items())
    confirmed, unconfirmed = SubscriptionState.CONFIRMED, SubscriptionState.UNCONFIRMED
    pending = f"WHEN '{Told.PENDING}' THEN '{unconfirmed}'"
    # In a file of our own a confirmed person was confirmed here; what it does not say is as for all.
    subscribed = f"WHEN '{Told.SUBSCRIBED}' THEN '{confirmed}'" if target.own else ""
    state = f"CASE i.told {ended} {pending} {subscribed} ELSE :state END"
    never = f"i.told <> '{Told.PENDING}' AND ({state}) <> '{unconfirmed}'"
    moment = "" if _sqlite(session) else "::timestamptz"
    session.execute(
        text(
            "INSERT INTO subscription (subscriber_id, list_id, state, consent, requested_at, confirmed_at,"  # noqa: S608
            " changed_at, left_at, requests, import_id)"
            f" SELECT s.id, CAST(:list AS INTEGER), {state}, substr(i.evidence, 1, 500),"
            " coalesce(i.requested_at, :now), "
            f" CASE WHEN {never} THEN coalesce(i.confirmed_at, :now) END, :now,"
            f" CASE WHEN i.told IN ({', '.join(repr(str(t)) for t in STATE_OF)}) THEN :now END{moment}, 0,"
            " CAST(:run AS INTEGER)"
            " FROM incoming i JOIN subscriber s ON s.id = i.id + :before"
        ),
        values | {"state": target.state.value},
    )


def _meet_known(session: Session, kept: str, target: Target, before: int) -> Counter[str]:
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


def _end_known(session: Session, ended: set[Told], target: Target) -> None:
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


def _moment(value: Any) -> datetime | None:
    if isinstance(value, str):
        return datetime.fromisoformat(value).replace(tzinfo=UTC)
    return value if value is None else value.astimezone(UTC)
