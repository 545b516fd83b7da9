"""The process that reads a file ahead of the one that stores it. Knows no database, and keeps no memory.

It is told its job, then the first id for one batch after the other, and answers with each batch, on
standard input and output. It ends when its input does: with the process that started it, however that ends.
"""

import gc
import marshal
import pickle
import signal
import struct
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from digest.problem import Problem
from digest.signing import Signer
from subscribers.fingerprints import fingerprinter
from subscribers.importing.batches import Batch, Batches
from subscribers.importing.columns import Columns
from subscribers.importing.ordering import gathered
from subscribers.importing.packing import Form, Packed, pack
from subscribers.importing.reading import Source

FIRST_ID = struct.Struct("<q")
BATCH, PROBLEM, END = b"b", b"p", b"e"


@dataclass(frozen=True)
class Job:
    """A file to be read after the first `skip` rows, and for what kind of database.

    It is read `size` rows at a time, and up to `together` times as many go into the database at once.
    """

    source: Source
    columns: Columns
    signer: Signer
    form: Form
    size: int
    together: int
    skip: int

    def batches(self) -> Iterator[Batch]:
        """What goes into the database at once, one after the other."""
        read = Batches(self.source, self.columns, self.form.moment).read(self.size, self.skip)
        return gathered(read, self.together)

    def packer(self) -> Callable[[Batch, int], Packed]:
        """What makes a batch ready, given the id of its first person."""
        mark = fingerprinter(self.signer)
        return lambda batch, first: pack(batch, self.form, first, self.size, mark)


def main() -> None:
    """Read as told until there is nothing more to read or nobody to tell."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the one who stores
    gc.disable()  # a million small tuples without a cycle among them
    told, answer = sys.stdin.buffer, sys.stdout.buffer
    job: Job = pickle.load(told)
    batches, packed = job.batches(), job.packer()

    def say(kind: bytes, *values: Any) -> None:
        answer.write(kind)
        for value in values:
            marshal.dump(value, answer)
        answer.flush()

    try:
        while first := told.read(FIRST_ID.size):
            batch = next(batches, None)
            if batch is None:
                say(END)
                return
            ready = packed(batch, FIRST_ID.unpack(first)[0])
            del batch
            say(BATCH, *ready.plain())
            del ready
    except Problem as problem:
        say(PROBLEM, (problem.message, problem.hint))
    except BrokenPipeError:
        sys.stderr.close()


if __name__ == "__main__":
    main()
