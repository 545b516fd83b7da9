"""Opening a connection to a relay: aiosmtplib does TLS, STARTTLS and AUTH, we say what is allowed."""

import asyncio
import socket
import ssl
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import cast

import aiosmtplib

from outbox.dispatch import Courier
from outbox.pipeline import Pipeline
from outbox.problem import RelayError
from outbox.relay import Relay
from outbox.tokens import sign_in

FAR_SECONDS = 0.004
"""A round trip from which overlapping the next envelope with the last body pays."""


class RelayRefusedError(RelayError):
    """The relay, or our rules for it, will say no each time: password, certificate, missing STARTTLS."""


class RelayAwayError(RelayError):
    """The relay cannot be reached or is too busy now; later may be different."""


@dataclass(frozen=True, slots=True)
class Features:
    """What the server offered in its last EHLO. `size` is 0 when it named no limit."""

    pipelining: bool = False
    eight_bit: bool = False
    utf8: bool = False
    dsn: bool = False
    size: int | None = None


class Connection:
    """An open, authenticated connection. `far` when a round trip takes long enough to be worth hiding."""

    def __init__(self, client: aiosmtplib.SMTP, relay: Relay, round_trip: float) -> None:
        self.features = _features(client)
        self.far = round_trip >= FAR_SECONDS
        self._client = client
        self._relay = relay

    def pipeline(self, courier: Courier, *, overlap: bool | None = None) -> Pipeline:
        """Transactions over this connection; nothing else may use it until they have ended.

        `overlap` is as `far` when nobody says otherwise.
        """
        protocol = self._client.protocol
        if protocol is None or protocol.transport is None:
            raise RelayAwayError(f"The relay {self._relay.label} hung up.", "")
        return Pipeline(
            cast(asyncio.Transport, protocol.transport),
            protocol,
            courier,
            pipelining=self.features.pipelining,
            overlap=self.far if overlap is None else overlap,
            timeouts=self._relay.timeouts,
        )


@asynccontextmanager
async def connected(relay: Relay) -> AsyncIterator[Connection]:
    """A connection to `relay`, ended with QUIT when the block ends well.

    Raises RelayRefusedError when trying again is no use, RelayAwayError when it may be; neither ever
    holds the password.
    """
    try:
        sock = await _reached(relay)
    except OSError as error:
        raise _translated(relay, error) from None
    client = aiosmtplib.SMTP(
        hostname=relay.host,
        sock=sock,
        username=(relay.username or None) if relay.token is None else None,
        password=relay.password or None,
        local_hostname=relay.local_name,
        timeout=relay.timeouts.greeting,
        use_tls=relay.security == "tls",
        start_tls=None if relay.security == "opportunistic" else relay.security == "starttls",
        tls_context=_tls(relay) if relay.security != "none" else None,
    )
    try:
        await client.connect()
        if relay.token is not None:
            await sign_in(client, relay.username, await relay.token.read(), relay.host, relay.port)
        round_trip = min([await _round_trip(client) for _ in range(2)])
    except (aiosmtplib.SMTPException, OSError) as error:
        _give_up(client, sock)
        raise _translated(relay, error) from None
    except BaseException:
        _give_up(client, sock)
        raise
    try:
        yield Connection(client, relay, round_trip)
        if client.is_connected:
            await client.quit(timeout=5)
    except (aiosmtplib.SMTPException, OSError):
        pass  # It is going away in any case, and every message's outcome is known.
    finally:
        client.close()


async def _reached(relay: Relay) -> socket.socket:
    """A socket that is connected; a machine that is not there is given up long before a slow greeting is."""
    loop = asyncio.get_running_loop()
    failed = OSError(f"no address for {relay.host}")
    try:
        async with asyncio.timeout(relay.timeouts.connect):
            found = await loop.getaddrinfo(relay.host, relay.port, type=socket.SOCK_STREAM)
            for family, kind, protocol, _, address in found:
                sock = socket.socket(family, kind, protocol)
                sock.setblocking(False)
                try:
                    await loop.sock_connect(sock, address)
                    return sock
                except OSError as error:
                    sock.close()
                    failed = error
                except BaseException:
                    sock.close()
                    raise
    except TimeoutError:
        raise OSError(f"no answer for {relay.timeouts.connect:g} seconds") from None
    raise failed


def _give_up(client: aiosmtplib.SMTP, sock: socket.socket) -> None:
    if client.transport is None:
        sock.close()
    client.close()


async def _round_trip(client: aiosmtplib.SMTP) -> float:
    began = time.monotonic()
    await client.ehlo()
    return time.monotonic() - began


def _tls(relay: Relay) -> ssl.SSLContext:
    try:
        changed = relay.ca.stat().st_mtime_ns if relay.ca else 0
        return _context(relay.ca, changed, relay.verify_certificate)
    except (OSError, ssl.SSLError):
        raise RelayRefusedError(
            f"The file of certificates {relay.ca} cannot be read.", "It must be PEM."
        ) from None


@lru_cache(maxsize=16)
def _context(ca: Path | None, changed: int, verify: bool) -> ssl.SSLContext:
    """Made once: reading the system's certificates takes as long as sending hundreds of messages."""
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if not verify:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    if ca:
        context.load_verify_locations(ca)
    return context


def _features(client: aiosmtplib.SMTP) -> Features:
    size = client.esmtp_extensions.get("size", "")
    return Features(
        pipelining=client.supports_extension("pipelining"),
        eight_bit=client.supports_extension("8bitmime"),
        utf8=client.supports_extension("smtputf8"),
        dsn=client.supports_extension("dsn"),
        size=(int(size) if size.isdigit() else 0) if client.supports_extension("size") else None,
    )


def _translated(relay: Relay, error: Exception) -> RelayError:
    """Our error for aiosmtplib's: who is to blame, and whether waiting helps."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return RelayRefusedError(
                f"The certificate of the relay {relay.label} is not trusted: {cause.verify_message}.",
                "Use the name that the certificate is for, or give its authority with ?ca=FILE.",
            )
        if isinstance(cause, ssl.SSLError):
            return RelayRefusedError(
                f"The relay {relay.label} does not speak TLS as {relay.security} expects it.",
                "Is the port right?",
            )
        cause = cause.__cause__ or cause.__context__
    words = " ".join(str(getattr(error, "message", error)).split())[:200]
    if relay.password:
        words = words.replace(relay.password, "…")
    code = getattr(error, "code", 0)
    if isinstance(error, aiosmtplib.SMTPAuthenticationError) and code >= 500:
        return RelayRefusedError(
            f"The relay {relay.label} does not accept the user or the password: {code} {words}.",
            "Mend them in the settings.",
        )
    if "STARTTLS" in words.upper() and isinstance(error, aiosmtplib.SMTPException) and not code:
        return RelayRefusedError(
            f"The relay {relay.label} does not offer STARTTLS.",
            "Without it nothing is sent beyond this machine.",
        )
    if relay.username and type(error) is aiosmtplib.SMTPException:
        return RelayRefusedError(
            f"The relay {relay.label} offers no way to log in: {words}.", "Is the port right?"
        )
    if 500 <= code < 600:
        return RelayRefusedError(
            f"The relay {relay.label} does not want us: {code} {words}.", "Ask its operator."
        )
    return RelayAwayError(
        f"The relay {relay.label} cannot be reached: {f'{code} ' if code > 0 else ''}{words}.",
        "Is it running?",
    )
