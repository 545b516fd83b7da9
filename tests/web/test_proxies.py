"""Whose address counts: the connection's, or the one that a trusted proxy names, and no other."""

from typing import Any

import pytest
from starlette.responses import PlainTextResponse
from starlette.testclient import TestClient
from starlette.types import Receive, Scope, Send

from digest.actions.listening import web_config
from digest.settings_model import Web


async def _echo(scope: Scope, receive: Receive, send: Send) -> None:
    await PlainTextResponse(scope["client"][0])(scope, receive, send)


def _seen(web: Web, connection: str, **headers: str) -> str:
    config = web_config(web, "unused")
    config.app, config.factory = _echo, False
    config.load()
    app: Any = config.loaded_app
    client = TestClient(app, client=(connection, 5000))
    return client.get("/", headers={key.replace("_", "-"): value for key, value in headers.items()}).text


@pytest.mark.parametrize(
    ("trusted", "connection", "named", "counts"),
    [
        ([], "203.0.113.1", "198.51.100.9", "203.0.113.1"),
        (["10.0.0.1"], "203.0.113.1", "198.51.100.9", "203.0.113.1"),
        (["10.0.0.1"], "10.0.0.1", "198.51.100.9", "198.51.100.9"),
        (["10.0.0.1"], "10.0.0.1", "127.0.0.1, 198.51.100.9", "198.51.100.9"),
        (["10.0.0.0/8"], "10.0.0.7", "198.51.100.9, 10.0.0.3", "198.51.100.9"),
    ],
)
def test_a_forwarded_address_counts_only_from_a_trusted_proxy(
    trusted: list[str], connection: str, named: str, counts: str
) -> None:
    assert _seen(Web(trusted_proxies=trusted), connection, X_Forwarded_For=named) == counts
