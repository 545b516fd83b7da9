"""A connection that says nothing, or says its headers drop by drop, is closed: a thousand of them would be all there is
room for."""

import asyncio
from typing import ClassVar

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol


class PunctualProtocol(HttpToolsProtocol):
    """HTTP/1.1 as uvicorn speaks it, but each request's headers have to be there within `header_seconds`.

    They count from the connection's opening, and from the first octet of each later request.
    """

    header_seconds: ClassVar[float] = 20.0
    _late: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait."""
        super().connection_made(transport)
        self._expect()

    def on_message_begin(self) -> None:
        """Begin to wait for the headers of a further request; the first one's time runs already."""
        super().on_message_begin()
        if self._late is None:
            self._expect()

    def on_headers_complete(self) -> None:
        """They came in time."""
        self._expect_no_more()
        super().on_headers_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        """Nothing is waited for."""
        self._expect_no_more()
        super().connection_lost(exc)

    def _expect(self) -> None:
        self._late = self.loop.call_later(self.header_seconds, self.transport.close)

    def _expect_no_more(self) -> None:
        if self._late is not None:
            self._late.cancel()
            self._late = None
