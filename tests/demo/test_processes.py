"""Child processes are ended, whatever happens to the driver."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from digest.demo.problem import DemoError
from digest.demo.processes import ServerProcess
from digest.demo.program import Program


def listening(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def test_a_server_ends_with_its_block(tmp_path: Path) -> None:
    with ServerProcess("digest.demo.smtp_server", [str(tmp_path)]) as server:
        assert listening(server.facts["port"])
    assert server.process.returncode == 0
    assert not listening(server.facts["port"])


def test_a_server_ends_when_the_block_fails(tmp_path: Path) -> None:
    with (
        pytest.raises(ZeroDivisionError),
        ServerProcess("digest.demo.smtp_server", [str(tmp_path)]) as server,
    ):
        raise ZeroDivisionError
    assert server.process.returncode == 0


def test_a_server_ends_when_its_parent_is_killed(tmp_path: Path) -> None:
    parent = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import sys, time; from digest.demo.processes import ServerProcess\n"
            f"server = ServerProcess('digest.demo.smtp_server', [{str(tmp_path)!r}])\n"
            "print(server.facts['port'], flush=True); time.sleep(60)",
        ],
        stdout=subprocess.PIPE,
        cwd=Path(__file__).parents[2],
    )
    assert parent.stdout is not None
    port = int(parent.stdout.readline())
    assert listening(port)
    os.kill(parent.pid, signal.SIGKILL)
    parent.wait()
    parent.stdout.close()
    until = time.monotonic() + 10
    while listening(port) and time.monotonic() < until:
        time.sleep(0.05)
    assert not listening(port)


def test_a_server_that_cannot_start_says_why() -> None:
    with pytest.raises(DemoError, match=r"digest\.demo\.site did not start: .*--now"):
        ServerProcess("digest.demo.site", ["--now", "yesterday"])


def test_a_command_that_fails_is_reported_in_its_own_words(tmp_path: Path) -> None:
    with pytest.raises(DemoError, match=r"`digest issue list` failed: .*digest\.toml"):
        Program(tmp_path)("issue", "list")


def test_settings_of_the_persons_own_installation_do_not_reach_the_demo(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DIGEST_CONFIG", str(tmp_path / "mine.toml"))
    with pytest.raises(DemoError) as error:
        Program(tmp_path)("issue", "list")
    assert "mine.toml" not in error.value.message
