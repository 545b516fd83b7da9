"""What holds for every request and every answer: host, sizes, and the headers of safety."""

import asyncio
from typing import Final
from urllib.parse import urlsplit

from starlette.datastructures import MutableHeaders
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from digest.actions.context import Context
from digest.web.api import problem
from digest.web.hooks import receive as hooks

MAX_BODY_BYTES: Final = 64_000
MAX_BODY_SECONDS: Final = 30.0
"""From the headers to the last octet: nobody types into a request, and one that drips holds a place."""
MAX_HEADER_BYTES: Final = 16_000
MAX_PATH_BYTES: Final = 2_000
POLICY: Final = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
_WITHOUT_HOST = ("/health", "/metrics")
"""What a load balancer or a monitor asks under an address of its own."""


class BodyTooLarge(Exception):
    """The request's body is larger than any form of ours."""


class BodyTooSlow(Exception):
    """The request's body did not come within MAX_BODY_SECONDS."""


class RequestLimits:
    """Refuses what no browser sends: another host's name (421), long headers (431), paths (414), bodies that are
    too large (413) or drip (408).

    The host is that of the setting `public_url`. No address is ever made of the Host header; refusing
    a false one also keeps it out of caches on the way.
    """

    def __init__(self, app: ASGIApp, body_seconds: float = MAX_BODY_SECONDS) -> None:
        self.app = app
        self._body_seconds = body_seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        refusal = _refusal(scope)
        if refusal is not None:
            await refusal(scope, receive, send)
            return
        received, begun, whole = 0, False, False
        loop = asyncio.get_running_loop()
        until = loop.time() + self._body_seconds

        async def counted() -> Message:
            nonlocal received, whole
            try:
                # What comes after the body is that the reader went away, and that may be waited for.
                async with asyncio.timeout_at(None if whole else until):
                    message = await receive()
            except TimeoutError:
                raise BodyTooSlow from None
            whole = not message.get("more_body", False)
            received += len(message.get("body", b""))
            if received > _most(scope):
                raise BodyTooLarge
            return message

        async def noticed(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            await self.app(scope, counted, noticed)
        except BodyTooLarge:
            if not begun:
                await _refused(scope, 413, "The request is too large.")(scope, receive, send)
        except BodyTooSlow:
            if not begun:
                answer = _refused(scope, 408, "The request came too slowly.")
                answer.headers["Connection"] = "close"  # what is missing may yet come, and is no new request
                await answer(scope, receive, send)


def _refused(scope: Scope, status: int, sentence: str) -> Response:
    if problem.concerns(scope["path"]):
        return problem.answer(problem.Refused(status, sentence))
    return PlainTextResponse(f"{sentence}\n", status)


def _refusal(scope: Scope) -> Response | None:
    headers: list[tuple[bytes, bytes]] = scope["headers"]
    if sum(len(name) + len(value) for name, value in headers) > MAX_HEADER_BYTES:
        return _refused(scope, 431, "The request's headers are too large.")
    # PostgreSQL keeps no zero octet in a text. The API's own models say so, field by field.
    if not problem.concerns(scope["path"]):
        if "\x00" in scope["path"]:
            return _refused(scope, 404, "There is no such page.")
        if b"%00" in scope["query_string"]:
            return _refused(scope, 400, "The address holds a zero octet.")
    if len(scope["path"]) + len(scope["query_string"]) > MAX_PATH_BYTES:
        return _refused(scope, 414, "The address is too long.")
    hosts = [value for name, value in headers if name == b"host"]
    if scope["path"] not in _WITHOUT_HOST and (len(hosts) != 1 or not _is_ours(scope, hosts[0])):
        return _refused(scope, 421, "This address is not served here.")
    length = next((value for name, value in headers if name == b"content-length"), b"0")
    if not length.isdigit() or int(length) > _most(scope):
        return _refused(scope, 413, "The request is too large.")
    return None


def _most(scope: Scope) -> int:
    """Octets of a body that may come: providers of mail report more at once than any form holds."""
    return hooks.MAX_BODY_BYTES if scope["path"].startswith("/hooks/") else MAX_BODY_BYTES


def _is_ours(scope: Scope, host: bytes) -> bool:
    context: Context = scope["app"].state.context
    try:
        asked = urlsplit("//" + host.decode("ascii"))
        plain = not (asked.path or asked.query or asked.fragment or asked.username)
        return plain and asked.hostname == urlsplit(context.settings.public_url).hostname
    except ValueError:
        return False


class SafetyHeaders:
    """Sets the headers of standards 6.5 on every answer; a page may set its own policy first."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                make_safe(headers, scope["app"].state.context)
            await send(message)

        await self.app(scope, receive, with_headers if scope["type"] == "http" else send)


def make_safe(headers: MutableHeaders, context: Context) -> None:
    """Add the headers of safety where the answer has none of its own; `X-Robots-Tag: all` means no such header."""
    headers.setdefault("Content-Security-Policy", POLICY)
    headers.setdefault("Cache-Control", "no-store")
    headers.setdefault("Referrer-Policy", "no-referrer")
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    headers.setdefault("Permissions-Policy", "interest-cohort=(), browsing-topics=()")
    if "x-robots-tag" not in headers:
        headers["X-Robots-Tag"] = "noindex"
    elif headers["x-robots-tag"] == "all":
        del headers["x-robots-tag"]
    if context.settings.public_url.startswith("https:"):
        headers.setdefault("Strict-Transport-Security", "max-age=31536000")
