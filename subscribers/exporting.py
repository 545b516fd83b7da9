"""People as CSV or JSON lines: safe to open in a spreadsheet, and imported again without loss."""

import csv
import json
import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, TextIO

from sqlalchemy import Select, select
from sqlalchemy.orm import Session
from sqlalchemy.sql.elements import ColumnElement

from subscribers.people import STATED_CONSENT
from subscribers.tables import ImportRun, Subscriber, Subscription, SubscriptionState

COLUMNS = (
    "email", "name", "language", "timezone", "topics", "tags", "attributes", "state", "consent",
    "requested_at", "confirmed_at", "changed_at",
)  # fmt: skip
_BATCH = 5_000
# A spreadsheet runs such a cell as a formula (CSV injection). The sign put before it is taken off again
# at import; a cell that begins with such signs itself gets one more, so that no two cells become one.
_DANGEROUS = re.compile(r"'*[=+\-@\t\r]").match


def people(
    list_id: int,
    *,
    states: Sequence[SubscriptionState] = (),
    segment: ColumnElement[bool] | None = None,
) -> Select[Any]:
    """A query of the members of a list in these states (none given: all), for `rows`."""
    query = (
        select(
            Subscriber.address,
            Subscriber.name,
            Subscriber.language,
            Subscriber.timezone,
            Subscriber.topics,
            Subscriber.tags,
            Subscriber.attributes,
            Subscription.state,
            STATED_CONSENT,
            Subscription.requested_at,
            Subscription.confirmed_at,
            Subscription.changed_at,
        )
        .join(Subscription, Subscription.subscriber_id == Subscriber.id)
        .outerjoin(ImportRun, ImportRun.id == Subscription.import_id)
        .where(Subscription.list_id == list_id)
        .order_by(Subscriber.id)
    )
    if states:
        query = query.where(Subscription.state.in_([state.value for state in states]))
    return query if segment is None else query.where(segment)


def rows(session: Session, query: Select[Any]) -> Iterator[dict[str, Any]]:
    """The people of a query of `people`, one at a time, however many there are."""
    for found in session.execute(query.execution_options(yield_per=_BATCH)):
        yield dict(zip(COLUMNS, found, strict=True))


def write_csv(session: Session, query: Select[Any], out: TextIO) -> int:
    """Write CSV (RFC 4180), formulas disarmed; how many people."""
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    number = 0
    for found in session.execute(query.execution_options(yield_per=_BATCH)):
        writer.writerow([_cell(value) for value in found])
        number += 1
    return number


def write_json_lines(session: Session, query: Select[Any], out: TextIO) -> int:
    """Write one JSON object a person and line; how many people."""
    number = 0
    for person in rows(session, query):
        out.write(json.dumps(person, ensure_ascii=False, default=_iso) + "\n")
        number += 1
    return number


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, list):
        return ",".join(value)
    text = json.dumps(value, ensure_ascii=False) if isinstance(value, dict) else str(value)
    if text == "{}":
        return ""
    return f"'{text}" if _DANGEROUS(text) else text


def _iso(value: object) -> str:
    assert isinstance(value, datetime)
    return value.isoformat()
