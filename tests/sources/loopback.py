"""A web server on loopback that answers as a test tells it, and a fetcher that may reach it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from digest.sources.fetcher import Fetched, Fetcher, Limits

Handler = Callable[["Request", asyncio.StreamWriter], Awaitable[None]]


@dataclass(frozen=True)
class Request:
    path: str
    headers: dict[str, str]


@dataclass
class Site:
    """What each path answers: bytes with a content type, or a handler that writes what it likes."""

    port: int = 0
    paths: dict[str, Handler] = field(default_factory=dict)
    requests: list[Request] = field(default_factory=list)
    open: int = 0
    most_open: int = 0

    def url(self, path: str = "/", host: str = "127.0.0.1") -> str:
        return f"http://{host}:{self.port}{path}"

    def gives(
        self, path: str, body: bytes | str, kind: str = "application/xml", status: int = 200, **headers: str
    ) -> str:
        """Let a path answer with a body; the address of the path."""
        content = body.encode() if isinstance(body, str) else body

        async def handler(request: Request, writer: asyncio.StreamWriter) -> None:
            await answer(writer, status, content, {"Content-Type": kind, **named})

        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.paths[path] = handler
        return self.url(path)

    def redirects(self, path: str, to: str, status: int = 302) -> str:
        return self.gives(path, b"", status=status, Location=to)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            first, *lines = head.split("\r\n")
            headers = dict(line.lower().split(": ", 1) for line in lines if ": " in line)
            request = Request(first.split(" ")[1], headers)
            self.requests.append(request)
            self.open += 1
            self.most_open = max(self.most_open, self.open)
            handler = self.paths.get(request.path.partition("?")[0])
            if handler is None:
                await answer(writer, 404, b"")
            else:
                await handler(request, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            self.open = max(0, self.open - 1)
            writer.close()


async def answer(
    writer: asyncio.StreamWriter, status: int, body: bytes, headers: dict[str, str] | None = None
) -> None:
    lines = {"Content-Length": str(len(body)), "Connection": "close", **(headers or {})}
    head = f"HTTP/1.1 {status} X\r\n" + "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    writer.write(head.encode("latin-1") + b"\r\n" + body)
    await writer.drain()


@asynccontextmanager
async def serving() -> AsyncIterator[Site]:
    """A site on a free port; every connection is closed at the end."""
    site = Site()
    tasks: set[asyncio.Task[None]] = set()

    async def served(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        tasks.add(task)
        await site.serve(reader, writer)
        tasks.discard(task)

    server = await asyncio.start_server(served, "127.0.0.1", 0)
    site.port = server.sockets[0].getsockname()[1]
    try:
        yield site
    finally:
        server.close()
        for task in list(tasks):
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await server.wait_closed()


@asynccontextmanager
async def reaching(
    site: Site, limits: Limits | None = None, **names: Sequence[str]
) -> AsyncIterator[Fetcher]:
    """A fetcher whose only private address is that of the site; `names` are hosts and their addresses."""
    known = {name.replace("_", "."): addresses for name, addresses in names.items()}

    async def resolve(host: str, port: int) -> Sequence[str]:
        return known.get(host, [host])

    exceptions = frozenset({("127.0.0.1", site.port)})
    async with Fetcher(limits or Limits(seconds=5), exceptions=exceptions, resolve=resolve) as fetcher:
        yield fetcher


def fetch_from(
    set_up: Callable[[Site], str], *, limits: Limits | None = None, **names: Sequence[str]
) -> Fetched:
    """Run a server, let `set_up` say what it answers and which address is asked, and fetch that."""

    async def run() -> Fetched:
        async with serving() as site, reaching(site, limits, **names) as fetcher:
            return await fetcher.fetch(set_up(site))

    return asyncio.run(run())
