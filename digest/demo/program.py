"""The program itself, run as a person at a terminal runs it."""

import json
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from digest.demo.problem import DemoError
from digest.demo.processes import environment

LONGEST_SECONDS = 300


class Program:
    """Runs `digest …` in a folder, each command in a process of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._environment = environment()

    def __call__(self, *arguments: str) -> str:
        """Run one command and return what it printed; DemoError with its own words if it fails."""
        process = subprocess.Popen(
            command(arguments),
            cwd=self.folder,
            env=self._environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            start_new_session=True,
        )
        try:
            printed, errors = process.communicate(timeout=LONGEST_SECONDS)
        except BaseException as stopped:
            end(process)
            if isinstance(stopped, subprocess.TimeoutExpired):
                raise DemoError(f"`digest {' '.join(arguments)}` did not end.") from None
            raise
        if process.returncode:
            said = (errors.strip() or printed.strip() or "it said nothing").splitlines()[-1]
            raise DemoError(f"`digest {' '.join(arguments)}` failed: {said.removeprefix('Error: ')}")
        return printed

    def json(self, *arguments: str) -> Any:
        """The JSON document that a command prints with `--json`."""
        return json.loads(self(*arguments, "--json"))

    def start(self, *arguments: str) -> subprocess.Popen[bytes]:
        """Start a command that runs until it is ended."""
        return subprocess.Popen(
            command(arguments),
            cwd=self.folder,
            env=self._environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )


def command(arguments: Sequence[str]) -> list[str]:
    return [sys.executable, "-m", "digest", *arguments]


def end(process: "subprocess.Popen[Any]") -> None:
    """Ask a process to stop as Ctrl-C would, and kill it if it does not within five seconds."""
    if process.poll() is None:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(5)
        except subprocess.TimeoutExpired:
            process.kill()
    process.communicate()
