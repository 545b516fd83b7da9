"""Derive the table of what mail programs support, which preflight reads, from caniemail's data (MIT).

Usage: python bench/derive_client_support.py [DATA_FOLDER]
Reads `mjml/caniemail-features.jsonl.gz` of the measurement data (argument, DIGEST_BENCH_DATA, or
../shared/data) and writes digest/rendering/preflight/clients.json. Kept of each feature: its title, and in
which programs the newest tested version lacks it (`no`) or has it in part (`part`).
"""

import gzip
import json
import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "digest" / "rendering" / "preflight" / "clients.json"
# The programs that Digest claims to support: family, platform in the data, name shown.
CLIENTS = (
    ("apple-mail", "macos", "Apple Mail"),
    ("apple-mail", "ios", "iPhone Mail"),
    ("gmail", "desktop-webmail", "Gmail"),
    ("gmail", "ios", "Gmail on iOS"),
    ("gmail", "android", "Gmail on Android"),
    ("gmail", "mobile-webmail", "Gmail in a phone's browser"),
    ("outlook", "windows", "Outlook on Windows"),
    ("outlook", "outlook-com", "Outlook.com"),
    ("outlook", "macos", "Outlook on Mac"),
    ("outlook", "ios", "Outlook on iOS"),
    ("outlook", "android", "Outlook on Android"),
    ("yahoo", "desktop-webmail", "Yahoo"),
    ("yahoo", "ios", "Yahoo on iOS"),
    ("yahoo", "android", "Yahoo on Android"),
    ("samsung-email", "android", "Samsung Email"),
    ("thunderbird", "macos", "Thunderbird"),
    ("protonmail", "desktop-webmail", "Proton Mail"),
    ("fastmail", "desktop-webmail", "Fastmail"),
    ("gmx", "desktop-webmail", "GMX"),
    ("mail-ru", "desktop-webmail", "Mail.ru"),
)
KINDS = ("css-", "html-", "image-")


def newest(versions: dict[str, str]) -> str:
    """The first letter of what the newest version tested says: y, n, a (in part) or u (unknown)."""
    return list(versions.values())[-1].strip()[:1]


def derive(lines: list[str]) -> dict[str, object]:
    """The compact table of all features about HTML, CSS and pictures."""
    features = {}
    for line in lines:
        feature = json.loads(line)
        if not feature["slug"].startswith(KINDS):
            continue
        lacking: dict[str, list[int]] = {"n": [], "a": []}
        for index, (family, platform, _) in enumerate(CLIENTS):
            versions = feature["stats"].get(family, {}).get(platform)
            if versions and newest(versions) in lacking:
                lacking[newest(versions)].append(index)
        if lacking["n"] or lacking["a"]:
            features[feature["slug"]] = {"title": feature["title"], "no": lacking["n"], "part": lacking["a"]}
    return {
        "source": "Derived from caniemail.com data, Copyright (c) Rémi Parmentier and contributors, MIT licence",
        "clients": [name for *_, name in CLIENTS],
        "features": features,
    }


def main() -> int:
    """Write the table; 2 when the data is not there."""
    folder = Path(
        sys.argv[1] if len(sys.argv) > 1 else os.environ.get("DIGEST_BENCH_DATA", ROOT / "../shared/data")
    )
    source = folder / "mjml" / "caniemail-features.jsonl.gz"
    if not source.is_file():
        print(f"{source} is not there: give the folder of the measurement data.", file=sys.stderr)
        return 2
    with gzip.open(source, "rt", encoding="utf-8") as file:
        table = derive(file.readlines())
    rows = ",\n".join(
        f"  {json.dumps(slug)}: {json.dumps(feature, ensure_ascii=False)}"
        for slug, feature in sorted(table["features"].items())
    )
    TARGET.write_text(
        "{\n"
        f'"source": {json.dumps(table["source"], ensure_ascii=False)},\n'
        f'"clients": {json.dumps(table["clients"], ensure_ascii=False)},\n'
        f'"features": {{\n{rows}\n}}\n}}\n',
        encoding="utf-8",
    )
    print(f"{len(table['features'])} features written to {TARGET.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
