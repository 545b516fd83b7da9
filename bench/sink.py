"""A mail server that takes everything and keeps nothing: `python bench/sink.py PORT [--delay MS]`.

It offers PIPELINING and SIZE, speaks TLS from the start when given a certificate, and answers each group
of commands after the delay, as a server that far away would.
"""

import argparse
import asyncio
import ssl
from typing import cast

GREETING = b"220 sink ESMTP\r\n"
OFFER = b"250-sink\r\n250-PIPELINING\r\n250-8BITMIME\r\n250 SIZE 100000000\r\n"


class Sink(asyncio.BufferedProtocol):
    """One connection. All read into one buffer: a new one for each read, as uvloop's TLS would make it, takes
    the kernel longer than the rest takes us."""

    delay = 0.0
    buffer = bytearray(1 << 18)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self._rest = b""
        self._in_data = False
        self._answer(GREETING)

    def get_buffer(self, sizehint: int) -> bytearray:
        return self.buffer

    def buffer_updated(self, nbytes: int) -> None:
        answers: list[bytes] = []
        rest = self._rest + memoryview(self.buffer)[:nbytes]
        while rest:
            if self._in_data:
                end = rest.find(b"\r\n.\r\n")
                if end < 0:
                    rest = rest[-4:]
                    break
                rest, self._in_data = rest[end + 5 :], False
                answers.append(b"250 2.0.0 taken\r\n")
                continue
            line, newline, rest_after = rest.partition(b"\r\n")
            if not newline:
                break
            rest = rest_after
            verb = line[:4].upper()
            if verb == b"DATA":
                self._in_data = True
                answers.append(b"354 go ahead\r\n")
            elif verb == b"EHLO":
                answers.append(OFFER)
            elif verb == b"QUIT":
                answers.append(b"221 2.0.0 bye\r\n")
            else:
                answers.append(b"250 2.0.0 ok\r\n")
        self._rest = rest
        if answers:
            self._answer(b"".join(answers))

    def _answer(self, answer: bytes) -> None:
        if self.delay:
            asyncio.get_running_loop().call_later(self.delay, self._transport.write, answer)
        else:
            self._transport.write(answer)


async def main() -> None:
    parser = argparse.ArgumentParser(description="A mail server that keeps nothing.")
    parser.add_argument("port", type=int)
    parser.add_argument("--certificate")
    parser.add_argument("--key")
    parser.add_argument("--delay", type=float, default=0.0, help="milliseconds before each answer")
    options = parser.parse_args()
    Sink.delay = options.delay / 1000
    context = None
    if options.certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(options.certificate, options.key)
    server = await asyncio.get_running_loop().create_server(
        Sink, "127.0.0.1", options.port, ssl=context, backlog=1000
    )
    await server.serve_forever()


if __name__ == "__main__":
    import uvloop

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(main())
