"""The addresses and exports of others against what they are: every difference, with the reason.

    python bench/subscriber_files.py formats   [DATA]
    python bench/subscriber_files.py addresses [DATA]

DATA is the folder of measurement data (or DIGEST_BENCH_DATA, or ../shared/data); without it this is said.
"""

import argparse
import json
import os
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))


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
        for batch in Batches(source, columns, lambda moment: moment).read(1000):
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


PARTS = {"formats": run_formats, "addresses": run_addresses}


def main() -> None:
    """Run one part."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("part", choices=PARTS)
    parser.add_argument("data", nargs="?", help="the folder of measurement data")
    arguments = parser.parse_args()
    PARTS[arguments.part](arguments)


if __name__ == "__main__":
    main()
