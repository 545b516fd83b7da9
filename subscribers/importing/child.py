"""The process that reads a file ahead of the one that stores it. Knows no database, and keeps no memory.

It is told its job, then the first id for one batch after the other, and answers with each batch, on
standard input and output. It ends when its input does: with the process that started it, however that ends.
"""

import gc
import pickle
import signal
import struct
import sys
from dataclasses import dataclass

from digest.problem import Problem
from digest.signing import Signer
from subscribers.fingerprints import fingerprinter
from subscribers.importing.batches import Batches
from subscribers.importing.columns import Columns
from subscribers.importing.packing import Form, pack
from subscribers.importing.reading import Source

FIRST_ID = struct.Struct("<q")
LENGTH = struct.Struct("<cq")
BATCH, PROBLEM, END = b"b", b"p", b"e"


@dataclass(frozen=True)
class Job:
    """A file to be read in batches of `size` rows after the first `skip`, and for what kind of database."""

    source: Source
    columns: Columns
    signer: Signer
    form: Form
    size: int
    skip: int

    def batches(self) -> Batches:
        """The reader of the batches."""
        return Batches(self.source, self.columns, fingerprinter(self.signer), self.form.moment)


def main() -> None:
    """Read as told until there is nothing more to read or nobody to tell."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the one who stores
    gc.disable()  # a million small tuples without a cycle among them
    told, answer = sys.stdin.buffer, sys.stdout.buffer
    job: Job = pickle.load(told)
    batches = job.batches().read(job.size, job.skip)

    def say(kind: bytes, data: bytes) -> None:
        answer.write(LENGTH.pack(kind, len(data)))
        answer.write(data)
        answer.flush()

    try:
        while first := told.read(FIRST_ID.size):
            batch = next(batches, None)
            if batch is None:
                say(END, b"")
                return
            ready = pack(batch, job.form, FIRST_ID.unpack(first)[0])
            del batch
            say(BATCH, ready.to_bytes())
            del ready
    except Problem as problem:
        say(PROBLEM, pickle.dumps((problem.message, problem.hint)))
    except BrokenPipeError:
        sys.stderr.close()


if __name__ == "__main__":
    main()
