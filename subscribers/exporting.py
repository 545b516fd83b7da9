"""People as CSV or JSON lines: safe to open in a spreadsheet, and imported again without loss."""

import csv
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from json.encoder import encode_basestring
from operator import itemgetter
from typing import Any, TextIO

from sqlalchemy import CursorResult, Select, Text, cast, literal, select, type_coerce
from sqlalchemy.orm import Session
from sqlalchemy.sql.elements import ColumnElement
from sqlalchemy.types import NullType

from subscribers.people import STATED_CONSENT
from subscribers.tables import ImportRun, Subscriber, Subscription, SubscriptionState

COLUMNS = (
    "email", "name", "language", "timezone", "topics", "tags", "attributes", "state", "consent",
    "requested_at", "confirmed_at", "changed_at",
)  # fmt: skip
_LISTS = ("topics", "tags")
_MOMENTS = ("requested_at", "confirmed_at", "changed_at")
_FEW_VALUES = ("language", "timezone", "state", "consent")
_Way = Callable[[Sequence[Any]], Iterable[str]]
_PAGE = 5_000
_READ_THROUGH = -8_192  # a page cache of 8 MB: everything is read once
_MOST_VALUES = 20_000
# A spreadsheet runs such a cell as a formula (CSV injection). The sign put before it is taken off again
# at import; a cell that begins with such signs itself gets one more, so that no two cells become one.
_SIGNS = "=+-@\t\r'"
_DANGEROUS = re.compile(r"'*[=+\-@\t\r]").match
_FIRST = itemgetter(slice(1))


def people(
    list_id: int,
    *,
    states: Sequence[SubscriptionState] = (),
    segment: ColumnElement[bool] | None = None,
) -> Select[Any]:
    """A query of the members of a list in these states (none given: all), in the order in which they came.

    Lists and attributes come as JSON text, moments as the database has them; `rows` reads them.
    """
    raw = NullType()
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
            type_coerce(Subscription.requested_at, raw),
            type_coerce(Subscription.confirmed_at, raw),
            type_coerce(Subscription.changed_at, raw),
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
    moments, values = _Known(_moment), _Known(json.loads)
    for page in _pages(session, query):
        for found in page:
            person = dict(zip(COLUMNS, found[1:], strict=True))
            for name in (*_LISTS, "attributes"):
                person[name] = values[person[name]]
            for name in _MOMENTS:
                person[name] = moments[person[name]]
            yield person


def write_csv(session: Session, query: Select[Any], out: TextIO) -> int:
    """Write CSV (RFC 4180), formulas disarmed; how many people."""
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    ways: dict[str, _Way] = {name: _by_value(_text) for name in _FEW_VALUES}
    ways |= {name: _by_value(_list_cell) for name in _LISTS}
    ways |= {name: _by_value(_moment_cell) for name in _MOMENTS}
    ways |= {"email": _texts, "name": _texts, "attributes": _by_value(_attributes_cell)}
    number = 0
    for page in _pages(session, query):
        writer.writerows(_cells(page, ways))
        number += len(page)
    return number


def write_json_lines(session: Session, query: Select[Any], out: TextIO) -> int:
    """Write one JSON object a person and line; how many people."""
    line = "{" + ", ".join(f'"{name}": %s' for name in COLUMNS) + "}\n"
    ways: dict[str, _Way] = {name: _by_value(_json_text) for name in _FEW_VALUES}
    ways |= {name: _by_value(_json_again) for name in (*_LISTS, "attributes")}
    ways |= {name: _by_value(_json_moment) for name in _MOMENTS}
    ways |= dict.fromkeys(("email", "name"), partial(map, encode_basestring))
    number = 0
    for page in _pages(session, query):
        out.write("".join(map(line.__mod__, _cells(page, ways))))
        number += len(page)
    return number


def _cells(page: Sequence[Any], ways: Mapping[str, _Way]) -> Iterator[tuple[str, ...]]:
    """The rows of a page as cells, made column by column."""
    columns = list(zip(*page, strict=True))[1:]
    return zip(*(ways[name](column) for name, column in zip(COLUMNS, columns, strict=True)), strict=True)


def _by_value(read: Callable[[Any], str]) -> _Way:
    return partial(map, _Known(read).__getitem__)


def _pages(session: Session, query: Select[Any]) -> Iterator[Sequence[Any]]:
    """The rows of a query by the page. A query with a limit is one page."""
    connection = session.connection()
    if query._limit_clause is not None:
        if page := session.execute(query).all():
            yield page
    elif connection.dialect.name == "sqlite":
        # Each page from where the last one ended: nothing is held between them.
        last = 0
        with _read_through(session):
            while page := _fetched(connection.execute(query.where(Subscriber.id > last).limit(_PAGE))):
                yield page
                last = page[-1][0]
    else:
        # PostgreSQL would plan each page anew, and some of them badly.
        with connection.execute(query, execution_options={"yield_per": _PAGE}) as result:
            yield from result.partitions()


def _fetched(result: CursorResult[Any]) -> Sequence[Any]:
    """The rows as the driver has them: the query asks for nothing that SQLAlchemy would have to read."""
    assert result.cursor is not None
    rows: Sequence[Any] = result.cursor.fetchall()
    result.close()
    return rows


@contextmanager
def _read_through(session: Session) -> Iterator[None]:
    connection = session.connection()
    before = connection.exec_driver_sql("PRAGMA cache_size").scalar_one()
    connection.exec_driver_sql(f"PRAGMA cache_size={_READ_THROUGH}")
    try:
        yield
    finally:
        connection.exec_driver_sql(f"PRAGMA cache_size={before}")


class _Known(dict[Any, Any]):
    """What was read of a value, read once: many people share their topics and their moments."""

    def __init__(self, read: Callable[[Any], Any]) -> None:
        super().__init__()
        self._read = read

    def __missing__(self, key: Any) -> Any:
        if len(self) >= _MOST_VALUES:
            self.clear()
        value = self[key] = self._read(key)
        return value


def _text(value: str | None) -> str:
    """A cell that no spreadsheet takes for a formula."""
    if not value:
        return ""
    return f"'{value}" if value[0] in _SIGNS and _DANGEROUS(value) else value


def _texts(values: Sequence[str]) -> Iterable[str]:
    """`_text` of a column; none of a page is looked at by itself if none begins with a sign."""
    return map(_text, values) if set(_SIGNS) & set(map(_FIRST, values)) else values


def _list_cell(text: str) -> str:
    return _text(",".join(json.loads(text)))


def _attributes_cell(text: str) -> str:
    found = json.loads(text)
    return _text(json.dumps(found, ensure_ascii=False)) if found else ""


def _moment(value: Any) -> datetime | None:
    """SQLite has a moment as text, in UTC."""
    if isinstance(value, str):
        return datetime.fromisoformat(value).replace(tzinfo=UTC)
    return value if value is None else value.astimezone(UTC)


def _moment_cell(value: Any) -> str:
    moment = _moment(value)
    return moment.isoformat() if moment else ""


def _json_text(value: str | None) -> str:
    return "null" if value is None else encode_basestring(value)


def _json_again(text: str) -> str:
    return json.dumps(json.loads(text), ensure_ascii=False)


def _json_moment(value: Any) -> str:
    moment = _moment(value)
    return f'"{moment.isoformat()}"' if moment else "null"
