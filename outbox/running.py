"""Running a sender to its end from synchronous code: its event loop, and the signals that stop it."""

import asyncio
import signal
import threading
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from outbox.collecting import rare_collections, short_turns
from outbox.sender import Sender

T = TypeVar("T")


def run_sender(sender: Sender, mailing_id: int | None = None, *, forever: bool = False) -> None:
    """Run `sender` until nothing is due; raises what `Sender.run` raises.

    SIGINT and SIGTERM let what is in flight finish, then it returns; a second one gives up waiting,
    and what was in flight is looked at when a sender starts next. In a thread that is not the main one
    there are no signals, and `Sender.stop` is what stops it.
    """
    with short_turns(), rare_collections():
        on_loop(_until_stopped(sender, mailing_id, forever))


def on_loop(work: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine on uvloop where it exists."""
    with asyncio.Runner(loop_factory=_loop_factory()) as runner:
        return runner.run(work)


async def _until_stopped(sender: Sender, mailing_id: int | None, forever: bool) -> None:
    loop = asyncio.get_running_loop()
    running = asyncio.create_task(sender.run(mailing_id, forever=forever))
    asked = False

    def stop() -> None:
        nonlocal asked
        if asked:
            running.cancel()
        asked = True
        sender.stop()

    main = threading.current_thread() is threading.main_thread()
    numbers = (signal.SIGINT, signal.SIGTERM) if main else ()
    for number in numbers:
        loop.add_signal_handler(number, stop)
    try:
        await running
    except asyncio.CancelledError:
        if not asked:
            raise
    finally:
        for number in numbers:
            loop.remove_signal_handler(number)


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    try:
        import uvloop
    except ModuleNotFoundError:
        return None
    factory: Callable[[], asyncio.AbstractEventLoop] = uvloop.new_event_loop
    return factory
