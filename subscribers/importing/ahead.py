"""The batches of a file, read by another process while this one stores: on two cores in half the time."""

import contextlib
import marshal
import pickle
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO

from subscribers.importing.child import BATCH, END, FIRST_ID, PROBLEM, Job
from subscribers.importing.packing import Packed
from subscribers.importing.reading import UnreadableFile

WORTH_A_PROCESS = 4 << 20
"""Octets of a file from which on the start of another process pays."""

Reserve = Callable[[int], int]
"""Gives the first of as many ids for people in a row."""


class ReaderLost(UnreadableFile):
    """The process that reads the file has ended before its time."""


def packed(job: Job, reserve: Reserve) -> Iterator[Packed]:
    """The batches of a file in turn; `reserve` gives the ids for the people of each.

    A large file is read ahead in another process, where one can be started. Raises UnreadableFile for a file that
    cannot be read to its end.
    """
    large = job.source.path.stat().st_size >= WORTH_A_PROCESS
    if large and (process := _reader()):
        yield from _elsewhere(process, job, reserve)
        return
    ready = job.packer()
    for batch in job.batches():
        yield ready(batch, reserve(batch.rows))


def _reader() -> "subprocess.Popen[bytes] | None":
    """The other process; None where there is no room for one, and this one reads as well."""
    try:
        return subprocess.Popen(
            [sys.executable, "-m", "subscribers.importing.child"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=Path(__file__).parents[2],
        )
    except OSError:
        return None


def _elsewhere(process: "subprocess.Popen[bytes]", job: Job, reserve: Reserve) -> Iterator[Packed]:
    told, answer = process.stdin, process.stdout
    assert told is not None
    assert answer is not None
    try:
        most = job.size * job.together
        _write(told, pickle.dumps(job) + _first_id(reserve, most) + _first_id(reserve, most))
        while (batch := _next(answer)) is not None:
            _write(told, _first_id(reserve, most))
            yield batch
            del batch
    finally:
        process.kill()
        process.wait()
        answer.close()
        _close(told)


def _first_id(reserve: Reserve, most: int) -> bytes:
    return FIRST_ID.pack(reserve(most))


def _write(told: IO[bytes], data: bytes) -> None:
    with contextlib.suppress(BrokenPipeError):  # if it has ended, its answer says why
        told.write(data)
        told.flush()


def _next(answer: IO[bytes]) -> Packed | None:
    kind = answer.read(1)
    with contextlib.suppress(EOFError):
        if kind == BATCH:
            return Packed.from_plain(lambda: marshal.load(answer))
        if kind == PROBLEM:
            raise UnreadableFile(*marshal.load(answer))
    if kind == END:
        return None
    raise ReaderLost(
        "The process that reads the file has ended before its end.",
        "Run the same command again: what is stored stays, and it goes on from there.",
    )


def _close(told: IO[bytes]) -> None:
    with contextlib.suppress(BrokenPipeError):
        told.close()
