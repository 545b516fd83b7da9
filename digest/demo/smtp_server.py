"""A real SMTP server that keeps what it receives: `python -m digest.demo.smtp_server INBOX`."""

import argparse
import asyncio
import json
import re
import socket
from contextlib import suppress
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session

from digest.demo.lifetime import announce, listen, when_parent_ends

MAX_BYTES = 30_000_000
ENVELOPES = "envelopes.jsonl"
_UNSAFE = re.compile(r"[^a-z0-9]+")


class Keeper:
    """Writes each mail, byte for byte as received, to a file of its own.

    `envelopes.jsonl` beside them gets one line a mail: file, sender, recipients, size.
    """

    def __init__(self, inbox: Path) -> None:
        inbox.mkdir(parents=True, exist_ok=True)
        self.inbox = inbox
        self.received = 0
        self._envelopes = (inbox / ENVELOPES).open("a", encoding="utf-8")

    async def handle_DATA(self, server: Any, session: Session, envelope: Envelope) -> str:
        content = envelope.original_content or b""
        self.received += 1
        name = file_name(self.received, envelope.rcpt_tos[0])
        (self.inbox / name).write_bytes(content)
        line = {
            "file": name,
            "from": envelope.mail_from,
            "to": envelope.rcpt_tos,
            "bytes": len(content),
        }
        self._envelopes.write(json.dumps(line, ensure_ascii=False) + "\n")
        self._envelopes.flush()
        return f"250 2.0.0 kept as {name}"

    def close(self) -> None:
        self._envelopes.close()


def file_name(number: int, address: str) -> str:
    """A name that is safe on every file system and still tells whose mail it is."""
    readable = _UNSAFE.sub("-", address.lower().replace("@", " at ")).strip("-")[:60].strip("-")
    return f"{number:04d}-{readable or 'someone'}.eml"


async def receive(keeper: Keeper, listener: socket.socket, ended: asyncio.Event) -> None:
    """Serve SMTP on `listener` until `ended` is set."""

    def connection() -> SMTP:
        return SMTP(
            keeper,
            hostname="mail.localhost",
            ident="Digest demo",
            data_size_limit=MAX_BYTES,
            enable_SMTPUTF8=True,
            timeout=60,
        )

    server = await asyncio.get_running_loop().create_server(connection, sock=listener)
    await ended.wait()
    server.close()


def main() -> None:
    parser = argparse.ArgumentParser(description="Receive mail on loopback and keep it in a folder.")
    parser.add_argument("inbox", type=Path)
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    arguments = parser.parse_args()
    listener = listen(arguments.port)
    keeper = Keeper(arguments.inbox)

    async def run() -> None:
        ended = asyncio.Event()
        loop = asyncio.get_running_loop()
        when_parent_ends(lambda: loop.call_soon_threadsafe(ended.set))
        announce(port=listener.getsockname()[1])
        await receive(keeper, listener, ended)

    with suppress(KeyboardInterrupt):
        asyncio.run(run())
    keeper.close()


if __name__ == "__main__":
    main()
