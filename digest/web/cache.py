"""Answers that are the same for everybody, kept for some seconds, with ETag and 304 (RFC 9110 section 13.1.2)."""

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

SECONDS = 30.0
"""How long an answer may be old; also told to browsers and to caches on the way."""
MOST = 512
"""Answers kept; the one not asked for the longest goes first."""
LARGEST = 1_000_000
BYTES = 16_000_000
"""What all answers together may weigh, so that invented queries cannot fill the memory."""


@dataclass(frozen=True)
class _Kept:
    until: float
    etag: str
    answer: Response


class Cache:
    """Keeps answers by address. Used in the event loop's thread only, so it needs no lock."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._kept: OrderedDict[str, _Kept] = OrderedDict()
        self._bytes = 0
        self._clock = clock

    async def answer(self, request: Request, make: Callable[[Request], Response]) -> Response:
        """What was kept for this address, or what `make` gives now; 304 where the reader has it already."""
        key = f"{request.url.path}?{request.url.query}"
        found = self._kept.get(key)
        if found is None or found.until <= self._clock():
            found = self._keep(key, await run_in_threadpool(make, request))
        else:
            self._kept.move_to_end(key)
        if found.etag and _has(request.headers.get("if-none-match"), found.etag):
            headers = {name: found.answer.headers[name] for name in ("etag", "cache-control")}
            return Response(status_code=304, headers=headers)
        return found.answer

    def _keep(self, key: str, answer: Response) -> _Kept:
        if answer.status_code != 200 or len(answer.body) > LARGEST:
            return _Kept(0, "", answer)
        etag = f'"{sha256(answer.body).hexdigest()[:20]}"'
        answer.headers["ETag"] = etag
        answer.headers["Cache-Control"] = f"public, max-age={SECONDS:.0f}"
        before = self._kept.pop(key, None)
        self._bytes += len(answer.body) - (len(before.answer.body) if before else 0)
        kept = self._kept[key] = _Kept(self._clock() + SECONDS, etag, answer)
        while len(self._kept) > MOST or self._bytes > BYTES:
            _, oldest = self._kept.popitem(last=False)
            self._bytes -= len(oldest.answer.body)
        return kept

    @property
    def size(self) -> tuple[int, int]:
        """How many answers are kept, and their bytes."""
        return len(self._kept), self._bytes


def _has(header: str | None, etag: str) -> bool:
    """Whether If-None-Match names the tag; the comparison is the weak one."""
    if header is None:
        return False
    return header.strip() == "*" or etag in [part.strip().removeprefix("W/") for part in header.split(",")]
