"""What the outbox is measured against: smtp-source, aiosmtplib and nodemailer, 20 connections each."""

import asyncio
import json
import resource
import ssl
import subprocess
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path

import aiosmtplib
import dkim

from outbox.connection import Features
from outbox.envelope import Composer
from outbox.protocols import MailingRef, Recipient
from tests.outbox.world import PATHS, Links, address, rendition

PARAGRAPHS = {"30k": 590, "90k": 1810}
BYTES = {"30k": 30_000, "90k": 90_000}
CONNECTIONS = 20

NODE = """
const mailer = require('nodemailer');
const [port, count, size] = process.argv.slice(2).map(Number);
const pool = mailer.createTransport({pool: true, host: '127.0.0.1', port, secure: false, ignoreTLS: true,
  maxConnections: 20, maxMessages: Infinity});
const html = '<p>Something happened, and it is told here.</p>\\n'.repeat(size / 48);
const began = process.hrtime.bigint();
let left = count;
for (let n = 0; n < count; n++)
  pool.sendMail({from: 'weekly@news.example.org', to: `reader${n}@example.org`, subject: 'What happened',
    text: `Hello Reader ${n}`, html: `<p>Hello Reader ${n}</p>` + html,
    headers: {'List-Unsubscribe': `<https://news.example.org/u/${n}>`}}, error => {
      if (error) { console.error(error); process.exit(1); }
      if (--left) return;
      console.log(JSON.stringify({seconds: Number(process.hrtime.bigint() - began) / 1e9}));
      pool.close();
    });
"""


@dataclass(frozen=True)
class Measured:
    """Messages a second, client CPU in microseconds a message, peak memory in MB."""

    rate: float
    cpu: float = 0.0
    memory: float = 0.0


def smtp_source(port: int, count: int, size: str) -> Measured:
    """Debian's generator of the same bytes again and again, written in C."""
    began, before = time.monotonic(), resource.getrusage(resource.RUSAGE_CHILDREN)
    command = ["smtp-source", "-d", "-s", str(CONNECTIONS), "-m", str(count), "-l", str(BYTES[size])]
    people = ["-f", "a@example.org", "-t", "b@example.org"]
    subprocess.run([*command, *people, f"127.0.0.1:{port}"], check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Measured(count / (time.monotonic() - began), cpu / count * 1e6)


def aiosmtplib_plainly(port: int, count: int, size: str, folder: Path, *, tls: bool = False) -> Measured:
    """An EmailMessage for each recipient and `send_message`; with TLS also a signature by dkimpy."""
    html = "<p>Something happened, and it is told here.</p>\n" * PARAGRAPHS[size]
    key = (folder / "dkim.pem").read_bytes() if tls else b""

    async def send(client: aiosmtplib.SMTP, n: int) -> None:
        message = EmailMessage()
        message["From"], message["To"] = "The Weekly <weekly@news.example.org>", f"reader{n}@example.org"
        message["Subject"], message["Message-ID"] = "What happened", f"<{n}@news.example.org>"
        message.set_content(f"Hello Reader {n}")
        message.add_alternative(f"<p>Hello Reader {n}</p>{html}", subtype="html")
        if tls:
            signature = dkim.sign(message.as_bytes(), b"s1", b"example.org", key)
            message["DKIM-Signature"] = signature.decode().partition(":")[2].replace("\r\n", "").strip()
        await client.send_message(message)

    return _aiosmtplib(port, count, send, folder / "certificate.pem" if tls else None)


def aiosmtplib_same_bytes(port: int, count: int, size: str) -> Measured:
    """The very bytes that we send, made beforehand, through aiosmtplib's `sendmail`."""
    composer, facts = Composer(PATHS, Links()), rendition(PARAGRAPHS[size])
    mailing = MailingRef(1, "issue", 1, datetime.now(UTC), "retry")
    features = Features(pipelining=True, eight_bit=True)
    wires = [
        composer.compose(facts, mailing, Recipient(n, n, address(n), f"Reader {n}"), features).wire
        for n in range(count)
    ]

    async def send(client: aiosmtplib.SMTP, n: int) -> None:
        await client.sendmail("bounces@news.example.org", [address(n)], wires[n])

    return _aiosmtplib(port, count, send, None)


def _aiosmtplib(
    port: int, count: int, send: Callable[[aiosmtplib.SMTP, int], Awaitable[None]], ca: Path | None
) -> Measured:
    context = ssl.create_default_context(cafile=ca) if ca else None

    async def connection(numbers: range) -> None:
        client = aiosmtplib.SMTP(
            hostname="localhost", port=port, use_tls=ca is not None, tls_context=context, start_tls=False
        )
        await client.connect()
        for n in numbers:
            await send(client, n)
        await client.quit()

    async def all_of_them() -> None:
        await asyncio.gather(*(connection(range(one, count, CONNECTIONS)) for one in range(CONNECTIONS)))

    began, cpu = time.monotonic(), time.process_time()
    asyncio.run(all_of_them())
    return Measured(count / (time.monotonic() - began), (time.process_time() - cpu) / count * 1e6)


def nodemailer(port: int, count: int, size: str, folder: Path) -> Measured:
    """nodemailer's pool; `folder` holds it with its script."""
    script = folder / "send.js"
    script.write_text(NODE)
    command = ["node", str(script), str(port), str(count), str(BYTES[size])]
    told = subprocess.run(command, capture_output=True, check=True)
    return Measured(count / json.loads(told.stdout)["seconds"])
