"""Killing senders at seeded moments, and counting what it did to the recipients."""

import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from outbox.tables import DeliveryState
from store import Database
from tests.outbox.servers import Accepted
from tests.outbox.world import address, states


@dataclass(frozen=True)
class Toll:
    """What the kills did. `changed` counts second copies that were not byte for byte the first."""

    kills: int
    lost: int
    duplicates: int
    changed: int
    uncertain: int
    allowed: int


def sending(
    database: Database, port: int, mailing_id: int, connections: int, **environment: str
) -> "subprocess.Popen[bytes]":
    """A sender process at work; `environment` as in `tests.outbox.sending`."""
    url = database.engine.url.render_as_string(hide_password=False)
    command = [
        sys.executable,
        "-m",
        "tests.outbox.sending",
        url,
        str(port),
        str(mailing_id),
        str(connections),
    ]
    return subprocess.Popen(command, env=os.environ | environment)


@contextmanager
def at_work(
    database: Database, port: int, mailing_id: int, connections: int, **environment: str
) -> Iterator["subprocess.Popen[bytes]"]:
    """A sender process at work, which does not outlive the block."""
    process = sending(database, port, mailing_id, connections, **environment)
    try:
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()


def stop_between_commits(process: "subprocess.Popen[bytes]", database: Database) -> None:
    """SIGSTOP at a moment at which the process does not hold SQLite's write lock.

    With the lock in hand it would keep everybody from writing until it wakes, and no program can take a file's
    lock from another. PostgreSQL ends a transaction that sleeps.
    """
    for _ in range(200):
        process.send_signal(signal.SIGSTOP)
        if not database.is_sqlite:
            return
        time.sleep(0.02)
        probe = sqlite3.connect(database.engine.url.database or "", isolation_level=None, timeout=0)
        try:
            probe.execute("BEGIN IMMEDIATE")
            probe.execute("ROLLBACK")
            return
        except sqlite3.OperationalError:
            process.send_signal(signal.SIGCONT)
            time.sleep(0.003)
        finally:
            probe.close()
    raise AssertionError("The sender held the write lock each time it was stopped.")


def kill_until_done(
    database: Database,
    mailing_id: int,
    recipients: int,
    start: Callable[[], "subprocess.Popen[bytes]"],
    accepted: Callable[[], int],
    *,
    kills: int,
    seed: int,
) -> int:
    """Start senders and kill each after a seeded share of what is left, then let the last one finish.

    Returns how many were really killed at work.
    """
    dice = random.Random(seed)
    done = 0
    for number in range(kills):
        process = start()
        before = accepted()
        target = before + dice.randrange(max(1, (recipients - before) // (kills - number + 1)))
        deadline = time.monotonic() + 60
        while process.poll() is None and accepted() <= target and time.monotonic() < deadline:
            time.sleep(0.001)
        time.sleep(dice.random() * 0.01)
        if process.poll() is None:
            process.send_signal(signal.SIGKILL)
            done += 1
        process.wait()
    for _ in range(5):
        process = start()
        process.wait(120)
        counted = states(database, mailing_id)
        if set(counted) <= {DeliveryState.SENT, DeliveryState.UNCERTAIN}:
            break
        time.sleep(0.1)
    return done


def toll(
    database: Database,
    mailing_id: int,
    recipients: int,
    accepted: Sequence[Accepted],
    kills: int,
    connections: int,
) -> Toll:
    """The count of recipients lost, doubled and uncertain."""
    copies: dict[str, list[Accepted]] = {}
    for message in accepted:
        copies.setdefault(message.recipient, []).append(message)
    uncertain = states(database, mailing_id).get(DeliveryState.UNCERTAIN, 0)
    missing = Counter(address(n) in copies for n in range(1, recipients + 1))[False]
    return Toll(
        kills=kills,
        lost=max(0, missing - uncertain),
        duplicates=sum(len(messages) - 1 for messages in copies.values()),
        changed=sum(message != messages[0] for messages in copies.values() for message in messages[1:]),
        uncertain=uncertain,
        allowed=kills * connections,
    )
