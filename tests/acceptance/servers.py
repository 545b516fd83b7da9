"""A hostile web site and a moody mail server, on loopback in threads of the test."""

import asyncio
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from email import message_from_bytes
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session


class Site:
    """A web site on loopback whose addresses answer as badly as a test needs."""

    def __init__(self) -> None:
        self.paths: dict[str, Callable[[BaseHTTPRequestHandler], None]] = {}
        self.closed = threading.Event()
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                site.paths.get(self.path, not_there)(self)

            def log_message(self, *_: object) -> None: ...

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))
        self._thread.start()

    def close(self) -> None:
        self.closed.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def gives(self, path: str, body: str | bytes, kind: str = "text/html; charset=utf-8") -> str:
        """Let an address answer with these bytes; the whole address."""
        content = body.encode() if isinstance(body, str) else body
        return self.acts(path, lambda request: answer(request, 200, content, {"Content-Type": kind}))

    def acts(self, path: str, act: Callable[[BaseHTTPRequestHandler], None]) -> str:
        self.paths[path] = act
        return self.url + path


def answer(request: BaseHTTPRequestHandler, status: int, content: bytes, headers: dict[str, str]) -> None:
    request.send_response(status)
    for name, value in headers.items():
        request.send_header(name, value)
    request.send_header("Content-Length", str(len(content)))
    request.end_headers()
    request.wfile.write(content)


def not_there(request: BaseHTTPRequestHandler) -> None:
    answer(request, 404, b"<title>Not found</title>", {"Content-Type": "text/html"})


@dataclass
class Relay:
    """An SMTP server in a thread. Each mail takes it `seconds`; `vanish` cuts every connection, as a crash does."""

    seconds: float = 0.0
    password: str = ""
    port: int = 0
    received: list[tuple[str, str, bytes]] = field(default_factory=list)
    """Recipient, Message-ID and bytes of each mail that was answered with 250."""

    def __post_init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._connections: list[asyncio.BaseTransport] = []
        self._thread = threading.Thread(target=self._loop.run_forever)
        self._thread.start()
        self.appear()

    def appear(self) -> None:
        self._server = asyncio.run_coroutine_threadsafe(self._listen(), self._loop).result(10)
        self.port = self._server.sockets[0].getsockname()[1]

    async def _listen(self) -> asyncio.Server:
        relay = self

        class Connection(SMTP):
            def connection_made(self, transport: asyncio.BaseTransport) -> None:
                relay._connections.append(transport)
                super().connection_made(transport)

        def connection() -> SMTP:
            return Connection(
                relay,
                hostname="mail.example.org",
                enable_SMTPUTF8=True,
                authenticator=relay._authenticate if relay.password else None,
                auth_require_tls=False,
                loop=relay._loop,
            )

        return await self._loop.create_server(connection, "127.0.0.1", self.port)

    def _authenticate(self, *arguments: Any) -> AuthResult:
        given = arguments[-1]
        right = isinstance(given, LoginPassword) and given.password == self.password.encode()
        return AuthResult(success=right, handled=False)

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.password and not session.authenticated:
            return "530 5.7.0 Authentication required"
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 2.1.0 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        await asyncio.sleep(self.seconds)
        content = envelope.original_content or b""
        self.received.append((envelope.rcpt_tos[0], str(message_from_bytes(content)["Message-ID"]), content))
        return "250 2.0.0 kept"

    def vanish(self) -> None:
        """The server's process dies: nothing listens, and what was connected is reset."""
        asyncio.run_coroutine_threadsafe(self._cut(), self._loop).result(10)

    async def _cut(self) -> None:
        self._server.close()
        for transport in self._connections:
            transport.abort()  # type: ignore[attr-defined]
        self._connections.clear()
        await asyncio.sleep(0)

    def close(self) -> None:
        self.vanish()
        asyncio.run_coroutine_threadsafe(self._drain(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _drain(self) -> None:
        """Let the tasks of cut connections end."""
        own = asyncio.current_task()
        left = [task for task in asyncio.all_tasks() if task is not own]
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)

    def await_mails(self, number: int, seconds: float = 60) -> None:
        until = time.monotonic() + seconds
        while len(self.received) < number:
            assert time.monotonic() < until, f"only {len(self.received)} mails came"
            time.sleep(0.01)
