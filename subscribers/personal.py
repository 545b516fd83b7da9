"""Everything kept about one person, and its erasure (GDPR articles 15, 17 and 20).

The places are found by their columns, not by a list of tables, so that a table added later is not
forgotten: `subscriber_id` in any table, and `recipient_id` where messages are counted. Rows of the
second kind stay for the balance of a mailing, without anything personal.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Column, LargeBinary, String, Table, and_, delete, select, update
from sqlalchemy.orm import Session

from digest.signing import Signer
from store import Base
from subscribers import suppression
from subscribers.suppression import EVERY_LIST, Reason
from subscribers.tables import ImportRun, Subscriber, Subscription

# Columns of counted messages that say what happened, not to whom.
_IMPERSONAL = frozenset({"state"})


@dataclass(frozen=True)
class Certificate:
    """What an erasure removed. `fingerprint` is what stays, so that the address is never mailed again."""

    fingerprint: str
    erased_at: datetime
    removed: dict[str, int]


def everything_about(session: Session, subscriber_id: int) -> dict[str, Any]:
    """All rows about a person by table, with the imports that brought them and their suppressions."""
    person = session.get_one(Subscriber, subscriber_id)
    found: dict[str, Any] = {"subscriber": _rows(session, Subscriber.__table__, "id", subscriber_id)}
    for table, column in _places():
        if rows := _rows(session, table, column, subscriber_id):
            found[table.name] = rows
    imports = select(Subscription.import_id).where(Subscription.subscriber_id == subscriber_id)
    runs = session.scalars(select(ImportRun).where(ImportRun.id.in_(imports))).all()
    if runs:
        found["import"] = [
            {"id": run.id, "file": run.file_name, "consent": run.consent, "at": run.started_at}
            for run in runs
        ]
    reasons = suppression.reasons(session, person.fingerprint)
    if reasons:
        found["suppression"] = {str(list_id or "every list"): str(why) for list_id, why in reasons.items()}
    return found


def erase(session: Session, subscriber_id: int, *, now: datetime) -> Certificate:
    """Remove a person from every table; the address stays suppressed, by fingerprint, for every list."""
    mark = session.get_one(Subscriber, subscriber_id).fingerprint
    suppression.suppress(session, [mark], reason=Reason.ERASED, now=now, list_id=EVERY_LIST)
    removed = {}
    for table, column in _places():
        where = table.c[column] == subscriber_id
        if column == "recipient_id":
            # Such tables are indexed by what was sent and then by person.
            for key in table.foreign_keys:
                where = and_(where, key.parent.in_(select(key.column)))
            blanks = {one.name: _blank(one) for one in table.columns if _is_personal(one)}
            number = session.execute(update(table).where(where).values(blanks)).rowcount  # type: ignore[attr-defined]
        else:
            number = session.execute(delete(table).where(where)).rowcount  # type: ignore[attr-defined]
        if number:
            removed[table.name] = number
    session.execute(delete(Subscriber).where(Subscriber.id == subscriber_id))
    session.expire_all()
    return Certificate(mark.hex(), now, {"subscriber": 1, **removed})


def erase_suppressed(session: Session, email: str, *, signer: Signer, now: datetime) -> str:
    """Nobody of this address is known: only make sure that it stays so. The fingerprint."""
    mark = suppression.fingerprint(signer, email)
    suppression.suppress(session, [mark], reason=Reason.ERASED, now=now)
    return mark.hex()


def _places() -> Sequence[tuple[Table, str]]:
    return [
        (table, column)
        for table in reversed(Base.metadata.sorted_tables)
        for column in ("subscriber_id", "recipient_id")
        if column in table.c
    ]


def _rows(session: Session, table: Any, column: str, value: int) -> list[dict[str, Any]]:
    rows = session.execute(select(table).where(table.c[column] == value)).mappings()
    return [
        {key: cell for key, cell in row.items() if not isinstance(cell, bytes) and cell is not None}
        for row in rows
    ]


def _is_personal(column: Column[Any]) -> bool:
    return (
        isinstance(column.type, String | LargeBinary)
        and column.name not in _IMPERSONAL
        and not column.foreign_keys
        and not column.primary_key
    )


def _blank(column: Column[Any]) -> str | bytes | None:
    if column.nullable:
        return None
    return b"" if isinstance(column.type, LargeBinary) else ""
