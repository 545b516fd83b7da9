"""A counted link: the reader is led on at once, and what is counted is counted later."""

from collections.abc import Callable
from datetime import UTC, datetime
from time import monotonic
from typing import Generic, TypeVar

from anyio import to_thread
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import Response

from digest.actions.counting import Counting
from digest.actions.track import Target, reader_of
from digest.signing import BadToken
from digest.tracking.machines import Hit
from digest.tracking.modes import Mode
from digest.web.caller import caller

T = TypeVar("T")
KNOWN_SECONDS = 60.0
"""How long a newsletter that stops counting may still be counted by this process."""
MOST_KNOWN = 10_000


class Known(Generic[T]):
    """What `look_up` gave for a token a short while ago."""

    def __init__(self, look_up: Callable[[str], T]) -> None:
        self._look_up = look_up
        self._known: dict[str, tuple[float, T]] = {}

    async def of(self, token: str) -> T:
        """What the token stands for; what `look_up` raises is raised, and not remembered."""
        now = monotonic()
        known = self._known.get(token)
        if known is not None and now - known[0] < KNOWN_SECONDS:
            return known[1]
        found = await to_thread.run_sync(self._look_up, token)
        if len(self._known) >= MOST_KNOWN:
            self._known.clear()
        self._known[token] = (now, found)
        return found


async def show(request: Request) -> Response:
    """`/r/<link>` and `/r/<link>/<reader>`: on to the stored address, whole.

    A reader's token that is not right names nobody: the reader is led on all the same, and is not counted.
    """
    targets: Known[Target] = request.app.state.targets
    found = await targets.of(request.path_params["link"])
    note(request, found.issue_id, found.link_id, found.mode)
    headers = {"Location": found.url, "Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}
    return Response(status_code=302, headers=headers)


def note(request: Request, issue_id: int, link_id: int | None, mode: Mode) -> None:
    """Hand what was asked for to those who count, as far as `mode` allows."""
    if mode is Mode.OFF:
        return
    token = request.path_params.get("reader")
    subscriber_id = None
    if token is not None:
        try:
            subscriber_id = reader_of(request.app.state.context, issue_id, token)
        except BadToken:
            return
    counting: Counting = request.app.state.counting
    counting.add(
        Hit(
            issue_id=issue_id,
            link_id=link_id,
            subscriber_id=subscriber_id if mode is Mode.PERSONS else None,
            at=datetime.now(UTC),
            caller=caller(request),
            agent=request.headers.get("user-agent", "")[:300],
            head=request.method == "HEAD",
            prefetch=_is_prefetch(request.headers),
        )
    )


def _is_prefetch(headers: Headers) -> bool:
    """Whether a browser or program says that nobody has asked to see this yet."""
    purposes = (headers.get(name, "") for name in ("sec-purpose", "purpose", "x-purpose", "x-moz"))
    return any(word in one.lower() for one in purposes for word in ("prefetch", "prerender", "preview"))
