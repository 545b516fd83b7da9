"""Mail servers that keep nothing, for measuring: Debian's smtp-sink, and `bench/sink.py` with TLS or far away."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

HERE = Path(__file__).resolve().parent


@contextmanager
def smtp_sink(port: int) -> Iterator[int]:
    """Debian's smtp-sink at `port`; it needs a processor of its own."""
    user = ["-u", "nobody"] if os.getuid() == 0 else []
    with _running(["smtp-sink", *user, f"127.0.0.1:{port}", "1000"]):
        yield port


@contextmanager
def own_sink(port: int, folder: Path, *, tls: bool = False, delay: float = 0.0) -> Iterator[int]:
    """Our sink at `port`, which answers after `delay` milliseconds; its certificate is in `folder`."""
    command = [sys.executable, str(HERE / "sink.py"), str(port), "--delay", str(delay)]
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
