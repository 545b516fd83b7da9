"""The short way into SQLite: rows of people who said nothing but who they are go straight into their table.

Handing a row to SQLite costs as much as storing it, so a staged copy would take half as long again. The
long way stays for what needs it: a file that tells states, consents or goodbyes, and people to meet.
"""

from collections import Counter

from sqlalchemy import text
from sqlalchemy.orm import Session

from subscribers.importing.batches import Batch
from subscribers.importing.staging import is_sqlite, moment_for
from subscribers.importing.target import Target
from subscribers.tables import SubscriptionState

# Where each field of a record goes, and what stands there for a file without it.
_FIELDS = {
    "email": ("email", ""),
    "given": ("address", ""),
    "mark": ("fingerprint", ""),
    "name": ("name", "''"),
    "language": ("language", "NULL"),
    "timezone": ("timezone", "NULL"),
    "topics": ("topics", "'[]'"),
    "tags": ("tags", "'[]'"),
    "attributes": ("attributes", "'{}'"),
    "requested_at": ("created_at", ":now"),
}


def is_straight(session: Session, batch: Batch, target: Target) -> bool:
    """Whether a batch can go the short way."""
    return (
        is_sqlite(session)
        and not target.own
        and bool(batch.records)
        and set(batch.names) <= set(_FIELDS)
        and not session.execute(text("SELECT EXISTS (SELECT 1 FROM suppression)")).scalar_one()
    )


def store_straight(session: Session, batch: Batch, target: Target) -> tuple[Counter[str], int]:
    """Store the new people of a batch and their memberships; how many, and the last id before them.

    A record gets the id that follows by its place in the batch. Those of known people are passed over.
    """
    connection = session.connection()
    now = moment_for(session)(target.now)
    before = int(connection.exec_driver_sql("SELECT coalesce(max(id), 0) FROM subscriber").scalar_one())
    given = dict.fromkeys(batch.names, "?") | {"requested_at": f"coalesce(?, '{now}')"}
    missing = {name: default for name, (_, default) in _FIELDS.items() if name not in batch.names}
    values = {name: given[name] for name in batch.names}
    values |= {name: f"'{now}'" if default == ":now" else default for name, default in missing.items()}
    columns = ", ".join(_FIELDS[name][0] for name in values)
    connection.exec_driver_sql(
        f"INSERT INTO subscriber (id, {columns}) VALUES (?, {', '.join(values.values())})"  # noqa: S608
        " ON CONFLICT (email) DO NOTHING",
        [(number, *record) for number, record in enumerate(batch.load, before + 1)],
    )
    added = session.execute(
        text(
            "INSERT INTO subscription (subscriber_id, list_id, state, consent, requested_at, confirmed_at,"
            " changed_at, requests, import_id)"
            " SELECT id, :list, :state, '', created_at, :confirmed, :now, 0, :run FROM subscriber WHERE id > :before"
        ),
        {
            "list": target.list_id,
            "state": target.state.value,
            "confirmed": now if target.state is SubscriptionState.CONFIRMED else None,
            "now": now,
            "run": target.run_id,
            "before": before,
        },
    ).rowcount  # type: ignore[attr-defined]
    return Counter({"added": added}), before
