"""Where reports lie: single files, mbox files, Maildir folders, folders of files, an IMAP mailbox."""

import re
from collections.abc import Iterator
from imaplib import IMAP4, IMAP4_SSL
from pathlib import Path
from ssl import SSLCertVerificationError, create_default_context
from urllib.parse import unquote, urlsplit

from subscribers.problem import SubscribersError

LARGEST_MAIL = 20_000_000
IMAP_SECONDS = 60
_FROM_LINE = re.compile(rb"(?m)^From \S+.*\d{4}\r?\n(?=[!-9;-~]+:)")


class UnreadableMailbox(SubscribersError):
    """The place that should hold mails cannot be read."""


def mails(place: Path) -> Iterator[bytes]:
    """The mails of a file, an mbox, a Maildir or a folder of files, in the order of their names."""
    try:
        if place.is_dir():
            folders = [place / name for name in ("new", "cur") if (place / name).is_dir()]
            for folder in folders or [place]:
                for path in sorted(folder.iterdir()):
                    if path.is_file():
                        yield from _of_file(path)
        else:
            yield from _of_file(place)
    except OSError as error:
        raise UnreadableMailbox(
            f"{error.filename or place} cannot be read: {error.strerror}.",
            "Give a file or a folder of mails.",
        ) from None


def imap_mails(address: str, password: str) -> Iterator[bytes]:
    """The mails of an IMAP mailbox over TLS: `imaps://user@host/INBOX`. Nothing is marked or deleted.

    The server's certificate must be valid and its own (RFC 8314), since a password is sent.
    """
    parts = urlsplit(address)
    if parts.scheme != "imaps" or not parts.hostname or not parts.username:
        raise UnreadableMailbox(f"{address!r} is no mailbox.", "Write imaps://user@host/INBOX.")
    if parts.password is not None:
        raise UnreadableMailbox(
            "A password in the address can be read by everybody on this machine.",
            "Put it into DIGEST_IMAP_PASSWORD.",
        )
    if not password:
        raise UnreadableMailbox(
            f"The mailbox on {parts.hostname} needs a password.", "Put it into DIGEST_IMAP_PASSWORD."
        )
    folder = unquote(parts.path.strip("/")) or "INBOX"
    if not re.fullmatch(r"[ !#-\[\]-~]+", folder):
        raise UnreadableMailbox(f"{folder!r} is no name of a mailbox.", "Write it as the server lists it.")
    try:
        with IMAP4_SSL(
            parts.hostname, parts.port or 993, ssl_context=create_default_context(), timeout=IMAP_SECONDS
        ) as box:
            box.login(unquote(parts.username), password)
            kind, _ = box.select(f'"{folder}"', readonly=True)
            if kind != "OK":
                raise UnreadableMailbox(f"There is no mailbox {folder!r} on {parts.hostname}.")
            _, found = box.uid("SEARCH", "ALL")
            for number in found[0].split():
                _, answer = box.uid("FETCH", number, f"(BODY.PEEK[]<0.{LARGEST_MAIL}>)")
                yield from (item[1] for item in answer if isinstance(item, tuple))
    except SSLCertVerificationError as error:
        raise UnreadableMailbox(
            f"The certificate of {parts.hostname} is not to be trusted: {error.verify_message}.",
            "Name the server as its certificate does; SSL_CERT_FILE names a file of further authorities.",
        ) from None
    except (IMAP4.error, OSError) as error:
        (*_, why) = error.args or (error,)
        said = why.decode("utf-8", "replace") if isinstance(why, bytes) else str(why)
        raise UnreadableMailbox(
            f"The mailbox on {parts.hostname} cannot be read: {said.rstrip('.')}.",
            "Check user, password and folder.",
        ) from None


def _of_file(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        if file.read(5) != b"From ":
            file.seek(0)
            yield file.read(LARGEST_MAIL)
            return
        file.seek(0)
        yield from _of_mbox(file.read())


def _of_mbox(raw: bytes) -> Iterator[bytes]:
    starts = [match.end() for match in _FROM_LINE.finditer(raw)]
    ends = [match.start() for match in _FROM_LINE.finditer(raw)][1:]
    for start, end in zip(starts, [*ends, len(raw)], strict=True):
        yield re.sub(rb"(?m)^>(>*From )", rb"\1", raw[start:end])[:LARGEST_MAIL]
