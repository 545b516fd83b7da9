"""Who sends drop by drop keeps no place: headers and bodies have their time, and others are served meanwhile."""

import socket
import threading
import time
from collections.abc import Iterator

import pytest
import uvicorn
from starlette.middleware import Middleware

from digest.actions.listening import web_config
from digest.actions.punctual import PunctualProtocol
from digest.settings_model import Web
from digest.web.app import create_app
from digest.web.limits import RequestLimits

from .conftest import Site

SQLITE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
HEAD = b"POST /subscribe HTTP/1.1\r\nHost: news.example.org\r\nContent-Type: application/x-www-form-urlencoded\r\n"


class _Quick(PunctualProtocol):
    header_seconds = 0.4


@pytest.fixture
def port(site: Site) -> Iterator[int]:
    """The pages on a socket of their own, with less patience than usual."""
    app = create_app(site.context, answers=False)
    app.user_middleware = [
        Middleware(RequestLimits, body_seconds=0.4)
        if getattr(one.cls, "__name__", "") == "RequestLimits"
        else one
        for one in app.user_middleware
    ]
    config = web_config(Web(), "unused")
    config.app, config.factory, config.http = app, False, _Quick
    server = uvicorn.Server(config)
    listening = socket.create_server(("127.0.0.1", 0))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    yield listening.getsockname()[1]
    server.should_exit = True
    thread.join(10)
    listening.close()


def _all(connection: socket.socket) -> bytes:
    said = b""
    while part := connection.recv(65_536):
        said += part
    return said


@SQLITE
@pytest.mark.parametrize(
    "begun", [b"", b"GET /u HTT", b"GET /u HTTP/1.1\r\nHost: news.example.org\r\nX-Slow: "]
)
def test_headers_that_do_not_come_are_not_waited_for(port: int, begun: bytes) -> None:
    with socket.create_connection(("127.0.0.1", port), 5) as connection:
        connection.sendall(begun)
        assert _all(connection) == b""


@SQLITE
def test_the_headers_of_a_later_request_have_their_time_too(port: int) -> None:
    with socket.create_connection(("127.0.0.1", port), 5) as connection:
        for _ in range(3):  # in all longer than one request may take
            connection.sendall(b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n")
            assert connection.recv(65_536).startswith(b"HTTP/1.1 200")
            time.sleep(0.2)
        connection.sendall(b"GET /u HTTP/1.1\r\nHo")
        assert _all(connection) == b""


@SQLITE
def test_a_body_that_drips_is_refused_and_the_connection_closed(port: int) -> None:
    with socket.create_connection(("127.0.0.1", port), 5) as connection:
        connection.sendall(HEAD + b"Content-Length: 50\r\n\r\nemail=")
        said = _all(connection)
    assert said.startswith(b"HTTP/1.1 408")
    assert b"content-security-policy" in said.lower()
