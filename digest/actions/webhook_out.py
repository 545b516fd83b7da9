"""Webhooks out: queued messages are signed and sent, beside everything else, until they are taken or given up."""

import asyncio
import contextlib
import os
import random
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from http.cookiejar import CookieJar, DefaultCookiePolicy
from types import TracebackType
from typing import Any, Self

import httpx2
from anyio import CapacityLimiter, to_thread
from sqlalchemy.exc import DBAPIError

from digest import __version__
from digest.actions.context import Context
from digest.problem import Problem
from digest.sources.address import PinnedTransport, Reach, Resolver, system_resolver
from digest.sources.errors import SourceError
from digest.webhooks import endpoints, events, queue, signing
from digest.webhooks.queue import Answer, Due
from digest.webhooks.tables import WebhookEndpoint

SECONDS = 15.0
"""How long a receiver may take to answer."""
BATCH_SECONDS = 300.0
"""After so long the rest of an endpoint's batch is given back, well before its lease ends."""
WAKE_SECONDS = 5.0
_AT_ONCE = 20


def secret_of(context: Context, endpoint: WebhookEndpoint) -> bytes:
    """The secret that an endpoint's messages are signed with; SecretError when its variable is not set."""
    if endpoint.secret_variable is None:
        return context.signer.digest("webhook", endpoint.salt)
    text = os.environ.get(endpoint.secret_variable)
    if not text:
        raise signing.SecretError(
            f"The environment has no variable {endpoint.secret_variable}, the secret of webhook {endpoint.id}.",
            "Set it where `digest run` starts.",
        )
    return signing.read(text)


class Poster:
    """An HTTP client that may be pointed at addresses strangers chose, for messages of ours.

    Every address of a name must be public (or the settings allow private networks) and is connected to as
    checked; nothing is followed, kept or read but the status. Use it as `async with`.
    """

    def __init__(
        self, private_networks: bool, *, resolve: Resolver = system_resolver, seconds: float = SECONDS
    ) -> None:
        self._seconds = seconds
        self._client = httpx2.AsyncClient(
            transport=PinnedTransport(
                Reach(private_networks), resolve, ssl.create_default_context(), _AT_ONCE
            ),
            headers={"User-Agent": f"Digest/{__version__} (webhooks)", "Content-Type": "application/json"},
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
            timeout=httpx2.Timeout(seconds, pool=None),
            follow_redirects=False,
            trust_env=False,
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._client.aclose()

    async def post(self, url: str, body: str, headers: dict[str, str]) -> Answer:
        """One try, within the time that there is; what goes wrong is the answer, in words without the address."""
        try:
            async with asyncio.timeout(self._seconds):
                async with self._client.stream(
                    "POST", url, content=body.encode(), headers=headers
                ) as response:
                    status = response.status_code
        except (TimeoutError, httpx2.TimeoutException):
            return Answer(None, f"no answer within {self._seconds:g} s")
        except SourceError as refused:
            return Answer(None, refused.message)
        except (httpx2.HTTPError, httpx2.InvalidURL, OSError, ValueError) as error:
            what = str(error) if "certificate" in str(error) else type(error).__name__
            return Answer(None, f"it cannot be reached ({what[:200]})")
        return Answer(status, "" if 200 <= status < 300 else f"answered {status}")


class Telling:
    """Sends what is due until stopped: each endpoint in turn by itself, so that a slow one delays no other."""

    def __init__(
        self,
        context: Context,
        say: Callable[[str], None] = lambda sentence: None,
        *,
        poster: Poster | None = None,
        door: CapacityLimiter | None = None,
    ) -> None:
        self._context = context
        self._say = say
        self._poster = poster or Poster(context.settings.fetch.allow_private_networks)
        self._door = door
        self._stopped = asyncio.Event()
        self._running: dict[int, asyncio.Task[None]] = {}

    def stop(self) -> None:
        """End after the tries in hand."""
        self._stopped.set()

    async def forever(self) -> None:
        """Until `stop`. A database that is away or busy is asked again."""
        async with self._poster:
            while not self._stopped.is_set():
                busy = False
                with contextlib.suppress(DBAPIError):
                    busy = await self._begin()
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._stopped.wait(), 0.2 if busy else WAKE_SECONDS)
            await asyncio.gather(*self._running.values())

    async def once(self) -> None:
        """Try everything that is due now, once."""
        async with self._poster:
            while await self._begin():
                await asyncio.gather(*self._running.values())

    async def _begin(self) -> bool:
        """Start a batch for each endpoint that has something due and none in hand; whether there was one."""
        self._running = {number: task for number, task in self._running.items() if not task.done()}
        claimed = await self._in_thread(_claim, self._context, _now(), frozenset(self._running))
        for number, batch in claimed.items():
            self._running[number] = asyncio.create_task(self._tell(batch))
        return bool(claimed)

    async def _tell(self, batch: list[Due]) -> None:
        loop = asyncio.get_running_loop()
        end = loop.time() + BATCH_SECONDS
        for place, due in enumerate(batch):
            answer = await self._try(due)
            with contextlib.suppress(
                DBAPIError
            ):  # then its lease ends, and it is tried again with the same id
                await self._in_thread(_settle, self._context, due, answer)
            if not answer.taken:
                self._say(f"Webhook {due.endpoint_id} ({endpoints.host(due.url)}): {answer.trouble}.")
            if not answer.taken or self._stopped.is_set() or loop.time() > end:
                with contextlib.suppress(DBAPIError):
                    await self._in_thread(_give_back, self._context, batch[place + 1 :])
                return

    async def _try(self, due: Due) -> Answer:
        try:
            secret = await self._in_thread(_secret, self._context, due.endpoint_id)
        except Problem as problem:
            return Answer(None, problem.message)
        headers = signing.headers(secret, due.uid, due.body, int(_now().timestamp()))
        return await self._poster.post(due.url, due.body, headers)

    async def _in_thread(self, act: Callable[..., object], *args: object) -> Any:
        return await to_thread.run_sync(act, *args, limiter=self._door)


@dataclass(frozen=True)
class TriedOut:
    """What a test message came to."""

    host: str
    answer: Answer


def try_out(context: Context, number: int, now: datetime) -> TriedOut:
    """Send one message to an endpoint at once; nothing is queued or counted. EndpointError, SecretError."""
    with context.database.reading() as session:
        endpoint = endpoints.find(session, number)
        secret, url = secret_of(context, endpoint), endpoint.url
    body = events.body(events.TEST, now, {"webhook": number})
    headers = signing.headers(secret, f"msg_test{int(now.timestamp()):x}", body, int(now.timestamp()))

    async def post() -> Answer:
        async with Poster(context.settings.fetch.allow_private_networks) as client:
            return await client.post(url, body, headers)

    return TriedOut(endpoints.host(url), asyncio.run(post()))


def _claim(context: Context, now: datetime, without: frozenset[int]) -> dict[int, list[Due]]:
    # Asked first, so that those who write need not wait for somebody who finds nothing.
    with context.database.reading() as session:
        if not queue.ready(session, now, without=without):
            return {}
    with context.database.writing() as session:
        return queue.claim(session, now, without=without)


def _settle(context: Context, due: Due, answer: Answer) -> None:
    with context.database.writing() as session:
        # Chance only spreads the tries of many installations; nothing secret hangs on it.
        queue.settle(session, due, answer, _now(), random.random())


def _give_back(context: Context, rest: list[Due]) -> None:
    if rest:
        with context.database.writing() as session:
            queue.give_back(session, rest, _now())


def _secret(context: Context, number: int) -> bytes:
    with context.database.reading() as session:
        return secret_of(context, endpoints.find(session, number))


def _now() -> datetime:
    return datetime.now(UTC)
