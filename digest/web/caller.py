"""Who asks, who answers later, and the queue at the database's door."""

from collections.abc import Callable
from typing import TypeVar

import anyio
from anyio import to_thread
from starlette.requests import Request

from digest.actions.context import Context

R = TypeVar("R")
POSTGRESQL_WRITERS = 8


def writers(context: Context) -> anyio.CapacityLimiter:
    """How many requests of this process may write at a time.

    SQLite has one writer; threads that wait for it sleep longer and longer and are served in no order, so
    they wait here instead, in the order in which they came.
    """
    return anyio.CapacityLimiter(1 if context.database.is_sqlite else POSTGRESQL_WRITERS)


async def written(request: Request, act: Callable[..., R], *args: object) -> R:
    """Do what writes to the database, in a thread, when it is this request's turn."""
    limiter: anyio.CapacityLimiter = request.app.state.writers
    return await to_thread.run_sync(act, *args, limiter=limiter)


def caller(request: Request) -> str:
    """The caller's IP address.

    It is that of the connection, unless the connection comes from a proxy that the settings trust: then
    uvicorn has put the address that the proxy names in its place (see `digest.actions.listening.web_config`).
    """
    return request.client.host if request.client else ""


def wake(request: Request) -> None:
    """Tell the one who answers sign-ups in this process, if there is one, that something was queued."""
    answering = getattr(request.app.state, "answering", None)
    if answering is not None:
        answering.wake()
