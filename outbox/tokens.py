"""Signing in with an access token instead of a password: OAUTHBEARER (RFC 7628), or XOAUTH2 where only that is."""

import asyncio
import base64
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import aiosmtplib

from outbox.problem import RelayError

COMMAND_SECONDS = 60.0
LONGEST_TOKEN = 16_000


class TokenError(RelayError):
    """The access token cannot be had. Its source may do better later."""


@dataclass(frozen=True)
class TokenSource:
    """Where an access token comes from: itself, a file, or a command's output, read anew each time."""

    token: str = field(default="", repr=False)
    file: Path | None = None
    command: Sequence[str] = ()

    async def read(self) -> str:
        """The token; TokenError, which holds nothing of it, when there is none."""
        if self.file is not None:
            found = await asyncio.to_thread(_of_file, self.file)
        elif self.command:
            found = await _of_command(self.command)
        else:
            found = self.token
        found = found.strip()
        if not found or len(found) > LONGEST_TOKEN or not found.isascii() or not found.isprintable():
            raise TokenError("The relay's access token is empty or no token.", "Look at where it comes from.")
        return found


async def sign_in(client: aiosmtplib.SMTP, username: str, token: str, host: str, port: int) -> None:
    """AUTH with the token over an open connection, by the best way that the server offers.

    Raises aiosmtplib.SMTPAuthenticationError with the server's words when it says no, and
    aiosmtplib.SMTPException when it offers neither way.
    """
    await client.ehlo()
    offered = [method.lower() for method in client.server_auth_methods]
    if "oauthbearer" in offered:
        method, first = b"OAUTHBEARER", bearer(username, token, host, port)
    elif "xoauth2" in offered:
        method, first = b"XOAUTH2", xoauth2(username, token)
    else:
        raise aiosmtplib.SMTPException("neither OAUTHBEARER nor XOAUTH2")
    response = await client.execute_command(b"AUTH", method, base64.b64encode(first))
    if response.code == 334:
        # It says why in JSON and waits for an answer that means nothing (RFC 7628 section 3.2.3).
        response = await client.execute_command(b"AQ==" if method == b"OAUTHBEARER" else b"")
    if response.code != 235:
        raise aiosmtplib.SMTPAuthenticationError(response.code, response.message)


def bearer(username: str, token: str, host: str, port: int) -> bytes:
    """The client's first answer (RFC 7628 section 3.1), the name escaped as RFC 5801 section 4 has it."""
    name = username.replace("=", "=3D").replace(",", "=2C")
    return f"n,a={name},\x01host={host}\x01port={port}\x01auth=Bearer {token}\x01\x01".encode()


def xoauth2(username: str, token: str) -> bytes:
    """The same as Google and Microsoft had it before the RFC."""
    return f"user={username}\x01auth=Bearer {token}\x01\x01".encode()


def _of_file(path: Path) -> str:
    try:
        return path.read_text("utf-8", "replace")
    except OSError:
        raise TokenError(f"The file {path} with the relay's token cannot be read.", "Is it there?") from None


async def _of_command(command: Sequence[str]) -> str:
    name = command[0]
    try:
        process = await asyncio.create_subprocess_exec(
            *command, stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE
        )
    except OSError:
        raise TokenError(
            f"The command {name!r} for the relay's token cannot be run.", "Is it there?"
        ) from None
    try:
        printed, _ = await asyncio.wait_for(process.communicate(), COMMAND_SECONDS)
    except TimeoutError:
        process.kill()
        await process.wait()
        raise TokenError(f"The command {name!r} for the relay's token takes too long.", "Run it.") from None
    if process.returncode:
        raise TokenError(
            f"The command {name!r} for the relay's token ended with {process.returncode}.", "Run it and see."
        )
    return printed.decode("utf-8", "replace")
