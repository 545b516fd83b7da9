"""Who asks, and who answers later."""

from starlette.requests import Request


def caller(request: Request) -> str:
    """The caller's IP address.

    It is that of the connection, unless the connection comes from a proxy that the settings trust: then
    uvicorn has put the address that the proxy names in its place (see `digest.actions.run.web_config`).
    """
    return request.client.host if request.client else ""


def wake(request: Request) -> None:
    """Tell the one who answers sign-ups in this process, if there is one, that something was queued."""
    answering = getattr(request.app.state, "answering", None)
    if answering is not None:
        answering.wake()
