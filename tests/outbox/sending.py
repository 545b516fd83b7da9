"""A sender in a process of its own, to be killed, called with DATABASE PORT MAILING CONNECTIONS.

SENDING_LEASE shortens the lease to so many seconds; SENDING_CLOCK names a file with the seconds by which
the clock is off.
"""

import os
import sys
import time
from datetime import datetime, timedelta, tzinfo
from pathlib import Path

from outbox import claims, clock
from outbox.problem import OutboxError
from outbox.running import run_sender
from store import Database
from tests.outbox.world import relay, sender


def main(url: str, port: int, mailing_id: int, connections: int) -> None:
    database = Database(url)
    try:
        run_sender(sender(database, relay(port, connections=connections)), mailing_id)
    except OutboxError as error:
        sys.exit(f"Error: {error}")
    finally:
        database.close()


def _off() -> float:
    return float(Path(os.environ["SENDING_CLOCK"]).read_text() or 0)


class Shifted(datetime):
    """The time of day by a clock that is off."""

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> datetime:
        return datetime.now(tz) + timedelta(seconds=_off())


def set_clock() -> None:
    """Let every module of the outbox read the clock that is off."""
    clock.steady = clock.SteadyClock(lambda: time.time() + _off())
    for name, module in list(sys.modules.items()):
        if name.startswith("outbox.") and getattr(module, "datetime", None) is datetime:
            module.datetime = Shifted  # type: ignore[attr-defined]


if __name__ == "__main__":
    if "SENDING_LEASE" in os.environ:
        claims.LEASE = timedelta(seconds=float(os.environ["SENDING_LEASE"]))
    if "SENDING_CLOCK" in os.environ:
        set_clock()
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4]))
