"""The one stylesheet of the public pages."""

from functools import cache
from hashlib import sha256

from starlette.requests import Request
from starlette.responses import Response

from digest.paths import templates


@cache
def _sheet() -> tuple[bytes, str]:
    content = (templates() / "pages" / "style.css").read_bytes()
    return content, f'"{sha256(content).hexdigest()[:16]}"'


def show(request: Request) -> Response:
    """The stylesheet, kept by browsers for a day."""
    content, etag = _sheet()
    headers = {"ETag": etag, "Cache-Control": "public, max-age=86400"}
    if request.headers.get("if-none-match") == etag:
        return Response(status_code=304, headers=headers)
    return Response(content, media_type="text/css", headers=headers)
