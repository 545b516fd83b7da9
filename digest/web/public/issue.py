"""The web version of an issue, by signed link."""

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from digest.actions import web_version
from digest.actions.context import Context

# The mail's own styles are inline, its pictures come from the newsroom; nothing in it may run.
POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src http: https: data:; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'; sandbox allow-popups allow-top-navigation-by-user-activation"
)


def show(request: Request) -> Response:
    """The issue as it was sent, without what differs from reader to reader."""
    context: Context = request.app.state.context
    html = web_version.web_version(context, request.path_params["token"])
    return HTMLResponse(html, headers={"Content-Security-Policy": POLICY})
