"""A folder instead of a relay: each message becomes a file, through the same ledger.

A file is named after its delivery, so a message that is sent again after a crash replaces itself.
"""

import asyncio
from pathlib import Path

from outbox.dispatch import Courier, Dispatch
from outbox.problem import RelayError
from outbox.replies import End, Result


async def write_messages(folder: Path, courier: Courier) -> None:
    """Write the courier's messages until it has no more; RelayError when the folder cannot be written to."""
    while (dispatch := courier.take()) is not None:
        held: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        courier.intend(dispatch, lambda _, holds, held=held: held.set_result(holds))  # type: ignore[misc]
        if not await held:
            continue
        try:
            write_message(folder, dispatch)
        except OSError as error:
            courier.report(dispatch, Result(End.UNSENT, "lost", 0, str(error.strerror)))
            raise RelayError(
                f"The folder {str(folder)!r} cannot be written to: {error.strerror}.", "Mend that and resume."
            ) from None
        courier.report(dispatch, Result(End.ANSWERED, "dot", 250, "2.0.0 written"))


def write_message(folder: Path, dispatch: Dispatch) -> Path:
    """One `.eml` file, complete or not there at all, named after the signed return path."""
    sender = dispatch.mail.split(b"<", 1)[1].split(b">", 1)[0].decode()
    name = sender.rpartition("@")[0].rpartition("+")[2] + ".eml"
    folder.mkdir(parents=True, exist_ok=True)
    part = folder / f".{name}.part"
    part.write_bytes(dispatch.wire)
    return part.replace(folder / name)
