"""The batches of a file, read by another process while this one stores: on two cores in half the time."""

import contextlib
import pickle
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO

from subscribers.importing.child import BATCH, END, FIRST_ID, LENGTH, PROBLEM, Job
from subscribers.importing.packing import Packed, pack
from subscribers.importing.reading import UnreadableFile

WORTH_A_PROCESS = 4 << 20
"""Octets of a file from which on the start of another process pays."""

Reserve = Callable[[], int]


class ReaderLost(UnreadableFile):
    """The process that reads the file has ended before its time."""


def packed(job: Job, reserve: Reserve) -> Iterator[Packed]:
    """The batches of a file in turn; `reserve` gives the first id for the people of each.

    A large file is read two batches ahead in another process. Raises UnreadableFile for a file that
    cannot be read to its end.
    """
    if job.source.path.stat().st_size >= WORTH_A_PROCESS:
        yield from _elsewhere(job, reserve)
        return
    for batch in job.batches().read(job.size, job.skip):
        yield pack(batch, job.form, reserve())


def _elsewhere(job: Job, reserve: Reserve) -> Iterator[Packed]:
    process = subprocess.Popen(
        [sys.executable, "-m", "subscribers.importing.child"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=Path(__file__).parents[2],
    )
    told, answer = process.stdin, process.stdout
    assert told is not None
    assert answer is not None
    try:
        _write(told, pickle.dumps(job), reserve, 2)
        while (batch := _next(answer)) is not None:
            _write(told, b"", reserve, 1)
            yield batch
            del batch
    finally:
        process.kill()
        process.wait()
        answer.close()
        _close(told)


def _write(told: IO[bytes], data: bytes, reserve: Reserve, batches: int) -> None:
    with contextlib.suppress(BrokenPipeError):  # if it has ended, its answer says why
        told.write(data + b"".join(FIRST_ID.pack(reserve()) for _ in range(batches)))
        told.flush()


def _next(answer: IO[bytes]) -> Packed | None:
    head = answer.read(LENGTH.size)
    kind, length = LENGTH.unpack(head) if len(head) == LENGTH.size else (b"", 0)
    data = answer.read(length)
    if kind == BATCH and len(data) == length:
        return Packed.from_bytes(data)
    if kind == PROBLEM:
        raise UnreadableFile(*pickle.loads(data))
    if kind == END:
        return None
    raise ReaderLost(
        "The process that reads the file has ended before its end.",
        "Run the same command again: what is stored stays, and it goes on from there.",
    )


def _close(told: IO[bytes]) -> None:
    with contextlib.suppress(BrokenPipeError):
        told.close()
