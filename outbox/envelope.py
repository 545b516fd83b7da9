"""From a delivery to what goes over the wire: envelope commands and the finished message."""

import re
from dataclasses import dataclass

from outbox.connection import Features
from outbox.dispatch import Dispatch
from outbox.dkim import DkimSigner
from outbox.headers import mail_address
from outbox.problem import AddressError, OutboxError
from outbox.protocols import MailingRef, Personal, Recipient
from outbox.rendition import Rendition, Splice
from outbox.returns import ReturnPaths
from outbox.signing import SigningThreads

_NO_XTEXT = re.compile("[^!-*,-<>-~]")


class UndeliverableError(OutboxError):
    """This one recipient cannot be served by this server, whoever else can."""


@dataclass(frozen=True, slots=True)
class Composer:
    """Makes the same bytes for the same delivery at every try; with `signing` the signature comes later."""

    return_paths: ReturnPaths
    personal: Personal
    dkim: DkimSigner | None = None
    signing: SigningThreads | None = None

    def compose(
        self, rendition: Rendition, mailing: MailingRef, recipient: Recipient, features: Features
    ) -> Dispatch:
        """The message and its envelope, with the parameters that the server offered.

        Raises UndeliverableError when the address cannot be mailed at all, needs SMTPUTF8 where there
        is none (RFC 6531), or the message is larger than the server takes (RFC 1870).
        """
        try:
            address = mail_address(recipient.address)
        except AddressError as error:
            raise UndeliverableError(error.message) from None
        utf8 = not address.isascii()
        if utf8 and not features.utf8:
            raise UndeliverableError("The server does not take international addresses (SMTPUTF8).")
        tokens = self.return_paths.tokens(recipient.delivery_id)
        wire = rendition.splice(
            Splice(
                address=address,
                name=recipient.name,
                message_id=tokens.message,
                values={
                    "name": recipient.name,
                    "address": recipient.address,
                    **self.personal.values(mailing, recipient),
                },
                leave_address=self.return_paths.leave_address(tokens),
            )
        )
        drafts = self.dkim.drafts(wire, rendition.domain) if self.dkim is not None else []
        size = len(wire) + sum([draft.length for draft in drafts])
        if features.size and size > features.size:
            raise UndeliverableError(f"The message has {size} bytes, the server takes {features.size}.")
        signature = None
        if drafts and self.signing is not None:
            signature = self.signing.sign(drafts)
        elif drafts:
            wire = b"".join([*[draft.signed() for draft in drafts], wire])
        return Dispatch(
            mail=_mail(self.return_paths.sender(tokens), size, utf8, tokens.bounce, features),
            rcpt=f"RCPT TO:<{address}>{_report(address) if features.dsn else ''}".encode(),
            wire=wire,
            signature=signature,
        )


def _mail(sender: str, size: int, utf8: bool, envelope_id: str, features: Features) -> bytes:
    command = f"MAIL FROM:<{sender}>"
    if features.size is not None:
        command += f" SIZE={size}"
    if utf8:
        command += " SMTPUTF8 BODY=8BITMIME" if features.eight_bit else " SMTPUTF8"
    if features.dsn:
        command += f" RET=HDRS ENVID={envelope_id}"
    return command.encode()


def _report(address: str) -> str:
    """Asks for a report of failure that names the address as we know it (RFC 3461 sections 4.1 and 4.2)."""
    if not address.isascii():
        return " NOTIFY=FAILURE"  # its type would be utf-8 (RFC 6533), which the server need not know
    return f" NOTIFY=FAILURE ORCPT=rfc822;{_NO_XTEXT.sub(_xtext, address)}"


def _xtext(match: re.Match[str]) -> str:
    return f"+{ord(match[0]):02X}"
