"""`/metrics`: counts for Prometheus, for whoever knows the token, or for this machine alone."""

import hmac
import ipaddress

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from digest.actions.context import Context
from digest.web.caller import caller
from outbox.metrics import CONTENT_TYPE, exposition

_FORWARDED = ("forwarded", "x-forwarded-for", "x-real-ip", "via")
"""What a proxy adds: then the caller is not this machine, whatever the connection says."""


def show(request: Request) -> Response:
    """The counts of the latest mailings: numbers and states only."""
    context: Context = request.app.state.context
    refusal = _refusal(request, context)
    if refusal is not None:
        return refusal
    with context.database.reading() as session:
        return PlainTextResponse(
            exposition(session, known=request.app.state.metrics), media_type=CONTENT_TYPE
        )


def _refusal(request: Request, context: Context) -> Response | None:
    token = context.settings.web.metrics_token
    if token is not None:
        given = request.headers.get("authorization", "")
        if hmac.compare_digest(given.encode(), f"Bearer {token.get_secret_value()}".encode()):
            return None
        return PlainTextResponse(
            "This needs the token of the settings.\n", 401, headers={"WWW-Authenticate": "Bearer"}
        )
    if _is_this_machine(request):
        return None
    return PlainTextResponse("This is for the machine itself; for others set web.metrics_token.\n", 403)


def _is_this_machine(request: Request) -> bool:
    if any(name in request.headers for name in _FORWARDED):
        return False
    try:
        return ipaddress.ip_address(caller(request)).is_loopback
    except ValueError:
        return False
