"""Writers of one file are served in turn, and a turn always ends."""

import sqlite3
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from store import Database, turns
from store.turns import Turns


@pytest.fixture
def database(tmp_path: Path) -> Database:
    database = Database(f"sqlite:///{tmp_path / 'digest.sqlite3'}")
    with database.writing() as session:
        session.execute(text("CREATE TABLE note (words TEXT)"))
    return database


def test_a_turn_goes_to_whoever_has_waited_longest() -> None:
    line, served = Turns(), []
    assert line.take(0)

    def wait(number: int) -> None:
        assert line.take(5)
        served.append(number)
        line.pass_on()

    threads = []
    for number in range(4):
        threads.append(threading.Thread(target=wait, args=(number,)))
        threads[-1].start()
        while len(line._waiting) <= number:
            time.sleep(0.001)
    line.pass_on()
    for thread in threads:
        thread.join()
    assert served == [0, 1, 2, 3]


def test_who_waits_too_long_gives_up_and_is_not_served_later() -> None:
    line = Turns()
    assert line.take(0)
    assert not line.take(0.01)
    line.pass_on()
    assert line.take(0)


def test_one_who_writes_without_a_pause_starves_nobody(database: Database) -> None:
    stop = threading.Event()

    def write_on_and_on() -> None:
        while not stop.is_set():
            with database.writing() as session:
                session.execute(text("INSERT INTO note VALUES ('again')"))
                time.sleep(0.002)

    busy = threading.Thread(target=write_on_and_on)
    busy.start()
    try:
        longest = 0.0
        for _ in range(30):
            began = time.monotonic()
            with database.writing() as session:
                session.execute(text("INSERT INTO note VALUES ('mine')"))
            longest = max(longest, time.monotonic() - began)
    finally:
        stop.set()
        busy.join()
    database.close()
    # SQLite's own waiting sleeps up to 0.1 s at a time, in no order; this is two turns and a busy machine.
    assert longest < 0.5


def test_a_failed_transaction_passes_its_turn_on(database: Database) -> None:
    for _ in range(2):
        with pytest.raises(OperationalError), database.writing() as session:
            session.execute(text("INSERT INTO nowhere VALUES (1)"))
    connection = database.writer.connect()
    connection.begin()
    connection.invalidate()  # as after a lost database: the connection is closed, not rolled back
    connection.close()
    with database.writing() as session:
        session.execute(text("INSERT INTO note VALUES ('mine')"))
    database.close()


def test_another_process_is_waited_for(database: Database) -> None:
    script = (
        "import sqlite3, sys, time\n"
        "c = sqlite3.connect(sys.argv[1], isolation_level=None)\n"
        "c.execute('BEGIN IMMEDIATE'); print('mine', flush=True)\n"
        "time.sleep(0.2); c.execute('COMMIT'); c.close()\n"
    )
    file = database.engine.url.database or ""
    other = subprocess.Popen([sys.executable, "-c", script, file], stdout=subprocess.PIPE)
    assert other.stdout is not None
    other.stdout.readline()
    with database.writing() as session:
        session.execute(text("INSERT INTO note VALUES ('mine')"))
    other.communicate()
    database.close()


def test_a_lock_that_stays_is_an_error(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turns, "BUSY_SECONDS", 0)
    other = sqlite3.connect(database.engine.url.database or "", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(OperationalError, match="database is locked"), database.writing() as session:
        session.execute(text("INSERT INTO note VALUES ('mine')"))
    other.execute("COMMIT")
    other.close()
    with database.writing() as session:
        session.execute(text("INSERT INTO note VALUES ('mine')"))
    database.close()
