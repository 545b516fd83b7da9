"""The rows that were refused, in a file that can be mended and imported again."""

import csv
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

    @property
    def written(self) -> Path | None:
        """The file, if any row was refused."""
        return self._path if self._file else None

    def write(self, refused: Refused) -> None:
        """Add a row."""
        if self._path is None:
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

    def __enter__(self) -> "Rejects":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._file is not None:
            self._file.close()
