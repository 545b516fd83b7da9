"""Run: schedule, sender, webhooks and pages side by side until a signal; each stops by itself, losing nothing."""

import asyncio
import contextlib
import signal
import socket
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from importlib import import_module

import uvicorn
from sqlalchemy.exc import DBAPIError

from digest.actions.context import Context
from digest.actions.deliver import sender, settle
from digest.actions.forget import forget
from digest.actions.listening import listen, web_config
from digest.actions.tick import tick
from digest.actions.webhook_out import Telling
from digest.problem import Problem
from outbox.collecting import SENDING, WITH_PAGES, rare_collections, short_turns
from outbox.running import on_loop
from outbox.sender import Sender

WAKE_SECONDS = 15.0
"""How often the scheduler looks; a slot is at most so late."""

FORGET_EVERY = timedelta(days=1)
"""How often what is past its time is forgotten."""

RETRY_SECONDS = 60.0
"""How long after a dead relay the sender tries again by itself."""


class Runner:
    """One process of `digest run` or `digest worker`. `say` gets one sentence for each thing worth telling.

    Any number of them work on one database: a shard, a webhook's batch and a slot of a schedule belong to
    whoever takes them first.
    """

    def __init__(self, context: Context, say: Callable[[str], None]) -> None:
        self._context = context
        self._say = say
        self._stop = asyncio.Event()
        self._sender: Sender | None = None
        self._telling: Telling | None = None
        self._forgot: datetime | None = None

    def once(self) -> None:
        """Deal with what is due, send what is due, and return."""
        self._tick()
        with short_turns(), rare_collections():
            on_loop(self._send_once())
        self._settle()
        on_loop(Telling(self._context, self._say).once())

    def forever(self, app: str | None, *, schedule: bool = True) -> None:
        """Until SIGINT or SIGTERM; `app` is the import string of the pages, None for none.

        Without `schedule` it builds and publishes nothing by itself, and forgets nothing.

        On the loop and with the collector of a sender, which is what most of the work is for; where pages
        are served, garbage is looked at as often as `digest serve` does, since requests make some.
        """
        if app is not None:
            import_module(app.partition(":")[0])  # before the collector is told that what is there stays
        with short_turns(), rare_collections(SENDING if app is None else WITH_PAGES):
            on_loop(self._side_by_side(app, schedule))

    async def _side_by_side(self, app: str | None, schedule: bool) -> None:
        at = self._context.settings.web
        listening = listen(at) if app is not None else None
        self._telling = Telling(self._context, self._say)
        jobs = [self._keep_time(schedule), self._keep_sending(), self._telling.forever()]
        if app is not None and listening is not None:
            jobs.append(self._serve(app, listening))
        with self._signals():
            pages = f" Pages: http://{at.host}:{at.port}" if listening else ""
            self._say(f"{'Scheduler and sender are' if schedule else 'The sender is'} running.{pages}")
            async with asyncio.TaskGroup() as group:
                for job in jobs:
                    group.create_task(job)

    @contextlib.contextmanager
    def _signals(self) -> Iterator[None]:
        """SIGINT and SIGTERM stop us in order, as long as the block lasts."""
        loop, heard = asyncio.get_running_loop(), []
        for number in (signal.SIGINT, signal.SIGTERM):
            with contextlib.suppress(NotImplementedError):
                loop.add_signal_handler(number, self.stop)
                heard.append(number)
        try:
            yield
        finally:
            for number in heard:
                loop.remove_signal_handler(number)

    def stop(self) -> None:
        """Finish what is in flight and end."""
        self._stop.set()
        if self._telling is not None:
            self._telling.stop()
        if self._sender is not None:
            self._sender.stop()

    async def _keep_time(self, schedule: bool) -> None:
        """What a database that is away or locked keeps from being done is done when we wake next."""
        while not self._stop.is_set():
            try:
                if schedule:
                    await asyncio.to_thread(self._tick)
                    await asyncio.to_thread(self._forget)
                await asyncio.to_thread(self._settle)
            except DBAPIError as error:
                reason = str(error.orig).partition("\n")[0]
                self._say(f"The database does not answer: {reason}. It is asked again.")
            await self._sleep(WAKE_SECONDS)

    async def _keep_sending(self) -> None:
        """A dead relay pauses the mailings with its reason; they go on when somebody resumes them."""
        while not self._stop.is_set():
            self._sender = sender(self._context)
            if self._stop.is_set():
                return
            try:
                await self._sender.run(forever=True)
            except Problem as problem:
                self._say(f"Sending stopped: {problem}")
                await self._sleep(RETRY_SECONDS)

    async def _send_once(self) -> None:
        try:
            await sender(self._context).run()
        except Problem as problem:
            self._say(f"Sending stopped: {problem}")

    async def _serve(self, app: str, listening: socket.socket) -> None:
        server = _Server(web_config(self._context.settings.web, app))
        serving = asyncio.create_task(server.serve(sockets=[listening]))
        await self._stop.wait()
        server.should_exit = True
        await serving

    async def _sleep(self, seconds: float) -> None:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._stop.wait(), seconds)

    def _tick(self) -> None:
        try:
            for happened in tick(self._context, datetime.now(UTC)):
                self._say(
                    f"{happened.newsletter}: {happened.sentence}"
                    if happened.newsletter
                    else happened.sentence
                )
        except Problem as problem:
            self._say(str(problem))

    def _forget(self) -> None:
        """Once a day: sign-ups that nobody confirmed, and reports and activity older than their time."""
        now = datetime.now(UTC)
        if self._forgot is not None and now - self._forgot < FORGET_EVERY:
            return
        self._forgot = now
        with self._context.database.writing() as session:
            counts = forget(session, now=now)
        told = ", ".join(f"{count:,} {kind}" for kind, count in counts.items() if count)
        if told:
            self._say(f"Forgotten, as the rules of retention say: {told}.")

    def _settle(self) -> None:
        for name in settle(self._context, datetime.now(UTC)):
            self._say(f"{name} is sent.")


class _Server(uvicorn.Server):
    """A web server that leaves the signals to us, since the sender must be drained too."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield
