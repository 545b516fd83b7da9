"""Real servers: what Debian's Postfix and Exim and aiosmtpd take from us comes out byte for byte, signatures valid.

Run it as root with `python bench/servers.py [--mails 5000] [--only NAME …]`. Postfix has to be installed; Exim,
whose package conflicts with it, is unpacked beside it: `apt-get download exim4-daemon-light libidn12
libnss-wrapper`, then `dpkg -x` of each into the folder that DIGEST_UNPACKED names. Each server has a
configuration and a queue of its own and hands on to a collector (aiosmtpd), which keeps what it gets with the
dots unstuffed. Compared is everything from our first header on: a relay only adds its trace above it.
The judge of every signature is dkimpy. The exit status is 1 when a mail is missing, doubled or changed.
"""

import argparse
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import dkim  # noqa: E402
from cryptography.hazmat.primitives import serialization  # noqa: E402
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa  # noqa: E402

from digest.migrations.tables import metadata  # noqa: E402
from outbox.dkim import DkimSigner, load_key  # noqa: E402
from outbox.running import run_sender  # noqa: E402
from store import Database  # noqa: E402
from tests.outbox import real_servers  # noqa: E402
from tests.outbox.servers import Accepted, aiosmtpd_process  # noqa: E402
from tests.outbox.world import composed, handed_over, relay, sender  # noqa: E402

PARAGRAPHS = 400
"""About 20 kB of HTML, a short digest."""
PATIENCE = 600.0


@dataclass(frozen=True)
class Row:
    """One line of the table; every count should be that of the mails."""

    server: str
    mails: int
    received: int
    equal: int
    rsa: int
    ed25519: int
    seconds: float

    @property
    def holds(self) -> bool:
        return self.received == self.equal == self.rsa == self.ed25519 == self.mails


def through(
    name: str, server: Callable[[Path, int], AbstractContextManager[int]], mails: int, folder: Path
) -> Row:
    """So many signed mails through one server."""
    database = Database(f"sqlite:///{folder / 'digest.sqlite3'}")
    metadata.create_all(database.engine)
    signer = _signer(folder)
    number = handed_over(database, mails, paragraphs=PARAGRAPHS)
    wanted = composed(database, number, signer)
    with aiosmtpd_process(folder / "mail") as collector, server(folder / "relay", collector.port) as port:
        began = time.monotonic()
        run_sender(sender(database, relay(port, connections=10), dkim=signer), number)
        seconds = time.monotonic() - began
        deadline = time.monotonic() + PATIENCE
        while collector.count() < mails and time.monotonic() < deadline:
            time.sleep(0.2)
        received = collector.accepted()
    database.close()
    records = {f"{key.name}.".encode(): key.record.encode() for key in signer.keys}
    return Row(
        name,
        mails,
        len({one.recipient for one in received}) if len(received) == mails else len(received),
        sum(_ours(one) == wanted.get(one.recipient) for one in received),
        sum(_valid(one, 0, records) for one in received),
        sum(_valid(one, 1, records) for one in received),
        seconds,
    )


def _ours(message: Accepted) -> bytes:
    trace, mark, rest = message.content.partition(b"DKIM-Signature:")
    return mark + rest if not trace or trace.startswith(b"Received:") else b""


def _valid(message: Accepted, number: int, records: dict[bytes, bytes]) -> bool:
    try:
        return bool(dkim.DKIM(message.content).verify(number, dnsfunc=lambda name, timeout=5: records[name]))
    except dkim.DKIMException:
        return False


def _signer(folder: Path) -> DkimSigner:
    keys = []
    for selector, key in (
        ("rsa", rsa.generate_private_key(65537, 2048)),
        ("ed", ed25519.Ed25519PrivateKey.generate()),
    ):
        file = folder / f"{selector}.pem"
        file.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )
        keys.append(load_key("news.example.org", selector, file))
    return DkimSigner(keys)


@contextmanager
def _itself(folder: Path, to: int) -> Iterator[int]:
    """aiosmtpd is the collector: nothing stands between."""
    yield to


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--mails", type=int, default=5000)
    parser.add_argument("--only", nargs="*", default=[])
    options = parser.parse_args()
    servers: dict[str, tuple[Callable[[Path, int], AbstractContextManager[int]], str | None]] = {
        "postfix": (real_servers.postfix, real_servers.why_no_postfix()),
        "exim": (real_servers.exim, real_servers.why_no_exim()),
        "aiosmtpd": (_itself, None),
    }
    print(
        f"{'server':<10}{'mails':>8}{'received':>10}{'equal':>8}{'RSA valid':>11}{'Ed25519 valid':>15}"
        f"{'s to hand over':>16}"
    )
    broken = 0
    for name, (server, why_not) in servers.items():
        if options.only and name not in options.only:
            continue
        if why_not:
            print(f"{name:<10} left out: {why_not}")
            continue
        folder = Path(tempfile.mkdtemp(prefix="digest-servers-"))
        try:
            row = through(name, server, options.mails, folder)
        finally:
            shutil.rmtree(folder, ignore_errors=True)
        broken += not row.holds
        print(
            f"{row.server:<10}{row.mails:>8}{row.received:>10}{row.equal:>8}{row.rsa:>11}{row.ed25519:>15}"
            f"{row.seconds:>16.1f}{'' if row.holds else '  BROKEN'}",
            flush=True,
        )
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
