"""SMTP transactions over a connection that is already open: bytes out, replies matched in order.

aiosmtplib makes the connection (TLS, STARTTLS, AUTH); this protocol then takes its transport over,
because aiosmtplib's own drops the replies of pipelined commands. MAIL, RCPT and DATA go out together
where PIPELINING is offered (RFC 2920), one by one where not.

Two orders of work. Strict: intent durable, then the envelope, then the body; two round trips a
message. Overlapped, for far servers: the next envelope rides behind the last body, and the intent is
made durable when the server has said 354 and before a byte of the body leaves; one round trip.
"""

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from outbox.relay import Timeouts
from outbox.replies import End, Result, Stage

LONGEST_REPLY = 32_768
MOST_LINES = 200


@dataclass(slots=True, eq=False)
class Dispatch:
    """One message as it goes over the wire: two commands without CRLF, and a body that ends in CRLF
    and in which no line starts with a dot."""

    mail: bytes
    rcpt: bytes
    wire: bytes


class Courier(Protocol):
    """Who gives a pipeline its messages and hears how they ended."""

    def take(self) -> Dispatch | None:
        """The next message, or None when there is none now (`Pipeline.kick` asks again)."""
        ...

    def intend(self, dispatch: Dispatch, then: Callable[[bool], None]) -> None:
        """Make the intent to send durable, then say whether it holds."""
        ...

    def report(self, dispatch: Dispatch, result: Result) -> None:
        """How it ended; called exactly once for every message taken whose intent was not refused."""
        ...


class ConnectionEnded(Exception):
    """The connection is of no use any more: `busy` when the server asked us to go away (421), `ours`
    when we hung up for a reason of our own."""

    def __init__(self, message: str, *, busy: bool = False, ours: bool = False) -> None:
        super().__init__(message)
        self.busy = busy
        self.ours = ours


@dataclass(slots=True)
class _Open:
    """A transaction under way."""

    refusal: Result | None = None
    accepted: bool = False
    intended: bool = False
    body_left: bool = False


class Pipeline(asyncio.Protocol):
    """Runs transactions until `stop` was called and what is under way has ended, or the connection breaks.

    `previous` is the protocol that gets the transport back at the end.
    """

    def __init__(
        self,
        transport: asyncio.Transport,
        previous: asyncio.Protocol,
        courier: Courier,
        *,
        pipelining: bool,
        overlap: bool,
        timeouts: Timeouts,
    ) -> None:
        self.ended = asyncio.get_running_loop().create_future()
        self._loop = asyncio.get_running_loop()
        self._transport = transport
        self._previous = previous
        self._courier = courier
        self._pipelining = pipelining
        self._overlap = overlap and pipelining
        self._timeouts = timeouts
        self._expected: deque[tuple[Stage | str, Dispatch | None]] = deque()
        self._held_back: deque[bytes] = deque()
        self._open: dict[Dispatch, _Open] = {}
        self._current: Dispatch | None = None
        self._reset = self._stopping = False
        self._rest = b""
        self._lines: list[str] = []
        self._deadline = self._loop.time() + timeouts.envelope
        self._timer = self._loop.call_later(1.0, self._watch)
        transport.set_protocol(self)

    async def run(self) -> None:
        """Work until stopped; raises ConnectionEnded when the connection broke first."""
        self.kick()
        await self.ended

    def kick(self) -> None:
        """There may be work: start the next message unless one is under way."""
        if self._current is not None or self._open or self.ended.done():
            return
        if self._stopping:
            self._hand_back()
        elif (dispatch := self._courier.take()) is not None:
            self._begin(dispatch)

    @property
    def idle(self) -> bool:
        """Whether it waits for a message."""
        return self._current is None and not self._open and not self.ended.done()

    def stop(self) -> None:
        """Take no more messages; `run` returns once the one under way has ended."""
        self._stopping = True
        self.kick()

    # What we send.

    def _begin(self, dispatch: Dispatch) -> None:
        self._current = dispatch
        self._open[dispatch] = _Open()
        if self._overlap:
            self._write(self._envelope(dispatch))
        else:
            self._courier.intend(dispatch, lambda holds: self._intended(dispatch, holds))

    def _intended(self, dispatch: Dispatch, holds: bool) -> None:
        state = self._open.get(dispatch)
        if state is None:  # the connection was lost meanwhile, and so reported
            return
        if not holds:
            del self._open[dispatch]
            self._current = None
            if self._overlap:
                # The server waits for a body now, and only hanging up keeps it from taking an empty one.
                self._fail(ConnectionEnded("hung up on a message that may not be sent any more", ours=True))
            else:
                self.kick()
            return
        state.intended = True
        if self._overlap:
            self._send_body(dispatch, state)
        else:
            self._write(self._envelope(dispatch))

    def _envelope(self, dispatch: Dispatch) -> list[bytes]:
        commands = [dispatch.mail + b"\r\n", dispatch.rcpt + b"\r\n", b"DATA\r\n"]
        if self._reset:
            self._expected.append(("rset", None))
            commands.insert(0, b"RSET\r\n")
            self._reset = False
        self._expected.extend((("mail", dispatch), ("rcpt", dispatch), ("data", dispatch)))
        return commands

    def _write(self, commands: list[bytes], body: bytes | None = None) -> None:
        """Send commands, or a body with its final dot and the commands that ride behind it."""
        timeouts = self._timeouts
        self._deadline = self._loop.time() + (timeouts.envelope if body is None else timeouts.dot)
        if body is not None:
            # As pieces, because joining them would copy the body once more.
            self._transport.writelines([body, b".\r\n" + b"".join(commands)])
        elif self._pipelining:
            self._transport.write(b"".join(commands))
        else:
            self._held_back.extend(commands)
            self._transport.write(self._held_back.popleft())

    def _send_body(self, dispatch: Dispatch, state: _Open) -> None:
        """The message and its final dot, with the next envelope behind it when overlapping.

        After a refusal the body is empty: a server that says 354 all the same needs its dot
        (RFC 2920 section 3.1), and takes nothing because it knows no recipient.
        """
        body = b"" if state.refusal else dispatch.wire
        state.body_left = not state.refusal
        self._expected.append(("dot", dispatch))
        self._current = None
        commands: list[bytes] = []
        if self._overlap and not self._stopping and (following := self._courier.take()) is not None:
            self._current = following
            self._open[following] = _Open()
            commands = self._envelope(following)
        self._write(commands, body)

    # What the server says.

    def data_received(self, data: bytes) -> None:
        *lines, self._rest = (self._rest + data).split(b"\n")
        if len(self._rest) > LONGEST_REPLY or len(self._lines) > MOST_LINES:
            return self._fail(ConnectionEnded("the server's reply has no end"))
        for line in lines:
            code, mark = line[:3], line[3:4]
            if not code.isdigit() or mark not in b" -\r":
                return self._fail(ConnectionEnded(f"the server's reply is not SMTP: {line[:60]!r}"))
            words = line[4:].rstrip().decode("utf-8", "replace")
            if mark == b"-" or self._lines:
                self._lines.append(words)
                if mark == b"-":
                    if len(self._lines) > MOST_LINES:
                        return self._fail(ConnectionEnded("the server's reply has no end"))
                    continue
                words, self._lines = " ".join(self._lines), []
            self._answer(int(code), words)
            if self.ended.done():
                return None
        return None

    def _answer(self, code: int, text: str) -> None:
        if not self._expected:
            busy = code == 421
            return self._fail(ConnectionEnded(f"the server said {code} {text[:100]} unasked", busy=busy))
        stage, dispatch = self._expected.popleft()
        self._deadline = self._loop.time() + self._timeouts.envelope
        if dispatch is None and code != 250:
            return self._fail(ConnectionEnded(f"RSET was answered {code} {text[:100]}", busy=code == 421))
        if self._held_back and stage != "dot" and code != 421:
            self._transport.write(self._held_back.popleft())
        if dispatch is None:
            return None
        state = self._open[dispatch]
        if code == 421:
            state.refusal = state.refusal or Result(End.ANSWERED, stage, code, text)  # type: ignore[arg-type]
            return self._fail(ConnectionEnded(f"the server said 421 {text[:100]}", busy=True))
        if stage == "mail":
            if code != 250:
                state.refusal = Result(End.ANSWERED, "mail", code, text)
        elif stage == "rcpt":
            state.accepted = code in (250, 251, 252)
            if not state.accepted and not state.refusal:
                state.refusal = Result(End.ANSWERED, "rcpt", code, text)
        elif stage == "data":
            self._data(dispatch, state, code, text)
        else:
            self._dot(dispatch, state, code, text)
        return None

    def _data(self, dispatch: Dispatch, state: _Open, code: int, text: str) -> None:
        if code == 354:
            self._deadline = self._loop.time() + self._timeouts.data
            if state.refusal and state.accepted:
                # A sender refused yet a recipient taken: an empty body might really be delivered.
                self._fail(ConnectionEnded("the server took DATA after it had refused MAIL"))
            elif state.refusal or not self._overlap:
                self._send_body(dispatch, state)
            else:
                self._courier.intend(dispatch, lambda holds: self._intended(dispatch, holds))
            return
        self._reset = True
        self._current = None
        self._finish(dispatch, state.refusal or Result(End.ANSWERED, "data", code, text))

    def _dot(self, dispatch: Dispatch, state: _Open, code: int, text: str) -> None:
        self._finish(dispatch, state.refusal or Result(End.ANSWERED, "dot", code, text))

    def _finish(self, dispatch: Dispatch, result: Result) -> None:
        del self._open[dispatch]
        self._courier.report(dispatch, result)
        self.kick()

    # How it ends.

    def _watch(self) -> None:
        if self.ended.done():
            return
        if self._expected and self._loop.time() >= self._deadline:
            self._fail(ConnectionEnded("the server did not answer in time"))
        else:
            self._timer = self._loop.call_later(min(1.0, self._timeouts.data / 4), self._watch)

    def _hand_back(self) -> None:
        self._timer.cancel()
        self._transport.set_protocol(self._previous)
        self.ended.set_result(None)

    def _fail(self, error: ConnectionEnded) -> None:
        self._transport.abort()
        self._lost(error)

    def _lost(self, error: ConnectionEnded) -> None:
        if self.ended.done():
            return
        self._timer.cancel()
        self.ended.set_exception(error)
        self._expected.clear()
        self._held_back.clear()
        for dispatch, state in list(self._open.items()):
            del self._open[dispatch]
            end = End.UNCERTAIN if state.body_left else End.UNSENT
            self._courier.report(dispatch, state.refusal or Result(end, "lost", 0, str(error)))

    def connection_lost(self, exc: Exception | None) -> None:
        self._lost(
            ConnectionEnded(f"the connection broke: {exc}" if exc else "the server closed the connection")
        )
        self._previous.connection_lost(exc)
