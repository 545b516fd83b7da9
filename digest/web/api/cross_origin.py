"""Who may sign up by script from a page of another site: those that the settings name (Fetch standard, CORS)."""

from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import Response

from digest.actions.context import Context


def allowed_origin(context: Context, origin: str) -> bool:
    """Whether `[web] allowed_redirects` names the site of this Origin header."""
    return origin in [_origin(site) for site in context.settings.web.allowed_redirects]


def _origin(site: str) -> str:
    parts = urlsplit(site)
    return f"{parts.scheme}://{parts.netloc}"


def headers(context: Context, request: Request) -> dict[str, str]:
    """What lets the browser show the answer to that page's script; without a cookie or a token of ours."""
    origin = request.headers.get("origin", "")
    if not allowed_origin(context, origin):
        return {"Vary": "Origin"}
    return {"Access-Control-Allow-Origin": origin, "Vary": "Origin"}


def preflight(request: Request) -> Response:
    """The browser's question before it posts JSON."""
    context: Context = request.app.state.context
    allowed = headers(context, request)
    if "Access-Control-Allow-Origin" not in allowed:
        return Response(status_code=403, headers=allowed)
    return Response(
        status_code=204,
        headers={
            **allowed,
            "Access-Control-Allow-Methods": "POST",
            "Access-Control-Allow-Headers": "Content-Type",
            "Access-Control-Max-Age": "600",
        },
    )
