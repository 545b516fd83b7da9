"""Logs of what did not simply leave: a line of `name=value` pairs for each, without the address unless asked."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from digest.problem import Problem
from digest.signing import Signer


class Lines(logging.Formatter):
    """One record as a line: `at=… level=… mailing=… delivery=… state=… recipient=…`.

    `recipient` is a keyed hash of the address: the same for the same person in every line, and nobody without
    the installation's key can tell who it is. With `addresses` it is the address itself.
    """

    def __init__(self, signer: Signer, *, addresses: bool) -> None:
        super().__init__()
        self._signer = signer
        self._addresses = addresses

    def format(self, record: logging.LogRecord) -> str:
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        line = f"at={at} level={record.levelname.lower()} {record.getMessage()}"
        address = getattr(record, "address", None)
        if address is None:
            return line
        hashed = self._signer.digest("log", str(address).lower()).hex()[:16]
        return f"{line} recipient={address if self._addresses else hashed}"


@contextmanager
def logged(signer: Signer, file: Path | None, *, addresses: bool = False) -> Iterator[None]:
    """Write the outbox's log to the end of `file` inside the block; None for no log.

    The file is readable by its owner alone. Raises Problem when it cannot be written.
    """
    if file is None:
        yield
        return
    try:
        file.touch(mode=0o600)
        handler = logging.FileHandler(file, encoding="utf-8")
    except OSError as error:
        raise Problem(f"The log {file} cannot be written: {error.strerror}.", "Name another file.") from None
    handler.setFormatter(Lines(signer, addresses=addresses))
    logger = logging.getLogger("outbox")
    before = logger.level
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    try:
        yield
    finally:
        logger.removeHandler(handler)
        logger.setLevel(before)
        handler.close()
