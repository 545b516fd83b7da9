"""The public pages under load. Needs Debian's wrk; smtp-sink (package postfix) to send meanwhile.

    python bench/web.py [--people N] [--seconds S] [--only sqlite|postgresql] [--requests N] [--alone]

On a list of N people (1,000,000), on both databases, with `digest serve` in a process of its own:
one-click POSTs while an issue is being sent, the archive's page, sign-ups, and the memory at the end.
Beside each rate stands what a request costs the pages' process, which a busy machine does not change.
"""

import argparse
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from datetime import UTC, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench.web_load import ONE_CLICK, SIGN_UP, load, memory, processor_seconds
from bench.web_people import KEY, database_url, fill, opened, write_tokens
from digest.actions.context import Context
from digest.actions.deliver import sender
from digest.actions.publish import publish
from outbox.running import run_sender

TO_REACH = {"one-click": 500, "archive": 1500, "sign-up": 300}
"""The fewest requests a second that issue 8 asks for."""

SIGN_UP_SECONDS = 5
"""The queue takes 10,000 sign-ups that nobody has looked at, and refuses (429) what comes beyond: at a
thousand a second, with the second before, that is as long as one can ask without meeting the limit."""


def main() -> None:
    arguments = _arguments()
    if arguments.send:
        context = opened(Path(arguments.send))
        run_sender(sender(context), int(arguments.mailing))  # as `digest issue send` does
        return
    if shutil.which("wrk") is None:
        sys.exit("This needs wrk: apt-get install wrk.")
    for kind in [arguments.only] if arguments.only else ["sqlite", "postgresql"]:
        with (
            tempfile.TemporaryDirectory(prefix="digest-web-") as folder,
            database_url(kind, Path(folder)) as url,
        ):
            measure(kind, url, Path(folder), arguments)


def measure(kind: str, url: str, folder: Path, arguments: argparse.Namespace) -> None:
    """Fill a database, serve from it, and print one line for each figure."""
    config, port = folder / "digest.toml", free_port()
    sink = shutil.which("smtp-sink")
    relay = f"smtp://127.0.0.1:{free_port()}" if sink else "folder:mail/"
    config.write_text(
        f'database = "{url}"\nkeys = ["{KEY}"]\npublic_url = "http://127.0.0.1:{port}"\n'
        f'[smtp]\nurl = "{relay}"\nstarttls = "never"\n[web]\nport = {port}\ntrusted_proxies = ["127.0.0.1"]\n',
        "utf-8",
    )
    config.chmod(0o600)
    context = opened(config)
    started = time.perf_counter()
    fill(context, kind, arguments.people)
    print(f"{kind}: {arguments.people:,} people in {time.perf_counter() - started:.1f} s", flush=True)
    write_tokens(context, arguments.people, folder / "tokens")
    (folder / "one-click.lua").write_text(ONE_CLICK % (folder / "tokens"))
    (folder / "sign-up.lua").write_text(SIGN_UP)
    base = f"http://127.0.0.1:{port}"
    with child(["-m", "digest", "--config", str(config), "serve"]) as web:
        wait_for(port)
        asked = 0
        with nullcontext() if arguments.alone else sending(context, config, sink, relay):
            asked += ask(f"{base}/u/", "one-click", folder / "one-click.lua", arguments.seconds, web.pid)
        asked += ask(f"{base}/a/weekly", "archive", None, arguments.seconds, web.pid)
        briefly = min(arguments.seconds, SIGN_UP_SECONDS)
        asked += ask(f"{base}/subscribe", "sign-up", folder / "sign-up.lua", briefly, web.pid)
        while asked < arguments.requests:
            asked += load(f"{base}/a/weekly", None, arguments.seconds).requests
        print(
            f"  memory after {asked:,} requests: {memory(web.pid):.0f} MB (to reach: at most 120)", flush=True
        )
    context.database.close()


def ask(url: str, name: str, script: Path | None, seconds: int, process: int) -> int:
    """Load one kind of page, print what was measured, and say how many requests there were.

    A second goes before it that is not counted: sustained is what is asked, not how a process wakes up.
    """
    load(url, script, 1)
    before = processor_seconds(process)
    found = load(url, script, seconds)
    cost = (processor_seconds(process) - before) / max(1, found.requests) * 1000
    wrong = f", {found.refused} refused" if found.refused else ""
    print(
        f"  {name}: {found.rate:,.0f} a second, p99 {found.p99}, {cost:.2f} ms of processor each{wrong}"
        f" (to reach: {TO_REACH[name]:,})",
        flush=True,
    )
    return found.requests


@contextmanager
def sending(context: Context, config: Path, sink: str | None, relay: str) -> Iterator[None]:
    """An issue on its way to everybody, from a process of its own, to a server that throws mail away."""
    (mailing,) = publish(context, "weekly/1", datetime.now(UTC)).mailings
    servers = [subprocess.Popen([sink, "-u", "nobody", relay.removeprefix("smtp://"), "256"])] if sink else []
    if not sink:
        print("  (without smtp-sink: the mails are written to a folder)")
    with child([__file__, "--send", str(config), "--mailing", str(mailing)]):
        time.sleep(2)
        yield
    for server in servers:
        server.terminate()
        server.wait()


@contextmanager
def child(arguments: list[str]) -> Iterator[subprocess.Popen[bytes]]:
    """Python in a process of its own, ended with the block."""
    process = subprocess.Popen([sys.executable, *arguments])
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def free_port() -> int:
    """A port that nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(port: int) -> None:
    """Until something listens there."""
    for _ in range(300):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    sys.exit("The pages did not start.")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--people", type=int, default=int(os.environ.get("DIGEST_BENCH_PEOPLE", "1000000")))
    parser.add_argument("--seconds", type=int, default=10)
    parser.add_argument("--requests", type=int, default=100_000, help="before the memory is looked at")
    parser.add_argument("--only", choices=["sqlite", "postgresql"])
    parser.add_argument("--alone", action="store_true", help="send no issue meanwhile")
    for hidden in ("--send", "--mailing"):
        parser.add_argument(hidden, help=argparse.SUPPRESS)
    return parser.parse_args()


if __name__ == "__main__":
    main()
