"""What a command prints: tables, sentences, progress, JSON. Rich on a terminal, plain when piped."""

import json as _json
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any, Protocol


class Progress(Protocol):
    """Called with how much more is done; `total` may be told later."""

    def __call__(
        self, advance: float = 1, *, total: float | None = None, note: str | None = None
    ) -> None: ...


def is_terminal() -> bool:
    """Whether a person is looking."""
    return sys.stdout.isatty()


def table(title: str, columns: Sequence[str], rows: Iterable[Sequence[object]], *, empty: str = "") -> None:
    """A list of things. Columns whose name ends in `#` hold numbers and align right.

    Piped, it is one line a row with tabs between the cells, header first, and no title.
    """
    lines = [["" if cell is None else str(cell) for cell in row] for row in rows]
    names = [column.removesuffix("#").strip() for column in columns]
    if not lines and empty:
        print(empty)
        return
    if not is_terminal():
        print("\t".join(names))
        for line in lines:
            print("\t".join(cell.replace("\t", " ").replace("\n", " ") for cell in line))
        return
    from rich.console import Console

    Console().print(drawn(title, columns, lines))


def drawn(title: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> Any:
    """The same list as something that Rich can print, for a screen that is drawn anew."""
    from rich.box import SIMPLE_HEAD
    from rich.markup import escape
    from rich.table import Table

    shown = Table(
        title=title or None, title_justify="left", title_style="bold", box=SIMPLE_HEAD, pad_edge=False
    )
    for column in columns:
        justify: Any = "right" if column.endswith("#") else "left"
        shown.add_column(column.removesuffix("#").strip(), justify=justify, overflow="fold")
    for row in rows:
        shown.add_row(*(escape("" if cell is None else str(cell)) for cell in row))
    return shown


def facts(pairs: Iterable[tuple[str, object]]) -> None:
    """Named values under each other, aligned."""
    shown = [(name, _in_words(value)) for name, value in pairs]
    width = max((len(name) for name, _ in shown), default=0)
    for name, value in shown:
        print(f"{name:<{width}}  {value}")


def _in_words(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M} {value.tzname() or ''}".rstrip()
    return "–" if value in (None, "") else str(value)


def done(sentence: str) -> None:
    """What a command did, in one sentence; at once, also into the pipe of a service's log."""
    print(sentence, flush=True)


def warn(sentence: str) -> None:
    """Something to know that did not stop the command; on standard error."""
    print(f"Note: {sentence}", file=sys.stderr)


def json(value: Any) -> None:
    """One JSON document, for programs."""
    print(_json.dumps(value, ensure_ascii=False, indent=2, default=_plain))


def json_lines(values: Iterable[Any]) -> None:
    """One JSON object a line, for programs."""
    for value in values:
        print(_json.dumps(value, ensure_ascii=False, default=_plain))


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)


@contextmanager
def progress(label: str, total: float | None = None, unit: str = "") -> Iterator[Progress]:
    """A bar with rate and time left on a terminal's standard error; silent when piped."""
    if not sys.stderr.isatty():
        yield lambda advance=1, *, total=None, note=None: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, SpinnerColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    with Bar(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(),
        TextColumn("{task.fields[note]}"),
        console=Console(stderr=True),
        transient=True,
    ) as bar:
        task = bar.add_task(label, total=total, rate="", note="")

        def step(advance: float = 1, *, total: float | None = None, note: str | None = None) -> None:
            speed = bar.tasks[0].speed
            fields: dict[str, Any] = {"rate": f"{speed:,.0f} {unit}/s" if speed and unit else ""}
            if note is not None:
                fields["note"] = note
            if total is not None:
                fields["total"] = total
            bar.update(task, advance=advance, **fields)

        yield step
