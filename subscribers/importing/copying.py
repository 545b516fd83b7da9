"""PostgreSQL's COPY, fed with whole columns of text: many times the speed of row by row."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

_SPECIAL = re.compile(r"[\\\t\n\r]")
_ESCAPES = {"\\": r"\\", "\t": r"\t", "\n": r"\n", "\r": r"\r"}


def copy_column(values: Sequence[Any]) -> Sequence[str]:
    """A column of texts, octets, whole numbers and None in COPY's own text form."""
    if isinstance(values, range):
        return list(map(str, values))
    if not values:
        return values
    if isinstance(values[0], bytes):
        return [rf"\\x{value.hex()}" for value in values]
    if None in values:
        return [r"\N" if value is None else _escaped(value) for value in values]
    return [_escaped(value) for value in values] if _SPECIAL.search("".join(values)) else values


def copy_lines(columns: Sequence[Sequence[str]], same: Mapping[str, Any]) -> str:
    """Rows of such columns, with what is the same in all of them at their end."""
    if not columns[0]:
        return ""
    end = "".join(f"\t{_escaped(str(value))}" for value in same.values()) + "\n"
    return end.join(map("\t".join, zip(*columns, strict=True))) + end


def copy(connection: Any, table: str, names: Sequence[str], text: str) -> None:
    """Copy lines into a table, over a psycopg connection."""
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY {table} ({', '.join(names)}) FROM STDIN") as stream,
    ):
        stream.write(text)


def _escaped(value: str) -> str:
    return _SPECIAL.sub(lambda match: _ESCAPES[match.group()], value)
