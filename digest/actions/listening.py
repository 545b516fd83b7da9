"""Listening: the socket and the server of the pages, without anything that builds or sends issues."""

import asyncio
import socket
import sys
from typing import Literal

import uvicorn

from digest.problem import Problem
from digest.settings_model import Web


def web_config(web: Web, app: str) -> uvicorn.Config:
    """How the pages are served: forwarded addresses count only from the proxies of the settings."""
    return uvicorn.Config(
        app,
        factory=True,
        host=web.host,
        port=web.port,
        log_level="warning",
        access_log=False,
        server_header=False,
        http=_protocol(),
        timeout_keep_alive=10,
        limit_concurrency=1000,
        h11_max_incomplete_event_size=32_768,
        proxy_headers=bool(web.trusted_proxies),
        forwarded_allow_ips=web.trusted_proxies or None,
    )


def _protocol() -> "type[asyncio.Protocol] | Literal['auto']":
    """The one that waits for nobody's headers; on Windows, where its parser is not to be had, uvicorn's own."""
    if sys.platform == "win32":
        return "auto"
    from digest.actions.punctual import PunctualProtocol

    return PunctualProtocol


def listen(web: Web) -> socket.socket:
    """The socket of the pages; Problem when the address is taken or not ours."""
    try:
        return socket.create_server((web.host, web.port), family=_family(web.host), backlog=2048)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise Problem(
            f"The pages cannot be served on {web.host}:{web.port}: {reason}.",
            "Set another [web] port, or end what listens there.",
        ) from None


def _family(host: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in host else socket.AF_INET
