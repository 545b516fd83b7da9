"""The log says what became of whom, without saying who, unless asked."""

import logging
import re
import stat
from pathlib import Path

import pytest

from digest.actions.logs import logged
from digest.problem import Problem
from digest.signing import Signer
from store import Database
from tests.outbox.servers import FaultServer
from tests.outbox.world import address, handed_over, relay, send

SIGNER = Signer((("k1", b"a secret of at least sixteen bytes"),))
LINE = re.compile(
    r"at=\S+ level=info mailing=1 delivery=\d+ domain=example\.org state=failed code=550 stage=rcpt recipient=(\S+)"
)


def refused(database: Database, file: Path, *, addresses: bool = False) -> list[str]:
    number = handed_over(database, 5)
    server = FaultServer(lambda stage, to, _: 550 if stage == "rcpt" and to != address(1) else None)
    with server.running(), logged(SIGNER, file, addresses=addresses):
        send(database, number, relay(server.port))
    return file.read_text().splitlines()


def test_addresses_are_keyed_hashes(sqlite_database: Database, tmp_path: Path) -> None:
    file = tmp_path / "digest.log"
    lines = refused(sqlite_database, file)
    found = [match[1] for line in lines if (match := LINE.fullmatch(line))]
    assert len(found) == len(lines) == 4
    assert set(found) == {SIGNER.digest("log", address(n)).hex()[:16] for n in range(2, 6)}
    assert "@" not in file.read_text()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_addresses_stand_in_it_when_asked_for(sqlite_database: Database, tmp_path: Path) -> None:
    lines = refused(sqlite_database, tmp_path / "digest.log", addresses=True)
    assert {line.rpartition("=")[2] for line in lines} == {address(n) for n in range(2, 6)}


def test_afterwards_the_logger_is_as_before(tmp_path: Path) -> None:
    logger = logging.getLogger("outbox")
    before = (logger.level, list(logger.handlers))
    with logged(SIGNER, tmp_path / "digest.log"):
        assert logger.level == logging.INFO
    assert (logger.level, list(logger.handlers)) == before


def test_a_log_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    with pytest.raises(Problem, match="cannot be written"), logged(SIGNER, tmp_path / "no" / "folder"):
        pass
