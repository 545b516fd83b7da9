"""The rows that were refused, in a file that can be mended and imported again."""

import csv
import os
from pathlib import Path
from types import TracebackType
from typing import TextIO

from subscribers.importing.reading import Source
from subscribers.importing.records import Refused

LINE, PROBLEM = "rejected line", "rejected because"


class Rejects:
    """Writes refused rows as CSV with the columns they came with, their line and the problem.

    The file is made when the first row is refused; without a path nothing is written. Both added
    columns have names that no import takes for anything, so the mended file goes in as it is.
    """

    def __init__(self, source: Source, path: Path | None) -> None:
        self._header = source.header
        self._path = path
        self._file: TextIO | None = None
        self._there: set[int] = set()

    @property
    def written(self) -> Path | None:
        """The file, if any row was refused."""
        return self._path if self._file else None

    def go_on(self) -> None:
        """Keep what an interrupted import wrote; a row that stands there already is not written again."""
        if self._path is None or not self._path.exists():
            return
        with self._path.open(encoding="utf-8", newline="") as file:
            rows = csv.DictReader(file)
            if tuple(rows.fieldnames or ()) == (*self._header, LINE, PROBLEM):
                self._there = {int(row[LINE]) for row in rows if (row[LINE] or "").isdigit()}
        if self._there:
            self._file = self._path.open("a", encoding="utf-8", newline="")

    def write(self, refused: Refused) -> None:
        """Add a row."""
        if self._path is None or refused.line in self._there:
            return
        fresh = self._file is None
        if self._file is None:
            self._file = self._path.open("w", encoding="utf-8", newline="")
        out = csv.writer(self._file)
        if fresh:
            out.writerow([*self._header, LINE, PROBLEM])
        width = len(self._header)
        cells = (refused.cells + [""] * width)[:width]
        out.writerow([*cells, refused.line, refused.problem])

    def keep(self) -> None:
        """See to it that what was written is in the file, before the rows around it are committed."""
        if self._file is not None:
            self._file.flush()
            os.fsync(self._file.fileno())

    def __enter__(self) -> "Rejects":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._file is not None:
            self._file.close()
