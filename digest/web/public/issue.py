"""The web version of an issue, by the signed link of a mail."""

import re

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from digest.actions import archive
from digest.actions.archive import Reading
from digest.actions.context import Context
from digest.web.pages import fragment

# The mail's own styles are inline, its pictures come from the newsroom; nothing in it may run.
POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src http: https: data:; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'; sandbox allow-popups allow-top-navigation-by-user-activation"
)
_BODY = re.compile(r"<body[^>]*>")


def show(request: Request) -> Response:
    """The issue as it was sent, without what differs from reader to reader."""
    context: Context = request.app.state.context
    return readable(archive.by_link(context, request.path_params["token"]))


def readable(reading: Reading) -> Response:
    """The issue with its corrections above it, and a line of links where it stands in an archive."""
    above = fragment("issue_links", reading.look, reading=reading) if reading.archive_url else ""
    if reading.corrections:
        above += fragment("issue_corrections", reading.look, reading=reading)
    html = _BODY.sub(lambda body: f"{body[0]}{above}<main>", reading.html, count=1)
    html = "</main></body>".join(html.rsplit("</body>", 1))
    return HTMLResponse(html, headers={"Content-Security-Policy": POLICY})
