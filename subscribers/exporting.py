"""People as CSV or JSON lines: safe to open in a spreadsheet, and imported again without loss."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from json.encoder import encode_basestring
from typing import Any, TextIO

from sqlalchemy import Select, Text, cast, literal, select
from sqlalchemy.orm import Session
from sqlalchemy.sql.elements import ColumnElement

from subscribers import cells
from subscribers.cells import Known
from subscribers.pages import pages
from subscribers.people import STATED_CONSENT
from subscribers.tables import ImportRun, Subscriber, Subscription, SubscriptionState

COLUMNS = (
    "email", "name", "language", "timezone", "topics", "tags", "attributes", "state", "consent",
    "requested_at", "confirmed_at", "changed_at",
)  # fmt: skip
_READ: Mapping[str, Callable[[str], Any]] = {
    **dict.fromkeys(("topics", "tags", "attributes"), json.loads),
    **dict.fromkeys(("requested_at", "confirmed_at", "changed_at"), cells.moment),
}
# Many people share what stands in these parts of a row of `people`, so that each is made into text once.
_WISHES, _ATTRIBUTES, _CONSENT, _MOMENTS = slice(3, 7), 7, slice(8, 10), slice(10, 13)


def people(
    list_id: int,
    *,
    states: Sequence[SubscriptionState] = (),
    segment: ColumnElement[bool] | None = None,
) -> Select[Any]:
    """A query of the members of a list in these states (none given: all), in the order in which they came.

    Lists and attributes come as JSON text, moments as the database writes them; `rows` reads them.
    """
    query = (
        select(
            Subscriber.id,
            Subscriber.address,
            Subscriber.name,
            Subscriber.language,
            Subscriber.timezone,
            cast(Subscriber.topics, Text),
            cast(Subscriber.tags, Text),
            cast(Subscriber.attributes, Text),
            Subscription.state,
            STATED_CONSENT,
            cast(Subscription.requested_at, Text),
            cast(Subscription.confirmed_at, Text),
            cast(Subscription.changed_at, Text),
        )
        .join(Subscription, Subscription.subscriber_id == Subscriber.id)
        .outerjoin(ImportRun, ImportRun.id == Subscription.import_id)
        # People in their order and their memberships beside: the index by list would give another order.
        .where(literal(0) + Subscription.list_id == list_id)
        .order_by(Subscriber.id)
    )
    if states:
        query = query.where(Subscription.state.in_([state.value for state in states]))
    return query if segment is None else query.where(segment)


def rows(session: Session, query: Select[Any]) -> Iterator[dict[str, Any]]:
    """The people of a query of `people`, one at a time, however many there are."""
    known = {name: Known(read) for name, read in _READ.items()}
    for page in pages(session, query, Subscriber.id):
        for found in page:
            person = dict(zip(COLUMNS, found[1:], strict=True))
            for name, values in known.items():
                person[name] = values[person[name]]
            yield person


def write_csv(session: Session, query: Select[Any], out: TextIO) -> int:
    """Write CSV (RFC 4180), formulas disarmed; how many people."""
    out.write(",".join(COLUMNS) + "\r\n")
    wishes, consents, moments = Known(_wishes_cells), Known(_consent_cells), Known(_moments_cells)
    attributes = Known(cells.of_object)
    number = 0
    for page in pages(session, query, Subscriber.id):
        addresses, names = cells.of_texts([row[1] for row in page]), cells.of_texts([row[2] for row in page])
        out.write(
            "".join(
                [
                    f"{address},{name},{wishes[row[_WISHES]]},{attributes[row[_ATTRIBUTES]]},"
                    f"{consents[row[_CONSENT]]},{moments[row[_MOMENTS]]}\r\n"
                    for row, address, name in zip(page, addresses, names, strict=True)
                ]
            )
        )
        number += len(page)
    return number


def write_json_lines(session: Session, query: Select[Any], out: TextIO) -> int:
    """Write one JSON object a person and line; how many people."""
    wishes, consents, moments = Known(_wishes_json), Known(_consent_json), Known(_moments_json)
    attributes, text = Known(cells.json_again), encode_basestring
    number = 0
    for page in pages(session, query, Subscriber.id):
        out.write(
            "".join(
                [
                    f'{{"email": {text(row[1])}, "name": {text(row[2])}, {wishes[row[_WISHES]]}, '
                    f'"attributes": {attributes[row[_ATTRIBUTES]]}, {consents[row[_CONSENT]]}, '
                    f"{moments[row[_MOMENTS]]}}}\n"
                    for row in page
                ]
            )
        )
        number += len(page)
    return number


def _wishes_cells(values: Sequence[Any]) -> str:
    language, timezone, topics, tags = values
    return ",".join((cells.of(language), cells.of(timezone), cells.of_list(topics), cells.of_list(tags)))


def _consent_cells(values: Sequence[Any]) -> str:
    return ",".join(map(cells.of, values))


def _moments_cells(values: Sequence[Any]) -> str:
    return ",".join(map(cells.iso, values))


def _wishes_json(values: Sequence[Any]) -> str:
    return _named(2, (*map(cells.json_text, values[:2]), *map(cells.json_again, values[2:])))


def _consent_json(values: Sequence[Any]) -> str:
    return _named(7, map(cells.json_text, values))


def _moments_json(values: Sequence[Any]) -> str:
    return _named(9, (f'"{cells.iso(value)}"' if value else "null" for value in values))


def _named(first: int, values: Iterable[str]) -> str:
    """The members of a JSON object for some columns, from the one of this place on."""
    return ", ".join(f'"{name}": {value}' for name, value in zip(COLUMNS[first:], values, strict=False))
