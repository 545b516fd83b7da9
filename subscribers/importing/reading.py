"""A file as rows of cells: encoding, delimiter and quoting found out, memory flat however long it is."""

import codecs
import csv
import hashlib
import json
import re
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from subscribers.problem import SubscribersError

DELIMITERS = (",", ";", "\t", "|")
_BLOCK = 1 << 20
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_LEGACY = [
    "cp1252",
    "cp1251",
    "cp1250",
    "cp1253",
    "cp1254",
    "cp1256",
    "shift_jis",
    "gb18030",
    "big5",
    "euc_kr",
]
_SAMPLE_OBJECTS = 100
csv.field_size_limit(1 << 20)


class UnreadableFile(SubscribersError):
    """The file is not a table of people."""


@dataclass(frozen=True)
class Source:
    """A file whose form is known: rows can be read from it as often as wanted."""

    path: Path
    sha256: str
    encoding: str
    delimiter: str  # empty: JSON lines
    header: tuple[str, ...]

    def blocks(self, size: int, skip: int = 0) -> Iterator["Block"]:
        """The rows after the header and `skip` rows more, `size` at a time."""
        return self._table(size, skip) if self.delimiter else self._objects(size, skip)

    def _table(self, size: int, skip: int) -> Iterator["Block"]:
        with self.path.open(encoding=self.encoding, newline="") as lines:
            reader = csv.reader(lines, delimiter=self.delimiter)
            before, rows = 0, []
            try:
                for row in reader:  # blank lines, then the header
                    if any(row):
                        break
                deque(islice(reader, skip), maxlen=0)
                while True:
                    before = reader.line_num
                    rows = list(islice(reader, size))
                    if not rows:
                        return
                    yield Block(before + 1, rows, reader.line_num - before == len(rows))
            except csv.Error as error:
                raise UnreadableFile(
                    f"After line {before} of {self.path.name} the file cannot be read as CSV: {error}.",
                    "Look for a quotation mark that is never closed.",
                ) from None
            except UnicodeDecodeError as error:
                raise UnreadableFile(
                    f"After line {before} {self.path.name} is not {self.encoding} text ({error.reason}).",
                    "Name the encoding with --encoding, for example cp1251.",
                ) from None

    def _objects(self, size: int, skip: int) -> Iterator["Block"]:
        objects = islice(_objects(self.path, self.encoding), skip, None)
        while found := list(islice(objects, size)):
            rows = [[_cell(one.get(key)) for key in self.header] for _, one in found]
            first, last = found[0][0], found[-1][0]
            straight = last - first + 1 == len(found)
            yield Block(first, rows, straight, () if straight else tuple(line for line, _ in found))


@dataclass(frozen=True)
class Block:
    """Rows in the file's order, blank ones among them. `straight`: each is one line, so lines can be counted."""

    first_line: int
    rows: list[list[str]]
    straight: bool
    known_lines: tuple[int, ...] = ()

    def lines(self) -> Sequence[int]:
        """The line on which each row begins."""
        if self.straight:
            return range(self.first_line, self.first_line + len(self.rows))
        if self.known_lines:
            return self.known_lines
        found, line = [], self.first_line
        for row in self.rows:
            found.append(line)
            line += 1 + sum(c.count("\n") + c.count("\r") - c.count("\r\n") for c in row)
        return found


def open_source(path: Path, *, encoding: str | None = None, delimiter: str | None = None) -> Source:
    """Find out how a file is to be read. UnreadableFile if it is missing, empty or no text."""
    try:
        sha256, valid_utf8 = _survey(path)
        with path.open("rb") as file:
            head = file.read(_BLOCK)
    except OSError as error:
        raise UnreadableFile(
            f"{path} cannot be read: {error.strerror}.", "Give the name of a file."
        ) from None
    if not head.strip(b"\r\n\t \xef\xbb\xbf"):
        raise UnreadableFile(f"{path.name} is empty.", "A header line is needed, then one line a person.")
    chosen = _checked(encoding) if encoding else _encoding(head, valid_utf8)
    with path.open(encoding=chosen, newline="") as file:
        try:
            start = file.read(_BLOCK)
            # A whole header line even if there is a newline in one of its cells.
        except UnicodeDecodeError as error:
            raise UnreadableFile(
                f"{path.name} is not {chosen} text: byte {error.start} does not fit.",
                "Name the encoding with --encoding, for example cp1251.",
            ) from None
    if "\0" in start:
        raise UnreadableFile(f"{path.name} is not a text file.", "Export the list as CSV first.")
    if start.lstrip().startswith("{") and delimiter is None:
        return Source(path, sha256, chosen, "", _keys(path, chosen))
    separator = _delimiter(start) if delimiter is None else delimiter
    if len(separator) != 1:
        raise UnreadableFile(f"The delimiter {separator!r} is not one character.", "Write for example `;`.")
    header = next(filter(any, csv.reader(start.splitlines(keepends=True), delimiter=separator)))
    return Source(path, sha256, chosen, separator, tuple(cell.strip() for cell in header))


def _survey(path: Path) -> tuple[str, bool]:
    """The file's SHA-256, and whether all of it is UTF-8."""
    digest, decoder, valid = hashlib.sha256(), codecs.getincrementaldecoder("utf-8")(), True
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            digest.update(block)
            if valid and not block.isascii():
                try:
                    decoder.decode(block)
                except UnicodeDecodeError:
                    valid = False
    return digest.hexdigest(), valid


def _encoding(head: bytes, valid_utf8: bool) -> str:
    for bom, name in _BOMS:
        if head.startswith(bom):
            return name
    if valid_utf8 and b"\0" not in head:
        return "utf-8"
    if head[1:200:2].count(0) > 40 or (len(head) > 3 and head[1] == 0 == head[3]):
        return "utf-16-le"
    if len(head) > 3 and head[0] == 0 == head[2]:
        return "utf-16-be"
    from charset_normalizer import from_bytes

    # Only lines with something to tell: a header and a thousand ASCII rows would drown the evidence.
    telling = b"\n".join(line for line in head.splitlines() if not line.isascii())[:100_000]
    best = from_bytes(telling, cp_isolation=_LEGACY).best()
    return best.encoding if best else "cp1252"


def _checked(encoding: str) -> str:
    try:
        return codecs.lookup(encoding).name
    except LookupError:
        raise UnreadableFile(f"The encoding {encoding!r} is unknown.", "Write for example cp1251.") from None


def _delimiter(start: str) -> str:
    line = next(filter(str.strip, start.splitlines()))
    unquoted = re.sub(r'"[^"]*"', "", line)
    return max(DELIMITERS, key=unquoted.count)


def _objects(path: Path, encoding: str) -> Iterator[tuple[int, dict[str, Any]]]:
    with path.open(encoding=encoding) as lines:
        for number, text in enumerate(lines, 1):
            if not text.strip():
                continue
            try:
                found = json.loads(text)
            except (ValueError, RecursionError):
                found = None
            if not isinstance(found, dict):
                raise UnreadableFile(
                    f"Line {number} of {path.name} is not a JSON object.",
                    'Write one object a line, as in {"email": "a@example.com"}.',
                )
            yield number, found


def _keys(path: Path, encoding: str) -> tuple[str, ...]:
    keys: dict[str, None] = {}
    for (_, found), _ in zip(_objects(path, encoding), range(_SAMPLE_OBJECTS), strict=False):
        keys.update(dict.fromkeys(map(str, found)))
    return tuple(keys)


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    return json.dumps(value, ensure_ascii=False)
