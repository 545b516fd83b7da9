"""A batch of records in the form in which each kind of database takes it fastest. Pure.

What goes into the tables
as it is, if nobody of the batch is known, is made here, in the process that reads the file; the rows
for the temporary table, in which the rest is sorted out by SQL, can be made from it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from subscribers.importing.batches import Batch
from subscribers.importing.copying import copied
from subscribers.importing.records import Refused, Told
from subscribers.importing.squeezing import Squeezed, loosen, squeeze

_PERSON = {"name": "", "topics": "[]", "tags": "[]", "attributes": "{}", "language": None, "timezone": None}
_OFTEN_SAME = {"topics", "tags", "language", "timezone", "state", "requested_at", "confirmed_at", "told"}
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
    """Rows of a table: columns by name, and what is `same` in all of them.

    `twins` names columns that hold what another one holds. `copy` is what PostgreSQL's COPY takes of it all.
    """

    columns: Mapping[str, Squeezed]
    twins: Mapping[str, str]
    same: Mapping[str, Any]
    copy: bytes

    @property
    def names(self) -> tuple[str, ...]:
        """All columns of the table that are filled, in the order of `copy`."""
        return (*self.columns, *self.twins, *self.same)


@dataclass(frozen=True)
class Part:
    """People in a row, few enough to be held as objects.

    `people` and `members` go into the two tables, with ids from the one that was given, for SQLite
    relative to the largest there is. `told` is what the rows say of wishes, if they say anything.
    """

    count: int
    people: Rows
    members: Rows
    told: Squeezed | None

    @property
    def wishes(self) -> frozenset[str]:
        """All that the rows say about wishes."""
        return frozenset(loosen(self.told) if self.told else ())

    def staged(self) -> tuple[tuple[str, ...], list[Sequence[Any]]]:
        """The names and columns for the temporary table: those of people and memberships side by side."""
        found: dict[str, Sequence[Any]] = {}
        for rows in (self.people, self.members):
            loose = {name: loosen(column) for name, column in rows.columns.items()}
            loose |= {name: loose[twin] for name, twin in rows.twins.items()}
            found |= {_STAGED_NAMES.get(name, name): column for name, column in loose.items()}
        del found["subscriber_id"]
        if self.told:  # what the file tells of a wish has become a state among the memberships
            del found["state"]
            found["told"] = loosen(self.told)
        return tuple(found), list(found.values())


@dataclass(frozen=True)
class Packed:
    """A batch ready for its database, in parts; the rows of the file that it was, and those refused."""

    parts: list[Part]
    refused: list[Refused]
    rows: int

    def plain(self) -> list[Any]:
        """The batch for another process, piece by piece: how many parts, the parts, the rest."""
        parts = [(part.count, _plain(part.people), _plain(part.members), part.told) for part in self.parts]
        return [len(parts), *parts, ([tuple(item) for item in self.refused], self.rows)]

    @classmethod
    def from_plain(cls, piece: Callable[[], Any]) -> "Packed":
        """What `plain` of our own process gave; nothing from elsewhere may come here."""
        parts = []
        for _ in range(piece()):
            count, people, members, told = piece()
            parts.append(Part(count, Rows(*people), Rows(*members), told))
        refused, rows = piece()
        return cls(parts, [Refused(*item) for item in refused], rows)


def pack(batch: Batch, form: Form, first: int, size: int, mark: Callable[[str], bytes]) -> Packed:
    """The batch, which is in the order of its addresses, for the database in parts of `size`.

    `first` is the id of its first person; on SQLite each part's begin with it, as they are counted from
    the largest there is. `mark` gives the fingerprint of an address.
    """
    parts = []
    for start in range(0, len(batch.columns[0]), size):
        columns: dict[str, Sequence[Any]] = {
            name: column[start : start + size]
            for name, column in zip(batch.names, batch.columns, strict=True)
        }
        begin = first if form.sqlite else first + start
        columns["id"] = range(begin, begin + len(columns["email"]))
        columns["mark"] = list(map(mark, columns["email"]))
        parts.append(_part(columns, form))
    return Packed(parts, batch.refused, batch.rows)


def wishes(*, own: bool) -> dict[str, str]:
    """The states to which wishes lead that a file tells of; those of a file of our own count as they stand."""
    return {Told.PENDING.value: _UNCONFIRMED} | ({Told.SUBSCRIBED.value: "confirmed"} if own else {})


def _part(columns: dict[str, Sequence[Any]], form: Form) -> Part:
    people: dict[str, Sequence[Any]] = {
        "id": columns["id"],
        "email": columns["email"],
        "fingerprint": columns["mark"],
    }
    twins = {"address": "email"}
    if columns["given"] != columns["email"]:
        people["address"], twins = columns["given"], {}
    people |= {name: columns[name] for name in _PERSON if name in columns}
    described = {name: value for name, value in _PERSON.items() if name not in columns and value is not None}
    members, alike = _memberships(columns, form)
    return Part(
        count=len(columns["id"]),
        people=_rows(people, twins, described | {"created_at": form.moment(form.now)}, form),
        members=_rows(members, {}, alike, form),
        told=squeeze(columns["told"], shared=True) if "told" in columns else None,
    )


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


def _rows(
    columns: Mapping[str, Sequence[Any]], twins: Mapping[str, str], same: Mapping[str, Any], form: Form
) -> Rows:
    squeezed = {name: squeeze(values, shared=name in _OFTEN_SAME) for name, values in columns.items()}
    return Rows(squeezed, twins, same, b"" if form.sqlite else copied(columns, twins, same))


def _plain(rows: Rows) -> tuple[Any, ...]:
    return dict(rows.columns), dict(rows.twins), dict(rows.same), rows.copy
