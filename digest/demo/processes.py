"""Child processes of the demo: started, awaited, and always ended."""

import json
import os
import select
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

from digest.demo.problem import DemoError

START_SECONDS = 30


class ServerProcess:
    """A server module of the demo in its own process; `facts` is what it announced when it was ready.

    Ends with the block: its standard input is closed, which it obeys, and it is killed if it does not.
    """

    def __init__(self, module: str, arguments: Sequence[str]) -> None:
        self.module = module
        # A session of its own: Ctrl-C reaches the driver alone, which then ends its children in order.
        self.process = subprocess.Popen(
            [sys.executable, "-m", module, *arguments],
            env=environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
        try:
            self.facts = self._await_announcement()
        except BaseException:
            self.end()
            raise

    def _await_announcement(self) -> dict[str, Any]:
        assert self.process.stdout is not None
        line = _first_line(self.process.stdout, time.monotonic() + START_SECONDS)
        if not line:
            self.process.kill()
            _, errors = self.process.communicate()
            last = (errors.decode("utf-8", "replace").strip().splitlines() or ["it said nothing"])[-1]
            raise DemoError(f"The demo's server {self.module} did not start: {last}", "Run it again.")
        facts: dict[str, Any] = json.loads(line)
        return facts

    def end(self) -> None:
        for stream in (self.process.stdin, self.process.stdout):
            if stream is not None:
                stream.close()
        try:
            self.process.wait(5)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        if self.process.stderr is not None:
            self.process.stderr.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.end()


def environment() -> dict[str, str]:
    """What child processes are given: this very copy of the program, and no settings of the person's own."""
    outside = {key: value for key, value in os.environ.items() if not key.startswith("DIGEST_")}
    here = str(Path(__file__).parents[2])
    path = os.pathsep.join(filter(None, [here, os.environ.get("PYTHONPATH", "")]))
    return {**outside, "PYTHONUTF8": "1", "NO_COLOR": "1", "PYTHONPATH": path}


def _first_line(stream: IO[bytes], until: float) -> bytes:
    """The first line of a pipe, or nothing if the process ends or the time passes before."""
    line = b""
    while not line.endswith(b"\n"):
        ready, _, _ = select.select([stream], [], [], max(0, until - time.monotonic()))
        part = os.read(stream.fileno(), 4096) if ready else b""
        if not part:
            return b""
        line += part
    return line
