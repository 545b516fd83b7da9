"""The faults of bench/faults.py, each with what it did to the recipients of one mailing."""

import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import func, select

from digest.migrations.tables import metadata
from outbox.tables import Delivery, DeliveryState, Mailing
from store import Database
from tests.outbox.kills import Toll, kill_until_done, sending, stop_between_commits, toll
from tests.outbox.servers import RealServer, aiosmtpd_process, until
from tests.outbox.world import handed_over, states

CONNECTIONS = 10


@dataclass(frozen=True)
class Row:
    """One line of the table. `limit` is how many duplicates the promise allows."""

    name: str
    recipients: int
    faults: int
    lost: int
    duplicates: int
    limit: int
    changed: int
    uncertain: int
    seconds: float

    @property
    def holds(self) -> bool:
        return self.lost == 0 and self.changed == 0 and self.duplicates <= self.limit


@dataclass
class Bench:
    """What every scenario needs."""

    database: Database
    folder: Path
    recipients: int
    kills: int
    seed: int
    mailings: int = 0

    def mailing(self, recipients: int, policy: str = "retry") -> int:
        self.mailings += 1
        return handed_over(self.database, recipients, reference=self.mailings, uncertain=policy)

    def server(self) -> AbstractContextManager[RealServer]:
        return aiosmtpd_process(self.folder / f"mail-{self.mailings}")

    def sender(self, server: RealServer, number: int, **environment: str) -> "subprocess.Popen[bytes]":
        return sending(self.database, server.port, number, CONNECTIONS, **environment)

    def row(
        self, name: str, began: float, number: int, people: int, server: RealServer, faults: int, limit: int
    ) -> Row:
        result: Toll = toll(self.database, number, people, server.accepted(), faults, CONNECTIONS)
        return Row(
            name,
            people,
            faults,
            result.lost,
            result.duplicates,
            limit,
            result.changed,
            result.uncertain,
            time.monotonic() - began,
        )


def killed_senders(bench: Bench, policy: str, kills: int, people: int) -> Row:
    """kill -9 at seeded moments of sending and resuming."""
    began = time.monotonic()
    number = bench.mailing(people, policy)
    with bench.server() as server:
        done = kill_until_done(
            bench.database,
            number,
            people,
            lambda: bench.sender(server, number),
            server.count,
            kills=kills,
            seed=bench.seed,
        )
        limit = 0 if policy == "hold" else done * CONNECTIONS
        return bench.row(f"kill -9 while sending, {policy}", began, number, people, server, done, limit)


def killed_freezing(bench: Bench, kills: int) -> Row:
    """kill -9 of the process that compiles and freezes: all of the snapshot is there, or none."""
    began = time.monotonic()
    people, half, done = bench.recipients, 0, 0
    dice = random.Random(bench.seed)
    bench.mailings += 1
    command = [
        sys.executable,
        str(Path(__file__).with_name("faults.py")),
        "--freeze",
        bench.database.engine.url.render_as_string(False),
        str(people),
        str(bench.mailings),
    ]
    for attempt in range(kills + 1):
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        assert process.stdout is not None
        process.stdout.readline()
        if attempt < kills:
            time.sleep(dice.random() * 0.25)
            if process.poll() is None:
                process.send_signal(signal.SIGKILL)
                done += 1
        process.wait()
        process.stdout.close()
        with bench.database.reading() as session:
            mailing = session.scalar(select(Mailing).where(Mailing.reference == bench.mailings))
            rows = (
                session.scalar(select(func.count()).where(Delivery.mailing_id == mailing.id))
                if mailing
                else 0
            )
        half += rows not in (0, people)
    return Row(
        "kill -9 while freezing",
        people,
        done,
        people - (rows or 0) + half,
        0,
        0,
        0,
        0,
        time.monotonic() - began,
    )


def killed_servers(bench: Bench, kills: int, people: int) -> Row:
    """The mail server is killed between dot and reply, and comes back at the same port."""
    began = time.monotonic()
    number = bench.mailing(people)
    dice = random.Random(bench.seed)
    folder = bench.folder / f"mail-{bench.mailings}"
    with ExitStack() as stack:
        server = stack.enter_context(aiosmtpd_process(folder))
        process = bench.sender(server, number)
        for turn in range(kills):
            target = people * (turn + 1) // (kills + 1) + dice.randrange(50)
            _wait_for(server, process, target)
            os.kill(server.process_id, signal.SIGKILL)
            server = stack.enter_context(aiosmtpd_process(folder, port=server.port))
        process.wait(300)
        for _ in range(5):
            if set(states(bench.database, number)) == {DeliveryState.SENT}:
                break
            bench.sender(server, number).wait(300)
        return bench.row("mail server killed", began, number, people, server, kills, kills * CONNECTIONS)


def _wait_for(server: RealServer, process: "subprocess.Popen[bytes]", count: int) -> None:
    until(lambda: server.count() >= count or process.poll() is not None, 120)


def locked_database(bench: Bench, people: int) -> Row:
    """Another program holds the database's write lock for four seconds."""
    began = time.monotonic()
    number = bench.mailing(people)
    with bench.server() as server:
        process = bench.sender(server, number)
        until(lambda: server.count() > people // 10, 60)
        lock = sqlite3.connect(bench.database.engine.url.database or "", isolation_level=None, timeout=30)
        lock.execute("BEGIN IMMEDIATE")
        time.sleep(4)
        lock.execute("ROLLBACK")
        lock.close()
        process.wait(300)
        return bench.row("database locked for 4 s", began, number, people, server, 1, 0)


def full_disk(bench: Bench, people: int) -> Row | None:
    """The disk under the database is full for three seconds. Needs root for a small file system."""
    began = time.monotonic()
    disk = bench.folder / "disk"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", str(disk)], capture_output=True
    )
    if mounted.returncode:
        return None
    try:
        database = new_database(f"sqlite:///{disk / 'digest.sqlite3'}")
        small = Bench(database, bench.folder / "full", people, 0, bench.seed)
        small.folder.mkdir()
        number = small.mailing(people)
        with small.server() as server:
            process = small.sender(server, number)
            until(lambda: server.count() > people // 10, 60)
            ballast = disk / "ballast"
            with ballast.open("wb") as file:
                try:
                    while True:
                        file.write(b"\0" * 65536)
                        file.flush()
                except OSError:
                    pass
            time.sleep(3)
            ballast.unlink()
            process.wait(300)
            row = small.row("disk full for 3 s", began, number, people, server, 1, 0)
        database.close()
        return row
    finally:
        subprocess.run(["umount", "-l", str(disk)], check=False)


def two_senders(bench: Bench, people: int) -> Row:
    """Two senders started by mistake, and both stopped and started again."""
    began = time.monotonic()
    number = bench.mailing(people)
    with bench.server() as server:
        pair = [bench.sender(server, number) for _ in range(2)]
        until(lambda: server.count() > people // 3, 120)
        pair[0].send_signal(signal.SIGTERM)
        pair[0].wait(60)
        pair.append(bench.sender(server, number))
        for process in pair:
            process.wait(300)
        return bench.row("two senders, SIGTERM to one", began, number, people, server, 1, 0)


def sleeping_laptop(bench: Bench, people: int) -> Row:
    """SIGSTOP past the lease while another sender goes on; then SIGCONT."""
    began = time.monotonic()
    number = bench.mailing(people)
    with bench.server() as server:
        first = bench.sender(server, number)
        until(lambda: server.count() > people // 4, 60)
        stop_between_commits(first, bench.database)
        second = bench.sender(server, number)
        second.wait(300)
        first.send_signal(signal.SIGCONT)
        first.wait(300)
        return bench.row(
            "SIGSTOP past the lease, another goes on", began, number, people, server, 1, CONNECTIONS
        )


def jumping_clock(bench: Bench, people: int) -> Row:
    """The sender's clock jumps by a month and by two hours, forward and back, eight times."""
    began = time.monotonic()
    number = bench.mailing(people)
    clock = bench.folder / "clock"
    clock.write_text("0")
    jumps = (30 * 86_400, 0, -30 * 86_400, 0, 7200, 0, -7200, 0)
    with bench.server() as server:
        process = bench.sender(server, number, SENDING_CLOCK=str(clock))
        for turn, off in enumerate(jumps, 1):
            _wait_for(server, process, people * turn // (len(jumps) + 1))
            fresh = clock.with_suffix(".new")
            fresh.write_text(str(off))
            fresh.replace(clock)
        process.wait(300)
        return bench.row("clock jumps forward and back", began, number, people, server, len(jumps), 0)


def connections_ended(bench: Bench, people: int) -> Row:
    """PostgreSQL ends every connection of the sender, again and again for four seconds."""
    began = time.monotonic()
    number = bench.mailing(people)
    ended = 0
    with bench.server() as server:
        process = bench.sender(server, number)
        _wait_for(server, process, people // 10)
        until_then = time.monotonic() + 4
        while time.monotonic() < until_then:
            with bench.database.engine.begin() as connection:
                ended += len(
                    connection.exec_driver_sql(
                        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                        " WHERE datname = current_database() AND pid <> pg_backend_pid()"
                    ).all()
                )
            time.sleep(0.1)
        process.wait(300)
        return bench.row("database connections ended for 4 s", began, number, people, server, ended, 0)


def new_database(url: str) -> Database:
    """A database with every table."""
    database = Database(url)
    metadata.create_all(database.engine)
    return database
