"""One process for schedule, sender and pages: on the sender's loop, and in order to its end."""

import asyncio
import gc
import os
import signal
import socket
import sys
import threading
import time
from datetime import UTC, datetime, timedelta
from urllib.error import URLError
from urllib.request import urlopen

import pytest
from sqlalchemy import select, text
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from digest.actions import run
from digest.actions.build import build
from digest.actions.context import Context
from digest.actions.publish import approve, publish
from digest.actions.run import Runner
from digest.actions.tick import Happened
from digest.issues import Issue, IssueState, Newsletter
from digest.problem import Problem
from outbox.collecting import WITH_PAGES
from tests.actions.conftest import NOW, Mailbox

PAGES = "tests.actions.test_run:pages"


async def _circumstances(request: Request) -> PlainTextResponse:
    loop = type(asyncio.get_running_loop()).__module__.partition(".")[0]
    return PlainTextResponse(f"{loop} {sys.getswitchinterval()} {gc.get_threshold()}")


def pages() -> Starlette:
    return Starlette(routes=[Route("/", _circumstances)])


def serving_at(context: Context, port: int) -> Context:
    web = context.settings.web.model_copy(update={"port": port})
    return Context(context.settings.model_copy(update={"web": web}), context.database, context.signer)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return int(listening.getsockname()[1])


def test_pages_are_served_on_the_senders_loop_until_a_signal_and_all_is_as_before(context: Context) -> None:
    before = gc.get_threshold(), sys.getswitchinterval()
    port, answers, said = free_port(), [], []

    def visit() -> None:
        deadline = time.monotonic() + 20
        while not answers and time.monotonic() < deadline:
            try:
                with urlopen(f"http://127.0.0.1:{port}/", timeout=5) as page:
                    answers.append(page.read().decode())
            except URLError:
                time.sleep(0.02)
        os.kill(os.getpid(), signal.SIGTERM)

    visitor = threading.Thread(target=visit)
    runner = Runner(serving_at(context, port), said.append)
    visitor.start()
    runner.forever(PAGES)
    visitor.join()
    loop = "uvloop" if sys.platform != "win32" else "asyncio"
    assert answers == [f"{loop} 0.0005 {WITH_PAGES}"]
    assert said[0] == f"Scheduler and sender are running. Pages: http://127.0.0.1:{port}"
    assert (gc.get_threshold(), sys.getswitchinterval()) == before
    assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL
    with pytest.raises(URLError):
        urlopen(f"http://127.0.0.1:{port}/", timeout=5)


def test_a_port_that_is_taken_is_said_before_anything_runs(context: Context) -> None:
    said: list[str] = []
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(Problem, match=f"cannot be served on 127.0.0.1:{port}"):
            Runner(serving_at(context, port), said.append).forever(PAGES)
    assert said == []


def test_a_database_that_refuses_ends_nothing(context: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "WAKE_SECONDS", 0.05)
    ticks: list[datetime] = []
    said: list[str] = []

    def tick(context: Context, now: datetime) -> list[Happened]:
        ticks.append(now)
        if len(ticks) == 1:
            with context.database.reading() as session:
                session.execute(text("SELECT 1 FROM nowhere"))
        os.kill(os.getpid(), signal.SIGTERM)
        return []

    monkeypatch.setattr(run, "tick", tick)
    Runner(context, said.append).forever(None)
    assert len(ticks) == 2
    assert [one for one in said if one.startswith("The database does not answer:") and "nowhere" in one]


def test_a_worker_sends_and_settles_but_keeps_no_schedule(
    context: Context, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run, "WAKE_SECONDS", 0.1)
    build(context, "weekly", now=NOW)
    approve(context, "weekly", "the editor", NOW)
    publish(context, "weekly", datetime.now(UTC))
    hour = datetime.now(UTC) - timedelta(minutes=10)
    with context.database.writing() as session:
        newsletter = session.scalars(select(Newsletter)).one()
        newsletter.schedule, newsletter.timezone = f"{hour.minute} {hour.hour} * * *", "UTC"
        newsletter.automatic, newsletter.slot_settled = True, hour - timedelta(hours=1)

    def states() -> list[str]:
        with context.database.reading() as session:
            return list(session.scalars(select(Issue.state).order_by(Issue.id)))

    def wait() -> None:
        deadline = time.monotonic() + 20
        while states() != [IssueState.SENT] and time.monotonic() < deadline:
            time.sleep(0.05)
        os.kill(os.getpid(), signal.SIGTERM)

    waiter = threading.Thread(target=wait)
    said: list[str] = []
    waiter.start()
    Runner(context, said.append).forever(None, schedule=False)
    waiter.join()
    assert states() == [IssueState.SENT], "a worker built what the schedule wants"
    assert said == ["The sender is running.", "The Weekly No. 1 is sent."]
    assert sorted(mailbox.recipients()) == ["ani@example.org", "bob@example.org", "zoë.b@example.org"]
