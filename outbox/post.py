"""One message, now, without a mailing: confirmations and test mails."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from secrets import token_hex

from outbox.connection import RelayAwayError, connected
from outbox.dispatch import ConnectionEnded, Dispatch
from outbox.dkim import DkimSigner
from outbox.folder import write_message
from outbox.headers import mail_address
from outbox.problem import HeaderError, RefusedError
from outbox.relay import Relay
from outbox.rendition import Rendition, Splice
from outbox.replies import End, Result


@dataclass(frozen=True, slots=True)
class Letter:
    """One person's message: `values` are those of the rendition's slots but `name` and `address`.

    With a `message_id`, such as a delivery's, another try is the same message; else each is a new one.
    """

    rendition: Rendition
    address: str
    name: str
    values: Mapping[str, str]
    envelope_sender: str
    message_id: str = ""
    leave_address: str | None = None


async def post(relay: Relay, letter: Letter, dkim: DkimSigner | None = None) -> None:
    """Hand one message to the relay, signed where there is a key for its sender's domain.

    Raises HeaderError for an address that cannot be mailed, RelayError when the relay is not to be had,
    RefusedError with the server's words when it says no.
    """
    address, sender = mail_address(letter.address), mail_address(letter.envelope_sender)
    wire = letter.rendition.splice(
        Splice(
            address,
            letter.name,
            letter.message_id or token_hex(16),
            {**letter.values, "name": letter.name, "address": letter.address},
            letter.leave_address,
        )
    )
    if dkim is not None:
        wire = dkim.signatures(wire, letter.rendition.domain) + wire
    utf8 = "" if address.isascii() else " SMTPUTF8 BODY=8BITMIME"
    dispatch = Dispatch(f"MAIL FROM:<{sender}>{utf8}".encode(), f"RCPT TO:<{address}>".encode(), wire)
    if relay.folder is not None:
        local, _, domain = sender.rpartition("@")
        named = Dispatch(f"MAIL FROM:<{local}+{token_hex(8)}@{domain}>".encode(), dispatch.rcpt, wire)
        await asyncio.to_thread(write_message, relay.folder, named)
        return
    async with connected(relay) as connection:
        if utf8 and not connection.features.utf8:
            raise HeaderError(
                f"The relay {relay.label} does not take international addresses.", "Use another."
            )
        courier = _Once(dispatch)
        pipeline = connection.pipeline(courier)
        courier.ends = pipeline.stop
        try:
            await pipeline.run()
        except ConnectionEnded as ended:
            if courier.result is None:
                raise RelayAwayError(f"The relay {relay.label} hung up: {ended}.", "Try again.") from None
    _judge(relay, letter, courier.result)


def _judge(relay: Relay, letter: Letter, result: Result | None) -> None:
    if result is None or result.end is not End.ANSWERED:
        words = result.text if result else "no answer"
        raise RelayAwayError(
            f"The relay {relay.label} broke off: {words}.", "The message may have left or not."
        )
    if result.stage != "dot" or not 200 <= result.code < 300:
        raise RefusedError(
            f"The relay {relay.label} refused the mail to {letter.address}: {result.code} {result.text[:200]}.",
            code=result.code,
            permanent=result.code >= 500,
        )


class _Once:
    """A courier with one message and no ledger."""

    def __init__(self, dispatch: Dispatch) -> None:
        self.result: Result | None = None
        self.ends: Callable[[], None]
        self._dispatch: Dispatch | None = dispatch

    def take(self) -> Dispatch | None:
        dispatch, self._dispatch = self._dispatch, None
        return dispatch

    def intend(
        self, dispatch: Dispatch, then: Callable[[Dispatch, bool], None], *, announced: bool = False
    ) -> None:
        then(dispatch, True)

    def report(self, dispatch: Dispatch, result: Result) -> None:
        self.result = result
        asyncio.get_running_loop().call_soon(self.ends)
