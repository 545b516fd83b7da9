"""A block of rows as records, column by column: the row reader's answers at many times its speed.

A column is read with one call for each different value, and addresses with one search over all of
them. Rows that are not plain (a bad cell, an unusual address, a missing cell) go through the row
reader one by one, which also words their problem.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import compress
from typing import Any

from subscribers.addresses import plain_addresses
from subscribers.cleaning import LONGEST_NAME
from subscribers.importing.columns import Columns, Role
from subscribers.importing.reading import Block, Source
from subscribers.importing.records import Field, Record, Refused, clean, combined, fields, reader
from subscribers.problem import SubscribersError

_BAD = object()
_MOST_VALUES = 20_000
_MOMENTS = ("requested_at", "confirmed_at")


@dataclass(frozen=True)
class Batch:
    """Records of one block, a column for each of the fields `names`, and the rows that give none."""

    names: tuple[str, ...]
    columns: list[list[Any]]
    refused: list[Refused]
    rows: int

    @property
    def records(self) -> list[tuple[Any, ...]]:
        """The records one by one, in the file's order."""
        return list(zip(*self.columns, strict=True))


class _Read(dict[Any, Any]):
    """What reading a value gave, read once; `_BAD` for what cannot be read."""

    def __init__(self, read: Callable[..., Any], several: bool) -> None:
        super().__init__()
        self._read, self._several = read, several

    def __missing__(self, key: Any) -> Any:
        if len(self) >= _MOST_VALUES:
            self.clear()
        try:
            value = self._read(*key) if self._several else self._read(key)
        except SubscribersError:
            value = _BAD
        self[key] = value
        return value


@dataclass
class Batches:
    """Reads the batches of a file.

    `moment` gives the form in which the database takes a moment.
    """

    source: Source
    columns: Columns
    moment: Callable[[datetime | None], Any]
    _fields: tuple[Field, ...] = field(init=False)
    _known: dict[str, _Read] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self._fields = tuple(
            replace(one, read=_then(one.read, self.moment)) if one.name in _MOMENTS else one
            for one in fields(self.columns)
        )
        for one in self._fields:
            self._known[one.name] = _Read(one.read, len(self._places(one)) != 1)

    @property
    def names(self) -> tuple[str, ...]:
        """The fields of each record, in order."""
        return ("email", "given", *(one.name for one in self._fields))

    def read(self, size: int, skip: int = 0) -> Iterator[Batch]:
        """Batches of `size` rows, after `skip` of them."""
        by_row = reader(self.columns)
        for block in self.source.blocks(size, skip):
            yield self._batch(block, by_row)

    def _batch(self, block: Block, by_row: Callable[[int, list[str]], Record | Refused]) -> Batch:
        width = len(self.columns.names)
        rows = block.rows
        if set(map(len, rows)) == {width}:
            columns, rest = self._plain(rows)
        else:
            even = [n for n, row in enumerate(rows) if len(row) == width]
            columns, rest = self._plain([rows[n] for n in even]) if even else ([[] for _ in self.names], [])
            rest = sorted({even[n] for n in rest} | set(range(len(rows))) - set(even))
        if not rest:
            return Batch(self.names, columns, [], len(rows))
        return self._with_unusual(block, columns, rest, by_row)

    def _with_unusual(
        self,
        block: Block,
        columns: list[list[Any]],
        rest: Sequence[int],
        by_row: Callable[[int, list[str]], Record | Refused],
    ) -> Batch:
        """The plain records and those of the other rows, in the file's order."""
        lines, refused = block.lines(), []
        places: list[int] = []
        records: list[tuple[Any, ...]] = []
        for before, number in enumerate(rest):
            row = block.rows[number]
            if not any(row):
                continue
            found = by_row(lines[number], row)
            if isinstance(found, Refused):
                refused.append(found)
            else:
                places.append(number - before)
                records.append(self._tuple(found))
        if records:
            unusual = zip(*records, strict=True)
            columns = [_put_in(one, places, more) for one, more in zip(columns, unusual, strict=True)]
        return Batch(self.names, columns, refused, len(block.rows))

    def _plain(self, rows: list[list[str]]) -> tuple[list[list[Any]], list[int]]:
        """The columns of the rows that are plain, and the numbers of those that are not."""
        columns = list(zip(*rows, strict=True))
        addresses = self._column(columns, self.columns.roles[Role.EMAIL], Role.EMAIL)
        if self.columns.disarmed:
            addresses = [clean(address, disarmed=True) for address in addresses]
        emails, givens, odd = plain_addresses(addresses)
        values: list[list[Any]] = [emails, givens]
        bad = set(odd)
        for one in self._fields:
            read = self._values(one, columns)
            if _BAD in read:
                bad.update(number for number, value in enumerate(read) if value is _BAD)
            values.append(read)
        if bad:
            good = [number not in bad for number in range(len(rows))]
            values = [list(compress(column, good)) for column in values]
        return values, sorted(bad)

    def _tuple(self, record: Record) -> tuple[Any, ...]:
        values = record._asdict()
        moments = {name: self.moment(values[name]) for name in _MOMENTS}
        return tuple((values | moments)[name] for name in self.names)

    def _values(self, one: Field, columns: Sequence[Sequence[str]]) -> list[Any]:
        places = self._places(one)
        roles = [*one.roles, *(Role.ATTRIBUTES for _ in one.attributes)]
        cells = [self._column(columns, place, role) for place, role in zip(places, roles, strict=True)]
        if one.same:
            return list(
                map(
                    self._known[one.name].__getitem__,
                    cells[0] if len(cells) == 1 else zip(*cells, strict=True),
                )
            )
        if one.name == "name" and not self.columns.disarmed:
            # A column of printable names needs no look at each (`clean_name` does the same to each).
            texts = (
                list(cells[0])
                if places[0]
                else [f"{first.strip()} {last.strip()}" for _, first, last in zip(*cells, strict=True)]
            )
            if not (places[0] and any(places[1:])) and "".join(texts).isprintable():
                return [text.strip()[:LONGEST_NAME].strip() for text in texts]
        return [self._one(one, key) for key in zip(*cells, strict=True)]

    def _one(self, one: Field, key: Sequence[str]) -> Any:
        try:
            return one.read(*key)
        except SubscribersError:
            return _BAD

    def _places(self, one: Field) -> list[tuple[int, ...]]:
        """The columns of each argument of a field's reader."""
        return [self.columns.roles.get(role, ()) for role in one.roles] + [(n,) for n in one.attributes]

    def _column(self, columns: Sequence[Sequence[str]], places: tuple[int, ...], role: Role) -> Sequence[str]:
        if len(places) == 1:
            return columns[places[0]]
        if not places:
            return ("",) * len(columns[0])
        several = zip(*(columns[index] for index in places), strict=True)
        return [combined(role, cells) for cells in several]


def _then(first: Callable[..., Any], second: Callable[[Any], Any]) -> Callable[..., Any]:
    return lambda *cells: second(first(*cells))


def _put_in(column: list[Any], places: Sequence[int], more: Sequence[Any]) -> list[Any]:
    """The column with more values, each before the value that stands at its place."""
    found: list[Any] = []
    last = 0
    for place, value in zip(places, more, strict=True):
        found += column[last:place]
        found.append(value)
        last = place
    return found + column[last:]
