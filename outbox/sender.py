"""The sender: delivers what is due in the outbox, and stops without losing any.

One event loop, one thread for the ledger, two that sign. What goes wrong with a recipient stays with that
recipient; what goes wrong with every relay pauses the mailings with one sentence and fails nobody.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace

from outbox.dkim import DkimSigner
from outbox.envelope import Composer
from outbox.ledger import Ledger
from outbox.options import Progress, SenderOptions
from outbox.owner import new_owner
from outbox.problem import RelayError
from outbox.protocols import Bounced, Gate, Personal
from outbox.relay import Relay
from outbox.returns import ReturnPaths
from outbox.run import Run, Stop
from outbox.signing import SigningThreads
from store import Database

__all__ = ["Progress", "Sender", "SenderOptions"]


class Sender:
    """Sends what is due in the outbox. One object is one run."""

    def __init__(
        self,
        database: Database,
        relays: Sequence[Relay],
        *,
        gate: Gate,
        personal: Personal,
        return_paths: ReturnPaths,
        bounced: Bounced | None = None,
        dkim: DkimSigner | None = None,
        options: SenderOptions | None = None,
        progress: Callable[[Progress], None] | None = None,
    ) -> None:
        if not relays:
            raise RelayError("There is no relay to send through.", "Set [smtp] url in the settings.")
        self._database = database
        self._relays = relays
        self._gate = gate
        self._bounced = bounced
        self._composer = Composer(return_paths, personal, dkim)
        self._options = options or SenderOptions()
        self._progress = progress
        self._stop = Stop()
        self._loop: asyncio.AbstractEventLoop | None = None

    @property
    def stopped(self) -> bool:
        """Whether somebody asked it to stop."""
        return self._stop.asked

    def stop(self) -> None:
        """Finish what is in flight, give the rest back and return from `run`. Any thread may call it."""
        self._stop.asked = True
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._stop.changed.set)

    async def run(self, mailing_id: int | None = None, *, forever: bool = False) -> None:
        """Send what is due, of one mailing or of all; `forever` waits for more instead of returning.

        Without `forever` it returns when nothing is due now, or the plan allows no more for today:
        deferred deliveries then wait for a later run. Raises RelayError when every relay is dead (the
        mailings are then paused with that reason), and OutboxError when the database refuses for too long.
        """
        self._loop = asyncio.get_running_loop()
        ledger = Ledger(self._database, new_owner(), self._gate, self._bounced, self._options.ledger_patience)
        with SigningThreads() as signing:
            run = Run(
                ledger,
                self._relays,
                replace(self._composer, signing=signing),
                self._options,
                self._stop,
                mailing_id=mailing_id,
                forever=forever,
                progress=self._progress,
            )
            try:
                await run.work()
            finally:
                await run.wind_down()
                await ledger.close()
        for error in (ledger.failed, run.crash, None if self.stopped else run.dead):
            if error is not None:
                raise error
