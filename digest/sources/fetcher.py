"""Fetch one address safely: public networks only, few redirects, bounded time and bytes."""

import asyncio
import re
import ssl
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from http.cookiejar import CookieJar, DefaultCookiePolicy
from types import TracebackType
from typing import Self

import httpx2

from digest import __version__
from digest.sources.address import PinnedTransport, Reach, Resolver, system_resolver
from digest.sources.errors import AddressRefused, NoAnswer, RedirectRefused, SourceError, shown
from digest.sources.failures import bad_answer, megabytes, too_large, translated

FEED_TYPES = (
    "application/rss+xml, application/atom+xml, application/feed+json, application/rdf+xml;q=0.9, "
    "application/xml;q=0.8, text/xml;q=0.8, text/html;q=0.5, */*;q=0.1"
)
PAGE_TYPES = "text/html, application/xhtml+xml;q=0.9, */*;q=0.5"
_MOVED_FOR_GOOD = frozenset({301, 308})
_REDIRECTS = frozenset({301, 302, 303, 307, 308})


@dataclass(frozen=True)
class Limits:
    """Caps of one fetch: seconds in all, bytes as sent and as unpacked, redirects; and of all at once."""

    seconds: float = 20.0
    bytes: int = 10_000_000
    redirects: int = 5
    per_host: int = 2
    in_all: int = 16


@dataclass(frozen=True)
class Fetched:
    """An answer; `url` is where it came from in the end, `moved_to` too if all redirects were permanent."""

    url: str
    content: bytes
    content_type: str
    charset: str | None
    headers: Mapping[str, str]
    etag: str | None
    last_modified: str | None
    not_modified: bool = False
    moved_to: str | None = None


class Fetcher:
    """An asynchronous HTTP client that may be pointed at addresses strangers chose.

    Only http and https; every address a name resolves to must be public, is connected to as checked, and is
    checked anew at each redirect. No cookies are kept, no proxy of the environment is used. `contact` is put
    into the User-Agent so that a site's admin can reach whoever runs this. Use it as `async with`.
    """

    def __init__(
        self,
        limits: Limits | None = None,
        *,
        allow_private_networks: bool = False,
        exceptions: frozenset[tuple[str, int]] = frozenset(),
        resolve: Resolver = system_resolver,
        contact: str = "",
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self.limits = limits or Limits()
        reach = Reach(allow_private_networks, exceptions)
        agent = f"Digest/{__version__} (newsletter digest{'; +' + contact if contact else ''})"
        self._client = httpx2.AsyncClient(
            transport=PinnedTransport(
                reach, resolve, tls or ssl.create_default_context(), self.limits.in_all
            ),
            headers={"User-Agent": agent, "Accept-Encoding": "gzip, deflate"},
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
            timeout=httpx2.Timeout(self.limits.seconds, pool=None),
            trust_env=False,
        )
        self._all = asyncio.Semaphore(self.limits.in_all)
        self._hosts: dict[str, asyncio.Semaphore] = {}

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Close every connection."""
        await self._client.aclose()

    async def fetch(
        self, url: str, *, etag: str | None = None, last_modified: str | None = None, accept: str = FEED_TYPES
    ) -> Fetched:
        """The answer of an address, or `not_modified` if what `etag` or `last_modified` names still holds.

        Raises a SourceError with the address asked for, in plain words.
        """
        headers = {"Accept": accept}
        if etag:
            headers["If-None-Match"] = etag
        if last_modified:
            headers["If-Modified-Since"] = last_modified
        target = _checked(url)
        host = self._hosts.setdefault(target.host, asyncio.Semaphore(self.limits.per_host))
        stage = _Stage()
        async with host, self._all:
            try:
                async with asyncio.timeout(self.limits.seconds):
                    return await self._follow(url, target, headers, stage)
            except (TimeoutError, httpx2.TimeoutException):
                what = "did not finish its answer" if stage.answered else "did not answer"
                raise NoAnswer(
                    f"{shown(url)} {what} within {self.limits.seconds:g} s.",
                    "Try again later.",
                    url=url,
                ) from None
            except SourceError as error:
                error.url = error.url or url
                raise
            except (httpx2.HTTPError, httpx2.InvalidURL, ssl.SSLError, OSError) as error:
                raise translated(error, url) from None

    async def _follow(
        self, url: str, target: httpx2.URL, headers: dict[str, str], stage: "_Stage"
    ) -> Fetched:
        seen = {str(target)}
        for_good = True
        while True:
            async with self._answer(target, headers, len(seen) > 1, url) as response:
                stage.answered = True
                if response.status_code not in _REDIRECTS or "location" not in response.headers:
                    return await self._read(
                        url, response, str(target) if for_good and len(seen) > 1 else None
                    )
                for_good = for_good and response.status_code in _MOVED_FOR_GOOD
                target = _next(url, target, response.headers["location"])
            if str(target) in seen:
                raise RedirectRefused(
                    f"{shown(url)} redirects in a circle (back to {shown(str(target))}).",
                    "Open it in a browser and use the address you end at.",
                    url=url,
                    permanent=True,
                )
            seen.add(str(target))
            if len(seen) > self.limits.redirects + 1:
                raise RedirectRefused(
                    f"{shown(url)} redirects more than {self.limits.redirects} times.",
                    "Open it in a browser and use the address you end at.",
                    url=url,
                    permanent=True,
                )

    @asynccontextmanager
    async def _answer(
        self, target: httpx2.URL, headers: dict[str, str], redirected: bool, url: str
    ) -> AsyncIterator[httpx2.Response]:
        try:
            async with self._client.stream(
                "GET", target, headers=headers, follow_redirects=False
            ) as response:
                yield response
        except AddressRefused as error:
            if not redirected:
                raise
            raise RedirectRefused(
                f"{shown(url)} redirects to {shown(str(target))}, which is refused: {error.message}",
                error.hint,
                url=url,
                permanent=True,
            ) from None

    async def _read(self, url: str, response: httpx2.Response, moved_to: str | None) -> Fetched:
        status, headers = response.status_code, response.headers
        conditional = {"if-none-match", "if-modified-since"} & set(response.request.headers)
        if not (200 <= status < 300 or (status == 304 and conditional)):
            raise bad_answer(url, status, headers)
        content = b"" if status == 304 else await self._bounded(url, response)
        media_type, _, parameters = headers.get("content-type", "").partition(";")
        charset = re.search(r"charset\s*=\s*[\"']?([\w.:-]+)", parameters, re.IGNORECASE)
        return Fetched(
            url=str(response.url),
            content=content,
            content_type=media_type.strip().lower(),
            charset=charset[1].lower() if charset else None,
            headers=dict(headers),
            etag=headers.get("etag"),
            last_modified=headers.get("last-modified"),
            not_modified=status == 304,
            moved_to=moved_to,
        )

    async def _bounded(self, url: str, response: httpx2.Response) -> bytes:
        """The body, unpacked piece by piece (at most 1 MiB each), given up as soon as a cap is passed."""
        limit = self.limits.bytes
        announced = response.headers.get("content-length", "")
        if announced.isdigit() and int(announced) > limit:
            raise too_large(url, limit, f"is {megabytes(int(announced))}")
        content = bytearray()
        async for piece in response.aiter_bytes():
            content += piece
            if len(content) > limit or response.num_bytes_downloaded > limit:
                packed = len(content) > 2 * response.num_bytes_downloaded
                raise too_large(url, limit, "unpacks to more" if packed else "sends more")
        return bytes(content)


@dataclass
class _Stage:
    """How far a fetch came, for the words of its error."""

    answered: bool = False


def _checked(url: str) -> httpx2.URL:
    try:
        target = httpx2.URL(url.strip())
    except (httpx2.InvalidURL, UnicodeError, ValueError):
        target = None
    usable = target is not None and re.fullmatch(rb"[\w.-]+|[\da-f:.]+", target.raw_host, re.IGNORECASE)
    if target is None or target.scheme not in ("http", "https") or not usable:
        raise AddressRefused(
            f"{shown(url)!r} is not a web address.",
            "Write it as https://example.org/feed.",
            url=url,
            permanent=True,
        )
    return target.copy_with(fragment=None)


def _next(url: str, current: httpx2.URL, location: str) -> httpx2.URL:
    try:
        return _checked(str(current.join(location)))
    except (AddressRefused, httpx2.InvalidURL, ValueError):
        raise RedirectRefused(
            f"{shown(url)} redirects to {shown(location)!r}, which is not a web address.",
            url=url,
            permanent=True,
        ) from None
