"""The bounce reader against two collections of real reports.

    python bench/bounces.py [DATA] [--verbose]

DATA is the folder of measurement data (or DIGEST_BENCH_DATA, or ../shared/data). For sisimai's mails: in how
many an address is found, and how often reason and hard or soft are right, record by record; the worst
error is a soft failure taken for a hard one. For flufl's: in how many the failed addresses are exact.
"""

import argparse
import json
import os
import sys
import tarfile
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from subscribers.bounces.reading import Outcome, read
from subscribers.bounces.sources import mails


def outcomes(path: Path) -> list[Outcome]:
    """What the mails of a file report."""
    return [outcome for raw in mails(path) for outcome in read(raw)]


def unpack(folder: Path, name: str, target: Path) -> tuple[Path, dict[str, object]]:
    """The mails of an archive, and what is expected of each."""
    with tarfile.open(folder / f"{name}-mails.tar.gz") as archive:
        archive.extractall(target / name, filter="data")
    expected = json.loads((folder / f"{name}-expected.json").read_text("utf-8"))
    return target / name, expected


def sisimai(root: Path, expected: dict[str, list[dict[str, object]]], verbose: bool) -> None:
    """Records: address, reason, hard or soft."""
    mails_with_bounce = found = records = reasons = hardness = both = soft_as_hard = false = 0
    for name, wanted in sorted(expected.items()):
        got = outcomes(root / name)
        if not wanted:
            false += bool(got)
            continue
        mails_with_bounce += 1
        found += any(outcome.address for outcome in got)
        for index, record in enumerate(wanted):
            records += 1
            outcome = got[index] if index < len(got) else None
            reason = outcome is not None and outcome.reason == record["reason"]
            hard = outcome is not None and outcome.hard == record["hard_bounce"]
            reasons, hardness, both = reasons + reason, hardness + hard, both + (reason and hard)
            soft_as_hard += outcome is not None and outcome.hard and not record["hard_bounce"]
            if verbose and not (reason and hard):
                print(
                    f"  {name}: {record['reason']} expected, {outcome.reason if outcome else 'nothing'} found"
                )
    print(f"sisimai: an address in {found} of {mails_with_bounce} mails")
    print(
        f"sisimai: of {records} records reason right {reasons / records:.1%}, "
        f"hard or soft right {hardness / records:.1%}, "
        f"both {both / records:.1%}, soft taken as hard {soft_as_hard / records:.1%}"
    )
    print(f"sisimai: mails that are no bounce and were taken for one: {false}")


def flufl(root: Path, expected: dict[str, dict[str, list[str]]], verbose: bool) -> None:
    """The exact set of failed addresses."""
    exact = 0
    for name, wanted in sorted(expected.items()):
        addresses = {outcome.address for outcome in outcomes(root / name) if outcome.kind == "bounce"}
        same = addresses == {address.lower() for address in wanted["permanent"] + wanted["temporary"]}
        exact += same
        if verbose and not same:
            print(f"  {name}: {sorted(addresses)} found, {wanted} expected")
    print(f"flufl: exact addresses in {exact} of {len(expected)} mails")


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("data", nargs="?")
    parser.add_argument("--verbose", action="store_true", help="name each difference")
    arguments = parser.parse_args()
    default = Path(__file__).resolve().parent.parent.parent / "shared" / "data"
    folder = Path(arguments.data or os.environ.get("DIGEST_BENCH_DATA") or default) / "bounces"
    if not folder.is_dir():
        sys.exit("The measurement data is not here: give its folder, or set DIGEST_BENCH_DATA.")
    with tempfile.TemporaryDirectory() as name:
        sisimai(*unpack(folder, "sisimai", Path(name)), arguments.verbose)  # type: ignore[arg-type]
        flufl(*unpack(folder, "flufl", Path(name)), arguments.verbose)  # type: ignore[arg-type]


if __name__ == "__main__":
    main()
