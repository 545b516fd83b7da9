"""Signing beside the event loop: messages are signed while others are committed, encrypted and sent.

An RSA signature takes longer than all else that happens to a message, and `cryptography` lets other threads
run meanwhile (docs/decisions/0052-signed-beside-the-loop.md).
"""

import asyncio
import queue
import threading
from collections.abc import Callable, Sequence
from types import TracebackType

from outbox.dkim import Draft

THREADS = 2
"""One signs while the other waits for its turn at the interpreter; more than two have nothing to do."""


class Signature:
    """The DKIM-Signature fields of one message, which are being made."""

    __slots__ = ("_drafts", "_loop", "_result", "_told")

    def __init__(self, drafts: Sequence[Draft], loop: asyncio.AbstractEventLoop) -> None:
        self._drafts = drafts
        self._loop = loop
        self._result: bytes | Exception | None = None
        self._told: Callable[[bytes | Exception], None] | None = None

    def then(self, told: Callable[[bytes | Exception], None]) -> None:
        """Call `told` on the event loop, at once if they are there, with the fields or why there are none."""
        self._told = told
        if self._result is not None:
            self._tell()

    def make(self) -> None:
        """Do the work, in the thread that calls it; asked once."""
        try:
            self._result = b"".join([draft.signed() for draft in self._drafts])
        except Exception as error:
            self._result = error
        # After the result is there. `then` looks in the other order, so one of us sees both.
        if self._told is not None:
            self._loop.call_soon_threadsafe(self._tell)

    def _tell(self) -> None:
        told, self._told = self._told, None
        if told is not None and self._result is not None:
            told(self._result)


class SigningThreads:
    """The threads that sign for one event loop; they start with the first message, and end with the block."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._queue: queue.SimpleQueue[Signature | None] = queue.SimpleQueue()
        self._threads: list[threading.Thread] = []

    def __enter__(self) -> "SigningThreads":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for _ in self._threads:
            self._queue.put(None)
        for thread in self._threads:
            thread.join()

    def sign(self, drafts: Sequence[Draft]) -> Signature:
        """The signatures of a message, begun."""
        if not self._threads:
            self._start()
        signature = Signature(drafts, self._loop)
        self._queue.put(signature)
        return signature

    def _start(self) -> None:
        for number in range(THREADS):
            thread = threading.Thread(target=self._run, name=f"outbox-signing-{number}", daemon=True)
            self._threads.append(thread)
            thread.start()

    def _run(self) -> None:
        while (signature := self._queue.get()) is not None:
            signature.make()
