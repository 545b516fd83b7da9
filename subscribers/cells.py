"""What stands in a row of an export: cells no spreadsheet runs, and values as JSON. Pure."""

import json
import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from json.encoder import encode_basestring
from operator import itemgetter
from typing import Any

_MOST_VALUES = 20_000
# A spreadsheet runs such a cell as a formula (CSV injection). The sign put before it is taken off again
# at import; a cell that begins with such signs itself gets one more, so that no two cells become one.
_SIGNS = frozenset("=+-@\t\r'")
_DANGEROUS = re.compile(r"'*[=+\-@\t\r]").match
_FIRST = itemgetter(slice(1))
_QUOTED = re.compile(r'[",\r\n]').search


class Known(dict[Any, Any]):
    """What was made of a value, made once: many people share their topics and their moments."""

    def __init__(self, make: Callable[[Any], Any]) -> None:
        super().__init__()
        self._make = make

    def __missing__(self, key: Any) -> Any:
        if len(self) >= _MOST_VALUES:
            self.clear()
        value = self[key] = self._make(key)
        return value


def of(text: str | None) -> str:
    """A cell of CSV (RFC 4180) that no spreadsheet takes for a formula."""
    if not text:
        return ""
    text = harmless(text)
    return '"' + text.replace('"', '""') + '"' if _QUOTED(text) else text


def harmless(text: str) -> str:
    """The text with an apostrophe before it where a spreadsheet would run it."""
    return f"'{text}" if text[:1] in _SIGNS and _DANGEROUS(text) else text


def of_texts(texts: Sequence[str]) -> Sequence[str]:
    """`of` for a column; none of a page is looked at by itself where none needs it."""
    whole = "".join(texts)
    if _SIGNS.isdisjoint(map(_FIRST, texts)) and not any(sign in whole for sign in ',"\r\n'):
        return texts
    return list(map(of, texts))


def of_list(text: str) -> str:
    """A cell of the words of a JSON list, with commas between."""
    return of(",".join(json.loads(text)))


def of_object(text: str) -> str:
    """A cell of a JSON object; an empty one is an empty cell."""
    return "" if text == "{}" else of(json_again(text))


def json_again(text: str) -> str:
    """JSON text as it was stored, on one line and in the letters of its language."""
    return json.dumps(json.loads(text), ensure_ascii=False) if "\\" in text or "\n" in text else text


def json_text(text: str | None) -> str:
    """A text, or nothing, as JSON."""
    return "null" if text is None else encode_basestring(text)


def moment(text: str | None) -> datetime | None:
    """A moment as the database writes it: SQLite in UTC without saying so, PostgreSQL with its zone."""
    if text is None:
        return None
    found = datetime.fromisoformat(text)
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)


def iso(text: str | None) -> str:
    """`moment` in ISO 8601; nothing is empty."""
    found = moment(text)
    return found.isoformat() if found else ""
