"""How fast the outbox is, against Debian's smtp-source, aiosmtplib used plainly, and nodemailer.

`make bench-send`, or `python bench/send.py [--messages N] [--rounds N] [--only NAME …] [--million]`. Needs
`smtp-sink` and `smtp-source` (Debian's postfix; only these two programs are used) and, for its row, node
with npm. Everything real is switched on: the ledger, headers, unique links, retries. Rows called strict
keep the strict order of work (docs/decisions/0043-intent-before-data.md). Rounds are interleaved and
medians printed; a note says when other programs kept the processors busy.
"""

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bench.baselines import (  # noqa: E402
    PARAGRAPHS,
    Measured,
    aiosmtplib_plainly,
    aiosmtplib_same_bytes,
    nodemailer,
    smtp_source,
)
from bench.mail_sinks import own_sink, smtp_sink  # noqa: E402
from bench.ours import Ours, first_mail, outbox  # noqa: E402
from tests.outbox.conftest import make_authority  # noqa: E402
from tests.outbox.servers import free_port  # noqa: E402
from tests.outbox.world import rendition  # noqa: E402

MOST_CPU = 130.0
"""Microseconds of client CPU that a message of 30 KB may take, TLS and DKIM aside."""

MOST_MEMORY = 90.0
"""Megabytes that a sender may take, whatever the number of recipients."""


class Ratio(NamedTuple):
    """A row, the row it is measured against, and what is to be reached."""

    ours: str
    other: str
    wanted: float


RATIOS = (
    Ratio("strict, SQLite NORMAL, 50 connections", "smtp-source 30k", 0.85),
    Ratio("strict, SQLite FULL, 50 connections", "smtp-source 30k", 0.80),
    Ratio("strict, PostgreSQL, 50 connections", "smtp-source 30k", 0.70),
    Ratio("strict, TLS + DKIM RSA, 50 connections", "smtp-source 30k", 0.30),
    Ratio("strict, TLS + DKIM RSA, two processes", "smtp-source 30k", 0.40),
    Ratio("strict, SQLite NORMAL, 20 connections", "aiosmtplib plainly", 22.0),
    Ratio("strict, TLS + DKIM RSA, 50 connections", "aiosmtplib, TLS, dkimpy", 25.0),
    Ratio("strict, SQLite NORMAL, 20 connections", "nodemailer pooled", 8.0),
    Ratio("strict, SQLite NORMAL, 90k", "smtp-source 90k", 0.85),
    Ratio("20 ms away: ours", "20 ms away: aiosmtplib, same bytes", 3.5),
)


def rows(folder: Path, ports: dict[str, int], count: int) -> dict[str, Callable[[], Measured]]:
    """Every measurement by its name. What is slow gets fewer messages."""
    few = max(200, count // 20)
    sink, tls, far = ports["sink"], ports["tls"], ports["far"]

    def ours(how: Ours, port: int = sink, messages: int = count, size: str = "30k") -> Measured:
        return outbox(folder, port, messages, size, how)

    encrypted = Ours(tls=True, dkim=True, connections=50)
    return {
        "smtp-source 30k": lambda: smtp_source(sink, count, "30k"),
        "strict, SQLite NORMAL, 20 connections": lambda: ours(Ours()),
        "strict, SQLite NORMAL, 50 connections": lambda: ours(Ours(connections=50)),
        "strict, SQLite FULL, 50 connections": lambda: ours(Ours(synchronous="FULL", connections=50)),
        "strict, PostgreSQL, 50 connections": lambda: ours(Ours(database="postgresql", connections=50)),
        "strict, TLS + DKIM RSA, 50 connections": lambda: ours(encrypted, tls),
        "strict, TLS + DKIM RSA, two processes": lambda: ours(
            Ours(tls=True, dkim=True, connections=25, processes=2), tls
        ),
        "overlapped, SQLite NORMAL, 20 connections": lambda: ours(Ours(overlap=True)),
        "aiosmtplib plainly": lambda: aiosmtplib_plainly(sink, few, "30k", folder),
        "aiosmtplib, TLS, dkimpy": lambda: aiosmtplib_plainly(tls, few, "30k", folder, tls=True),
        **(
            {"nodemailer pooled": lambda: nodemailer(sink, few * 2, "30k", folder / "node")}
            if (folder / "node").is_dir()
            else {}
        ),
        "smtp-source 90k": lambda: smtp_source(sink, count, "90k"),
        "strict, SQLite NORMAL, 90k": lambda: ours(Ours(), size="90k"),
        # As long as the row beside it: opening the connections takes five journeys there and back.
        "20 ms away: ours": lambda: ours(Ours(overlap=None), far, few * 8),
        "20 ms away: aiosmtplib, same bytes": lambda: aiosmtplib_same_bytes(far, few * 2, "30k"),
    }


def million(folder: Path, sink: int, count: int) -> None:
    """Freezing, the first accepted mail, and memory, up to a million recipients."""
    frozen, first = first_mail(folder, sink, count)
    print(f"freeze {count:,} recipients, SQLite: {frozen:.1f} s (to reach 5)")
    print(f"from the start of freezing to the first accepted mail: {first:.1f} s (to reach 8)")
    for people in (count // 100, count // 10, count):
        run = outbox(folder, sink, people, "30k", Ours())
        verdict = "reached" if run.memory <= MOST_MEMORY else "MISSED"
        print(
            f"memory of the sender, {people:,} recipients: {run.memory:.0f} MB at its peak"
            f" (to reach {MOST_MEMORY:.0f}) {verdict}; {run.rate:,.0f} messages a second",
            flush=True,
        )


def prepare(folder: Path) -> None:
    """Certificate, DKIM key, and nodemailer where it can be had."""
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import rsa

    folder.chmod(0o755)
    make_authority(folder)
    (folder / "dkim.pem").write_bytes(
        rsa.generate_private_key(65537, 2048).private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.TraditionalOpenSSL,
            serialization.NoEncryption(),
        )
    )
    if shutil.which("node") and shutil.which("npm"):
        node = folder / "node"
        node.mkdir()
        command = ["npm", "install", "--silent", "nodemailer"]
        if subprocess.run(command, cwd=node, capture_output=True).returncode:
            shutil.rmtree(node)


def table(runs: dict[str, list[Measured]]) -> None:
    """What was measured, then each ratio beside what is to be reached."""
    print(f"{'30 KB unless said, 20 connections':<44}{'messages/s':>12}{'µs CPU each':>13}{'MB':>6}")
    for name, told in runs.items():
        rate = statistics.median(run.rate for run in told)
        cpu = statistics.median(run.cpu for run in told)
        memory = max(run.memory for run in told)
        print(f"{name:<44}{rate:>12,.0f}{cpu:>13,.0f}{memory:>6,.0f}")
    print()
    for ours, other, wanted in RATIOS:
        if ours in runs and other in runs:
            pairs = zip(runs[ours], runs[other], strict=True)
            ratio = statistics.median(one.rate / two.rate for one, two in pairs)
            print(f"{ours} / {other}: {ratio:.2f} (to reach {wanted}) {_verdict(ratio >= wanted)}")
    for name in ("strict, SQLite NORMAL, 20 connections", "strict, SQLite NORMAL, 50 connections"):
        if name in runs:
            cpu = statistics.median(run.cpu for run in runs[name])
            print(f"client CPU, {name}: {cpu:.0f} µs (to reach {MOST_CPU:.0f}) {_verdict(cpu <= MOST_CPU)}")


def _verdict(reached: bool) -> str:
    return "reached" if reached else "MISSED"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--messages", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", nargs="*", default=[], help="rows whose name holds one of these words")
    parser.add_argument("--million", action="store_true", help="also a million recipients: some minutes more")
    options = parser.parse_args()
    if not (shutil.which("smtp-sink") and shutil.which("smtp-source")):
        print("smtp-sink and smtp-source are missing: install Debian's postfix.", file=sys.stderr)
        return 1
    folder = Path(tempfile.mkdtemp(prefix="digest-send-"))
    runs: dict[str, list[Measured]] = {}
    try:
        prepare(folder)
        size = len(rendition(PARAGRAPHS["30k"]).to_bytes())
        print(
            f"{options.messages:,} messages a run, {options.rounds} rounds, rendition stored in {size} bytes"
        )
        busy = os.getloadavg()[0]
        ports = {name: free_port() for name in ("sink", "tls", "far")}
        with (
            smtp_sink(ports["sink"]),
            own_sink(ports["tls"], folder, tls=True),
            own_sink(ports["far"], folder, delay=20),
        ):
            for _ in range(options.rounds):
                for name, row in rows(folder, ports, options.messages).items():
                    if not options.only or any(word in name for word in options.only):
                        runs.setdefault(name, []).append(row())
            table(runs)
            print(f"load of the machine before the runs: {busy:.1f} on {os.cpu_count()} processors")
            if busy > 0.5:
                print("Other programs kept the processors busy: only the ratios mean something.")
            if options.million:
                million(folder, ports["sink"], 1_000_000)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
