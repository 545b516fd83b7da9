"""SMTP transactions over a connection that is already open: bytes out, replies matched in order.

aiosmtplib makes the connection (TLS, STARTTLS, AUTH); this protocol then takes its transport over,
because aiosmtplib's own drops the replies of pipelined commands. MAIL, RCPT and DATA go out together
where PIPELINING is offered (RFC 2920), one by one where not.

Two orders of work (docs/decisions/0043-intent-before-data.md). Strict: the intent is durable, then the
envelope leaves, then the body. Overlapped, for far servers: the next message is announced durably while one
is under way, and its envelope rides behind that one's body; one round trip a message instead of two.
"""

import asyncio
from collections import deque

from outbox.dispatch import ConnectionEnded, Courier, Dispatch
from outbox.reading import ReplyReader
from outbox.relay import Timeouts
from outbox.replies import End, Result, Stage


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
        self._loop = asyncio.get_running_loop()
        self.ended: asyncio.Future[None] = self._loop.create_future()
        self._transport = transport
        self._previous = previous
        self._courier = courier
        self._pipelining = pipelining
        self._overlap = overlap and pipelining
        self._timeouts = timeouts
        self._reader = ReplyReader()
        self._expected: deque[tuple[Stage | str, Dispatch | None]] = deque()
        self._held_back: deque[bytes] = deque()
        # The message under way, and behind it, when overlapping, the next.
        self._line: list[Dispatch] = []
        self._reset = self._stopping = False
        self._patience = timeouts.envelope
        self._deadline: float | None = None
        self._timer = self._loop.call_later(1.0, self._watch)
        transport.set_protocol(self)

    async def run(self) -> None:
        """Work until stopped; raises ConnectionEnded when the connection broke first."""
        self.kick()
        await self.ended

    @property
    def idle(self) -> bool:
        """Whether it waits for a message."""
        return not self._line and not self.ended.done()

    def stop(self) -> None:
        """Take no more messages; `run` returns once those under way have ended."""
        self._stopping = True
        self.kick()

    def kick(self) -> None:
        """There may be work: take as many messages as may be under way, and ask for their intents."""
        line = self._line
        if self.ended.done() or len(line) > self._overlap:
            return None
        if not line:
            if self._stopping:
                return self._hand_back()
            if (first := self._courier.take()) is None:
                return None
            line.append(first)
        # Before the head's intent, so that this envelope can ride behind the head's body.
        if self._overlap and not self._stopping and (following := self._courier.take()) is not None:
            line.append(following)
            self._courier.intend(following, self._announced, announced=True)
        head = line[0]
        if not head.asked:
            head.asked = True
            self._courier.intend(head, self._intended)
            if head.announced and not head.envelope_left:
                self._transport.write(self._envelope(head))
        return None

    # What the ledger says.

    def _announced(self, dispatch: Dispatch, holds: bool) -> None:
        if dispatch not in self._line:  # it has ended meanwhile, and was so reported
            return
        if not holds:
            self._line.remove(dispatch)
            self.kick()
            return
        dispatch.announced = True
        if not dispatch.envelope_left and (dispatch is self._line[0] or self._line[0].dot_left):
            self._transport.write(self._envelope(dispatch))

    def _intended(self, dispatch: Dispatch, holds: bool) -> None:
        if dispatch not in self._line:
            return
        if not holds:
            self._line.remove(dispatch)
            if dispatch.envelope_left:
                # The server may wait for a body, and only hanging up keeps it from taking an empty one.
                self._fail(ConnectionEnded("hung up on a message that may not be sent any more", ours=True))
            else:
                self.kick()
        else:
            dispatch.announced = dispatch.intended = True
            if not dispatch.envelope_left:
                self._transport.write(self._envelope(dispatch))
            elif dispatch.awaited:
                self._send_body(dispatch)

    # What we send.

    def _envelope(self, dispatch: Dispatch) -> bytes:
        """The commands before the body: all of them or, without PIPELINING, the first."""
        dispatch.envelope_left = True
        self._patience, self._deadline = self._timeouts.envelope, None
        self._expected.extend((("mail", dispatch), ("rcpt", dispatch), ("data", dispatch)))
        if self._pipelining and not self._reset:
            return b"%b\r\n%b\r\nDATA\r\n" % (dispatch.mail, dispatch.rcpt)
        commands = [dispatch.mail + b"\r\n", dispatch.rcpt + b"\r\n", b"DATA\r\n"]
        if self._reset:
            self._reset = False
            self._expected.insert(len(self._expected) - 3, ("rset", None))
            commands.insert(0, b"RSET\r\n")
        if self._pipelining:
            return b"".join(commands)
        self._held_back.extend(commands)
        return self._held_back.popleft()

    def _send_body(self, dispatch: Dispatch) -> None:
        """The message and its final dot, with the next envelope behind it if that is announced.

        After a refusal the body is empty: a server that says 354 all the same needs its dot
        (RFC 2920 section 3.1), and takes nothing because it knows no recipient.
        """
        dispatch.body_left, dispatch.dot_left = not dispatch.refusal, True
        self._expected.append(("dot", dispatch))
        end = b".\r\n"
        if len(self._line) > 1 and (following := self._line[1]).announced and not following.envelope_left:
            end += self._envelope(following)
        self._patience, self._deadline = self._timeouts.dot, None
        # As pieces, because joining them would copy the body once more.
        self._transport.writelines([dispatch.wire, end] if dispatch.body_left else [end])

    # What the server says.

    def data_received(self, data: bytes) -> None:
        try:
            for code, text in self._reader.read(data):
                self._answer(code, text)
                if self.ended.done():
                    return
        except ConnectionEnded as ended:
            self._fail(ended)

    def _answer(self, code: int, text: str) -> None:
        if not self._expected:
            raise ConnectionEnded(f"the server said {code} {text[:100]} unasked", busy=code == 421)
        stage, dispatch = self._expected.popleft()
        self._patience, self._deadline = self._timeouts.envelope, None
        if dispatch is None and code != 250:
            raise ConnectionEnded(f"RSET was answered {code} {text[:100]}", busy=code == 421)
        if self._held_back and stage != "dot" and code != 421:
            self._transport.write(self._held_back.popleft())
        if dispatch is None:
            return
        if code == 421:
            dispatch.refusal = dispatch.refusal or Result(End.ANSWERED, stage, code, text)  # type: ignore[arg-type]
            raise ConnectionEnded(f"the server said 421 {text[:100]}", busy=True)
        if stage == "mail":
            if code != 250:
                dispatch.refusal = Result(End.ANSWERED, "mail", code, text)
        elif stage == "rcpt":
            dispatch.accepted = code in (250, 251, 252)
            if not dispatch.accepted and not dispatch.refusal:
                dispatch.refusal = Result(End.ANSWERED, "rcpt", code, text)
        elif stage == "data":
            self._data(dispatch, code, text)
        else:
            self._finish(dispatch, dispatch.refusal or Result(End.ANSWERED, "dot", code, text))

    def _data(self, dispatch: Dispatch, code: int, text: str) -> None:
        if code != 354:
            self._reset = True
            self._finish(dispatch, dispatch.refusal or Result(End.ANSWERED, "data", code, text))
        elif dispatch.refusal and dispatch.accepted:
            # A sender refused yet a recipient taken: an empty body might really be delivered.
            raise ConnectionEnded("the server took DATA after it had refused MAIL")
        else:
            self._patience = self._timeouts.data
            dispatch.awaited = True
            if dispatch.intended or dispatch.refusal:
                self._send_body(dispatch)

    def _finish(self, dispatch: Dispatch, result: Result) -> None:
        self._line.remove(dispatch)
        self._courier.report(dispatch, result)
        self.kick()

    # How it ends.

    def _watch(self) -> None:
        """Looks at the clock at intervals, so that not every reply has to."""
        if self.ended.done():
            return
        now = self._loop.time()
        if self._deadline is None or not self._expected:
            self._deadline = now + self._patience
        elif now >= self._deadline:
            self._fail(ConnectionEnded("the server did not answer in time"))
            return
        self._timer = self._loop.call_later(min(1.0, self._patience / 4), self._watch)

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
        self.ended.exception()  # Every message's fate is reported, whether or not anybody awaits this.
        self._expected.clear()
        self._held_back.clear()
        line, self._line = self._line, []
        for dispatch in line:
            end = End.UNCERTAIN if dispatch.body_left else End.UNSENT
            self._courier.report(dispatch, dispatch.refusal or Result(end, "lost", 0, str(error)))

    def connection_lost(self, exc: Exception | None) -> None:
        words = f"the connection broke: {exc}" if exc else "the server closed the connection"
        self._lost(ConnectionEnded(words))
        self._previous.connection_lost(exc)
