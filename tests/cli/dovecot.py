"""Debian's Dovecot with one mailbox, on a port of its own, as a user without rights."""

import grp
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

PASSWORD = "open-sesame"
_PROGRAM = "/usr/sbin/dovecot"
_IMAP = Path("/usr/lib/dovecot/imap")

_SETTINGS = """
protocols = imap
listen = 127.0.0.1
base_dir = {folder}/run
state_dir = {folder}/run
log_path = {folder}/log
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
first_valid_uid = 1
first_valid_gid = 1
ssl = required
ssl_cert = <{folder}/certificate.pem
ssl_key = <{folder}/key.pem
mail_location = maildir:{folder}/Maildir
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={folder}/home
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = 0
  }}
  inet_listener imaps {{
    port = {port}
    ssl = yes
  }}
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
"""


def why_none() -> str | None:
    """Why Dovecot cannot be started here; None if it can."""
    if not (shutil.which(_PROGRAM) and _IMAP.exists()):
        return "Dovecot is not installed (Debian: dovecot-imapd)"
    return None


@dataclass(frozen=True)
class Mailbox:
    """Where it listens, its certificate, and the folder of its mails."""

    port: int
    certificate: Path
    maildir: Path

    def flags(self) -> set[str]:
        """The flags of the mails that have been seen or changed: Maildir writes them into the names."""
        return {file.name.partition(":2,")[2] for file in (self.maildir / "cur").iterdir()} - {""}


@contextmanager
def dovecot(mails: list[bytes]) -> Iterator[Mailbox]:
    """A server whose INBOX holds these mails; it ends with the block."""
    # Not below pytest's folder, which only its owner may enter.
    folder = Path(tempfile.mkdtemp(prefix="dovecot-"))
    person = pwd.getpwnam("nobody") if os.getuid() == 0 else pwd.getpwuid(os.getuid())
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    maildir = folder / "Maildir"
    for name in ("new", "cur", "tmp"):
        (maildir / name).mkdir(parents=True)
    (folder / "home").mkdir()
    (folder / "run").mkdir()
    for number, mail in enumerate(mails):
        (maildir / "new" / f"{1_700_000_000 + number}.M{number}P1.here").write_bytes(mail)
    _write_certificate(folder)
    settings = folder / "dovecot.conf"
    settings.write_text(
        _SETTINGS.format(
            folder=folder, port=port, password=PASSWORD,
            user=person.pw_name, uid=person.pw_uid, gid=person.pw_gid, group=_group(person.pw_gid),
        )
    )  # fmt: skip
    if os.getuid() == 0:
        for path in (folder, *folder.rglob("*")):
            os.chown(path, person.pw_uid, person.pw_gid)
    root = os.getuid() == 0
    with (folder / "said").open("wb") as said:
        process = subprocess.Popen(
            [_PROGRAM, "-F", "-c", str(settings)],
            user=person.pw_uid if root else None,
            group=person.pw_gid if root else None,
            extra_groups=[] if root else None,
            stdout=subprocess.DEVNULL,
            stderr=said,
        )
    try:
        _wait(port, process, folder)
        yield Mailbox(port, folder / "certificate.pem", maildir)
    finally:
        process.terminate()
        process.wait(10)
        shutil.rmtree(folder, ignore_errors=True)


def _wait(port: int, process: "subprocess.Popen[bytes]", folder: Path) -> None:
    until = time.monotonic() + 20
    while time.monotonic() < until and process.poll() is None:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.05)
    log = folder / "log"
    raise AssertionError((folder / "said").read_text() + (log.read_text() if log.exists() else ""))


def _group(number: int) -> str:
    return grp.getgrgid(number).gr_name


def _write_certificate(folder: Path) -> None:
    """Signed by itself, for the address 127.0.0.1."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mailbox of a test")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(IPv4Address("127.0.0.1"))]), critical=False
        )
        .sign(key, hashes.SHA256())
    )
    (folder / "certificate.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
