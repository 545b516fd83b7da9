"""A large file is read by another process: the same people arrive, and no kill doubles or loses one."""

import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import func, select

from digest.signing import Signer
from store import Database
from subscribers.importing import ahead
from subscribers.importing import run as importing
from subscribers.importing.ahead import ReaderLost
from subscribers.importing.reading import UnreadableFile
from subscribers.importing.run import Options, examine, import_people
from subscribers.people import find_person, memberships
from subscribers.tables import MailingList, Subscriber, Subscription

ROOT = Path(__file__).resolve().parents[3]
IMPORT = """
import sys
from datetime import datetime
from pathlib import Path
from digest.migrations import tables
from digest.signing import Signer
from store import Database
from subscribers.importing import ahead
from subscribers.importing import run
ahead.WORTH_A_PROCESS, run.BATCH_ROWS, run.TOGETHER = 0, 50, 3
source, columns = run.examine(Path(sys.argv[2]))
run.import_people(
    Database(sys.argv[1]), "weekly", source, columns, run.Options(rejects=Path(sys.argv[3])),
    signer=Signer((("k1", b"a secret of at least sixteen bytes"),)), now=datetime.fromisoformat(sys.argv[4]),
)
"""


@pytest.fixture
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ahead, "WORTH_A_PROCESS", 0)
    monkeypatch.setattr(importing, "BATCH_ROWS", 50)
    monkeypatch.setattr(importing, "TOGETHER", 3)


@pytest.mark.usefixtures("small_batches")
def test_another_process_brings_the_same_people(
    database: Database, weekly: MailingList, file: Callable[..., Path], signer: Signer, now: datetime
) -> None:
    rows = [f'User{n}@Example.com,Ani {n},"a,b",2024-01-{n % 28 + 1:02}\n' for n in range(700)]
    rows[320] = "bad,,,\n"
    rows[640] = rows[17].lower()
    source, columns = examine(file("email,name,tags,created_at\n" + "".join(rows)))
    report = import_people(
        database, "weekly", source, columns, Options(consent="form"), signer=signer, now=now
    )
    assert (report.rows, report.refused[0].line) == (700, 322)
    assert report.counts == {"added": 698, "refused": 1, "duplicates": 1}
    with database.reading() as session:
        person = find_person(session, "user17@example.com")
        (membership,) = memberships(session, person.id)
        assert (person.address, person.name, person.tags) == ("User17@example.com", "Ani 17", ["a", "b"])
        assert membership.subscription.requested_at.day == 18
        assert session.scalar(select(func.count()).select_from(Subscription)) == 698


@pytest.mark.usefixtures("small_batches", "weekly")
def test_a_file_that_breaks_off_is_named_by_the_process_that_reads_it(
    database: Database, file: Callable[..., Path], signer: Signer, now: datetime
) -> None:
    source, columns = examine(
        file("email,name\n" + "a@example.com,b\n" * 60 + f'c@example.com,"{"x" * 2_000_000}')
    )
    with pytest.raises(UnreadableFile, match=r"After line 51 of people\.csv"):
        import_people(database, "weekly", source, columns, Options(), signer=signer, now=now)


@pytest.mark.usefixtures("small_batches", "weekly")
def test_a_reading_process_that_dies_is_told_of(
    database: Database,
    file: Callable[..., Path],
    signer: Signer,
    now: datetime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    source, columns = examine(file("email\n" + "".join(f"user{n}@example.com\n" for n in range(300))))
    monkeypatch.setattr(sys, "executable", "/bin/true")
    with pytest.raises(ReaderLost, match="goes on from there"):
        import_people(database, "weekly", source, columns, Options(), signer=signer, now=now)


@pytest.mark.usefixtures("small_batches", "weekly")
def test_where_no_process_can_be_started_this_one_reads(
    database: Database,
    file: Callable[..., Path],
    signer: Signer,
    now: datetime,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    source, columns = examine(file("email\n" + "".join(f"user{n}@example.com\n" for n in range(300))))
    monkeypatch.setattr(sys, "executable", str(tmp_path / "missing"))
    report = import_people(database, "weekly", source, columns, Options(), signer=signer, now=now)
    assert report.counts == {"added": 300}


@pytest.mark.usefixtures("weekly")
def test_an_import_that_is_killed_goes_on_where_it_was(
    database: Database,
    file: Callable[..., Path],
    signer: Signer,
    now: datetime,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    lines = [f"user{n}@example.com\n" if n % 500 else f"bad{n}\n" for n in range(12_000)]
    path, rejects = file("email\n" + "".join(lines)), tmp_path / "rejects.csv"
    url = database.engine.url.render_as_string(hide_password=False)

    def stored() -> int:
        with database.reading() as session:
            return session.scalar(select(func.count()).select_from(Subscriber)) or 0

    for _ in range(2):
        before = stored()
        process = subprocess.Popen(
            [sys.executable, "-c", IMPORT, url, str(path), str(rejects), now.isoformat()], cwd=ROOT
        )
        for _ in range(1_000):
            if stored() > before or process.poll() is not None:
                break
            time.sleep(0.01)
        process.send_signal(signal.SIGKILL)
        process.wait()
    interrupted = stored()
    assert 0 < interrupted < 11_976
    monkeypatch.setattr(importing, "BATCH_ROWS", 5_000)
    source, columns = examine(path)
    options = Options(rejects=rejects)
    report = import_people(database, "weekly", source, columns, options, signer=signer, now=now)
    assert report.resumed_at > 0
    assert (report.rows, report.counts["added"], report.counts["refused"]) == (12_000, 11_976, 24)
    assert stored() == 11_976
    assert report.counts["duplicates"] == 0
    assert [line.split(",")[0] for line in rejects.read_text().splitlines()[1:]] == [
        f"bad{n}" for n in range(0, 12_000, 500)
    ]
