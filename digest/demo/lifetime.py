"""A server in a process of its own that says where it listens and never outlives its parent."""

import json
import socket
import sys
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from starlette.applications import Starlette


def listen(port: int = 0) -> socket.socket:
    """A socket that listens on loopback; port 0 takes a free one."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("127.0.0.1", port))
    listener.listen(128)
    return listener


def announce(**facts: Any) -> None:
    """Tell the parent, in one line of JSON, that the server is ready."""
    print(json.dumps(facts), flush=True)


def when_parent_ends(stop: Callable[[], object]) -> None:
    """Call `stop` once standard input ends: the parent closed it, or died, however it died."""

    def wait() -> None:
        sys.stdin.buffer.read()
        stop()

    threading.Thread(target=wait, daemon=True).start()


def serve(app: "Starlette", listener: socket.socket, *, child: bool) -> None:
    """Serve `app` until Ctrl-C or, as a child process, until the parent ends."""
    import uvicorn

    server = uvicorn.Server(
        uvicorn.Config(
            app, log_level="warning", access_log=False, lifespan="off", timeout_graceful_shutdown=2
        )
    )
    if child:
        when_parent_ends(lambda: setattr(server, "should_exit", True))
    server.run(sockets=[listener])
