"""PostgreSQL's COPY, fed with whole columns of text: many times the speed of row by row."""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any

_SPECIAL = re.compile(r"[\\\t\n\r]")
_ESCAPES = {"\\": r"\\", "\t": r"\t", "\n": r"\n", "\r": r"\r"}


def copy_text(rows: Sequence[tuple[Any, ...]]) -> str:
    """Rows of text, octets, moments and None in COPY's own text form."""
    if not rows:
        return ""
    columns = [_column(column) for column in zip(*rows, strict=True)]
    return "\n".join(map("\t".join, zip(*columns, strict=True))) + "\n"


def copy(connection: Any, table: str, names: Sequence[str], text: str) -> None:
    """Copy what `copy_text` gave into a table, over a psycopg connection."""
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY {table} ({', '.join(names)}) FROM STDIN") as stream,
    ):
        stream.write(text)


def _column(values: Sequence[Any]) -> Sequence[str]:
    first = next((value for value in values if value is not None), None)
    if isinstance(first, bytes):
        return [rf"\\x{value.hex()}" for value in values]
    if isinstance(first, datetime):
        return [r"\N" if value is None else value.isoformat() for value in values]
    if None in values:
        return [r"\N" if value is None else _escaped(value) for value in values]
    return [_escaped(value) for value in values] if _SPECIAL.search("".join(values)) else values


def _escaped(value: str) -> str:
    return _SPECIAL.sub(lambda match: _ESCAPES[match.group()], value)
