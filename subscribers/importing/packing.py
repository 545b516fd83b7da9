"""A batch of records in the form in which each kind of database takes it fastest. Pure.

Records are put in the order of their addresses: the unique index then grows from left to right within
a batch, where addresses in a file's order would touch a page for every row. What goes into the tables
as it is, if nobody of the batch is known, is made here, in the process that reads the file; the rows
for the temporary table, in which the rest is sorted out by SQL, come along.
"""

import marshal
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import chain
from operator import itemgetter
from typing import Any

from subscribers.importing.batches import Batch
from subscribers.importing.copying import copy_column, copy_lines
from subscribers.importing.records import Refused, Told

CHUNK = 50
"""Rows in one INSERT of SQLite: the price of a statement is paid once for all of them."""
_PERSON = {"name": "", "topics": "[]", "tags": "[]", "attributes": "{}", "language": None, "timezone": None}
_UNCONFIRMED = "unconfirmed"
_STAGED_NAMES = {"address": "given", "fingerprint": "mark", "consent": "evidence"}


@dataclass(frozen=True)
class Form:
    """What a batch is made for: the kind of database, and what its memberships have in common.

    `state` is that of people who said nothing else, `states` that of those who said something.
    """

    sqlite: bool
    list_id: int
    run_id: int
    state: str
    states: Mapping[str, str]
    now: datetime

    def moment(self, moment: datetime | None) -> str | None:
        """A moment as text: SQLAlchemy keeps SQLite's without a zone."""
        if moment is None:
            return None
        if self.sqlite:
            return moment.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")
        return moment.isoformat()


@dataclass(frozen=True)
class Rows:
    """Rows of some columns, and what is `same` in all of them.

    For SQLite `CHUNK` rows are one list of values, and `rest` is what is left over; for PostgreSQL
    `text` is what COPY takes, with what is the same.
    """

    names: tuple[str, ...]
    same: Mapping[str, Any]
    chunks: list[list[Any]]
    rest: list[Any]
    text: str = ""


@dataclass(frozen=True)
class Packed:
    """A batch ready for its database.

    `people` and `members` go into the two tables, with ids from the one that was given for SQLite
    relative to the largest there is. `staged` are lines for the temporary table with the columns `names`;
    for SQLite `staged_rows` makes its rows of the others, for most batches never need them.
    `told` is all that its rows say about wishes.
    """

    names: tuple[str, ...]
    count: int
    told: frozenset[str]
    people: Rows
    members: Rows
    staged: Any
    refused: list[Refused]
    rows: int

    def to_bytes(self) -> bytes:
        """The batch for another process."""
        parts = [_plain(part) for part in (self.people, self.members)]
        refused = [tuple(item) for item in self.refused]
        return marshal.dumps((self.names, self.count, self.told, *parts, self.staged, refused, self.rows))

    @classmethod
    def from_bytes(cls, data: bytes) -> "Packed":
        """What `to_bytes` of our own process gave; nothing from elsewhere may come here."""
        names, count, told, people, members, staged, refused, rows = marshal.loads(data)
        lines = [Refused(*item) for item in refused]
        return cls(names, count, told, Rows(*people), Rows(*members), staged, lines, rows)


def pack(batch: Batch, form: Form, first: int) -> Packed:
    """The batch for the database, the first of its people having the id `first`."""
    records = sorted(batch.records, key=itemgetter(0))  # stable: of two rows of a person the earlier counts
    columns: dict[str, Sequence[Any]] = dict(
        zip(batch.names, zip(*records, strict=True) if records else [()] * len(batch.names), strict=True)
    )
    columns["id"] = range(first, first + len(records))
    told = frozenset(columns.get("told", ()))
    people: dict[str, Sequence[Any]] = {
        "id": columns["id"],
        "email": columns["email"],
        "address": columns["given"],
        "fingerprint": columns["mark"],
    } | {name: columns[name] for name in _PERSON if name in columns}
    described = {name: value for name, value in _PERSON.items() if name not in columns and value is not None}
    now = form.moment(form.now)
    members, alike = _memberships(columns, form)
    return Packed(
        names=("id", *batch.names),
        count=len(records),
        told=told,
        people=_rows(people, described | {"created_at": now}, form),
        members=_rows(members, alike, form),
        staged=_staged(("id", *batch.names), columns, form),
        refused=batch.refused,
        rows=batch.rows,
    )


def staged_rows(batch: Packed) -> tuple[tuple[str, ...], list[tuple[Any, ...]]]:
    """The names and rows for SQLite's temporary table: those of people and memberships side by side."""
    names = [_STAGED_NAMES.get(name, name) for name in (*batch.people.names, *batch.members.names[1:])]
    both = [
        (*person, *member[1:])
        for person, member in zip(_unchained(batch.people), _unchained(batch.members), strict=True)
    ]
    if batch.staged is None:
        return tuple(names), both
    # What the file tells of a wish has become a state among the memberships.
    at = names.index("state")
    names[at] = "told"
    return tuple(names), [
        (*row[:at], told, *row[at + 1 :]) for row, told in zip(both, batch.staged, strict=True)
    ]


def _unchained(rows: Rows) -> Iterator[tuple[Any, ...]]:
    values = chain(chain.from_iterable(rows.chunks), rows.rest)
    return zip(*[values] * len(rows.names), strict=True)


def _memberships(columns: Mapping[str, Sequence[Any]], form: Form) -> tuple[dict[str, Any], dict[str, Any]]:
    """The columns in which memberships differ, and the values of those in which they do not."""
    now = form.moment(form.now)
    differ: dict[str, Any] = {"subscriber_id": columns["id"]}
    same: dict[str, Any] = {
        "list_id": form.list_id,
        "changed_at": now,
        "requests": 0,
        "import_id": form.run_id,
    }
    if "told" in columns:
        differ["state"] = [form.states.get(told, form.state) for told in columns["told"]]
    else:
        same["state"] = form.state
    if "evidence" in columns:
        differ["consent"] = [text[:500] for text in columns["evidence"]]
    else:
        same["consent"] = ""
    if "requested_at" in columns:
        differ["requested_at"] = [moment or now for moment in columns["requested_at"]]
    else:
        same["requested_at"] = now
    count = len(columns["id"])
    states = differ.get("state", [form.state] * count)
    if "confirmed_at" in columns or _UNCONFIRMED in states:
        differ["confirmed_at"] = [
            None if state == _UNCONFIRMED else moment or now
            for state, moment in zip(states, columns.get("confirmed_at", [None] * count), strict=True)
        ]
    else:
        same["confirmed_at"] = now
    return differ, same


def _rows(columns: Mapping[str, Sequence[Any]], same: Mapping[str, Any], form: Form) -> Rows:
    names = tuple(columns)
    if not form.sqlite:
        return Rows(names, same, [], [], copy_lines([copy_column(each) for each in columns.values()], same))
    rows = list(zip(*columns.values(), strict=True))
    whole = len(rows) - len(rows) % CHUNK
    chunks = [list(chain.from_iterable(rows[at : at + CHUNK])) for at in range(0, whole, CHUNK)]
    return Rows(names, same, chunks, list(chain.from_iterable(rows[whole:])))


def _staged(names: Sequence[str], columns: Mapping[str, Sequence[Any]], form: Form) -> Any:
    if form.sqlite:
        return columns.get("told")
    return copy_lines([copy_column(columns[name]) for name in names], {})


def _plain(rows: Rows) -> tuple[Any, ...]:
    return rows.names, dict(rows.same), rows.chunks, rows.rest, rows.text


def wishes(*, own: bool) -> dict[str, str]:
    """The states to which wishes lead that a file tells of; those of a file of our own count as they stand."""
    return {Told.PENDING.value: _UNCONFIRMED} | ({Told.SUBSCRIBED.value: "confirmed"} if own else {})
