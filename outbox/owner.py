"""Who holds a shard: a name from which the same machine can tell that the holder is dead."""

import os
import socket
from hashlib import sha256
from pathlib import Path
from uuid import uuid4


def new_owner() -> str:
    """A name for one sender of this process: `machine:process:random`."""
    return f"{_machine()}:{os.getpid()}:{uuid4().hex[:12]}"


def is_gone(owner: str) -> bool:
    """Whether `owner` was a process of this machine that no longer runs; False when in doubt.

    In doubt, because it lives elsewhere or its number was given to another process, the lease decides.
    """
    machine, _, rest = owner.partition(":")
    process, _, _ = rest.partition(":")
    if machine != _machine() or not process.isdigit():
        return False
    try:
        os.kill(int(process), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False


def _machine() -> str:
    """This machine since its start, and the process numbers' own namespace where there are such."""
    facts = [socket.gethostname()]
    for path in ("/proc/sys/kernel/random/boot_id", "/proc/self/ns/pid"):
        try:
            facts.append(
                str(Path(path).readlink()) if path.endswith("/pid") else Path(path).read_text().strip()
            )
        except OSError:
            continue
    return sha256("\0".join(facts).encode()).hexdigest()[:16]
