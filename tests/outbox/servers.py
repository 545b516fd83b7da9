"""Mail servers for the tests: one that misbehaves on command, and aiosmtpd in a process of its own."""

import asyncio
import os
import re
import socket
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

Fault = str | int | None
"""An SMTP code to answer with (`550`, or a whole line `550 5.1.1 gone`), or `close`, `close after`
(accept, then close without a reply), `cut` (half a reply, then close), `hang`, `junk`, `endless`, `slow`,
`trickle` (the usual reply, a byte at a time), `bare` (the usual reply, ended by LF alone), `twice` (an extra
reply that nobody asked for)."""


@dataclass
class Accepted:
    """One message that the server took."""

    sender: str
    recipient: str
    content: bytes


@dataclass
class FaultServer:
    """`fault(stage, address, number)` is asked at `greeting`, `ehlo`, `auth`, `mail`, `rcpt`, `data`, `dot`, `rset`;
    `number` counts the transactions. `address` is the recipient where it is known."""

    fault: Callable[[str, str, int], Fault] = lambda stage, address, number: None
    extensions: tuple[str, ...] = ("PIPELINING", "8BITMIME", "SIZE 10000000")
    tls: ssl.SSLContext | None = None
    delay: float = 0.0
    accepted: list[Accepted] = field(default_factory=list)
    connections: int = 0
    at_once: int = 0
    most_at_once: int = 0
    errors: list[str] = field(default_factory=list)
    commands: list[str] = field(default_factory=list)
    port: int = 0
    transactions: int = 0

    @property
    def recipients(self) -> list[str]:
        return [message.recipient for message in self.accepted]

    @contextmanager
    def running(self) -> Iterator["FaultServer"]:
        loop = asyncio.new_event_loop()
        thread = threading.Thread(target=loop.run_forever, name="fault-server")
        thread.start()
        server = asyncio.run_coroutine_threadsafe(
            asyncio.start_server(self._serve, "127.0.0.1", self.port, limit=2**20), loop
        ).result()
        self.port = server.sockets[0].getsockname()[1]
        try:
            yield self
        finally:
            asyncio.run_coroutine_threadsafe(_end(server), loop).result()
            loop.call_soon_threadsafe(loop.stop)
            thread.join()
            loop.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            await self._talk(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError, ssl.SSLError):
            pass
        finally:
            self.at_once -= 1
            writer.close()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        manner: list[str] = []

        async def say(line: str) -> None:
            if self.delay:
                await asyncio.sleep(self.delay)
            how = manner.pop() if manner else ""
            wire = line.encode() + (b"\n" if how == "bare" else b"\r\n")
            for piece in [wire[at : at + 1] for at in range(len(wire))] if how == "trickle" else [wire]:
                writer.write(piece)
                await writer.drain()
                if how == "trickle":
                    await asyncio.sleep(0.001)
            if how == "twice":
                writer.write(b"250 2.0.0 and again\r\n")
                await writer.drain()

        async def trouble(stage: str, address: str = "") -> bool:
            """Do what the fault says; True when the command was answered that way."""
            return await suffer(self.fault(stage, address, self.transactions))

        async def suffer(fault: Fault) -> bool:
            if fault is None:
                return False
            if fault == "close":
                writer.transport.abort()
                raise ConnectionResetError
            if fault == "hang":
                await asyncio.sleep(30)
            elif fault == "junk":
                await say("what was that?")
            elif fault == "endless":
                for _ in range(5000):
                    await say("250-and so on and on")
            elif fault == "slow":
                await asyncio.sleep(0.2)
                return False
            elif fault in ("trickle", "bare", "twice"):
                manner.append(str(fault))
                return False
            elif fault == "cut":
                writer.write(b"25")
                await writer.drain()
                writer.close()
                raise ConnectionResetError
            else:
                line = str(fault)
                await say(line if " " in line else f"{line} {line[0]}.0.0 as told")
                if line.startswith("421"):
                    writer.close()
                    raise ConnectionResetError
            return True

        if not await trouble("greeting"):
            await say("220 fault.example ESMTP")
        sender = recipient = ""
        while command := (await reader.readline()).decode("utf-8", "replace").rstrip("\r\n"):
            self.commands.append(command)
            verb = command[:4].upper()
            if verb == "EHLO":
                if await trouble("ehlo"):
                    continue
                offers = [*self.extensions]
                if self.tls and writer.get_extra_info("sslcontext") is None:
                    offers.append("STARTTLS")
                lines = ["fault.example", *offers]
                for line in lines[:-1]:
                    writer.write(f"250-{line}\r\n".encode())
                await say(f"250 {lines[-1]}")
            elif verb == "STAR":
                await say("220 go ahead")
                await writer.start_tls(self.tls)
            elif verb == "AUTH":
                if not await trouble("auth"):
                    await say("235 2.7.0 welcome")
            elif verb == "MAIL":
                self.transactions += 1
                if await trouble("mail"):
                    continue
                if sender:
                    self.errors.append("MAIL inside a transaction")
                sender, recipient = re.search("<(.*)>", command)[1], ""  # type: ignore[index]
                await say("250 2.1.0 ok")
            elif verb == "RCPT":
                address = re.search("<(.*)>", command)[1]  # type: ignore[index]
                if await trouble("rcpt", address):
                    continue
                if not sender:
                    await say("503 5.5.1 MAIL first")
                    continue
                recipient = address
                await say("250 2.1.5 ok")
            elif verb == "DATA":
                if await trouble("data", recipient):
                    continue
                if not recipient:
                    await say("554 5.5.1 no valid recipients")
                    continue
                await say("354 go ahead")
                content = (await reader.readuntil(b"\r\n.\r\n"))[:-3]
                fault = self.fault("dot", recipient, self.transactions)
                if fault == "close after":
                    self.accepted.append(Accepted(sender, recipient, content))
                    writer.transport.abort()
                    return
                if not await suffer(fault):
                    self.accepted.append(Accepted(sender, recipient, content))
                    await say("250 2.0.0 queued")
                sender = recipient = ""
            elif verb == "RSET":
                sender = recipient = ""
                if await trouble("rset"):
                    continue
                await say("250 2.0.0 ok")
            elif verb == "QUIT":
                await say("221 2.0.0 bye")
                return
            else:
                await say("250 2.0.0 ok")


async def _end(server: asyncio.Server) -> None:
    server.close()
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)
    await server.wait_closed()


_AIOSMTPD = """
import os, sys, time
from aiosmtpd.controller import Controller
class Keep:
    number = 0
    async def handle_DATA(self, server, session, envelope):
        Keep.number += 1
        name = f"{sys.argv[2]}/{os.getpid()}-{Keep.number}"
        with open(name + ".part", "wb") as file:
            file.write("\\n".join([envelope.mail_from, *envelope.rcpt_tos, "", ""]).encode())
            file.write(envelope.original_content)
        os.rename(name + ".part", name + ".eml")
        return "250 2.0.0 kept"
controller = Controller(Keep(), hostname="127.0.0.1", port=int(sys.argv[1]), enable_SMTPUTF8=True)
controller.start()
print("ready", flush=True)
sys.stdin.read()
controller.stop()
"""


@dataclass(frozen=True)
class RealServer:
    """aiosmtpd in its own process, keeping what it accepted in a folder."""

    port: int
    folder: Path
    process_id: int

    def count(self) -> int:
        """How many messages it took so far."""
        return sum(1 for entry in os.scandir(self.folder) if entry.name.endswith(".eml"))

    def accepted(self) -> list[Accepted]:
        messages = []
        for path in sorted(self.folder.glob("*.eml")):
            envelope, _, content = path.read_bytes().partition(b"\n\n")
            sender, recipient = envelope.decode().split("\n")
            messages.append(Accepted(sender, recipient, content))
        return messages


@contextmanager
def aiosmtpd_process(folder: Path, port: int | None = None) -> Iterator[RealServer]:
    folder.mkdir(parents=True, exist_ok=True)
    port = port or free_port()
    process = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-c", _AIOSMTPD, str(port), str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        assert process.stdout.readline().strip() == b"ready"
        yield RealServer(port, folder, process.pid)
    finally:
        process.stdin.close()
        process.wait(10)
        process.stdout.close()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def greets(port: int, patience: float = 10.0) -> bool:
    """Whether a mail server says hello at that port of this machine; one that starts up may listen long before."""
    try:
        with socket.create_connection(("127.0.0.1", port), patience) as probe, probe.makefile("rwb") as talk:
            ready = talk.readline().startswith(b"220")
            talk.write(b"QUIT\r\n")
            talk.flush()
            return ready and bool(talk.readline())
    except OSError:
        return False


def until(condition: Callable[[], bool], seconds: float = 15.0) -> None:
    """Wait for `condition`, or fail."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not come true in time"
        time.sleep(0.02)
