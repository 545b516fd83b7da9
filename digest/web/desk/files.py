"""The desk's stylesheet and its one script, kept by browsers for as long as they stay the same."""

from functools import cache

from starlette.requests import Request
from starlette.responses import Response

from digest.paths import templates

_KINDS = {"desk.css": "text/css", "desk.js": "text/javascript"}


def show(request: Request) -> Response:
    """One of the two files; pages ask for it by the version in their query."""
    name = request.url.path.rpartition("/")[2]
    headers = {"Cache-Control": "public, max-age=86400"}
    return Response(_content(name), media_type=_KINDS[name], headers=headers)


@cache
def _content(name: str) -> bytes:
    return (templates() / "desk" / name).read_bytes()
