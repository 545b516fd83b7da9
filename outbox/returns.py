"""Return paths: the signed address that a bounce of one delivery comes back to (VERP), and its kin.

One keyed fingerprint of the delivery's number gives three tokens from disjoint octets, so knowing
the Message-ID tells nothing about the return path. Fingerprints use the oldest key, so a message
keeps its Message-ID and envelope sender at a retry after the keys were rotated. Tokens are
hexadecimal, because servers on the way may change the case of a local part.
"""

import hmac
import re
from dataclasses import dataclass
from functools import cached_property
from hashlib import blake2b
from typing import NamedTuple

from digest.signing import Signer
from outbox.headers import mail_address

_NUMBER = re.compile("[0-9a-f]{1,15}")


class Tokens(NamedTuple):
    """The three names of one delivery: `message` for Message-ID, `bounce` and `leave` for addresses."""

    message: str
    bounce: str
    leave: str


@dataclass(frozen=True)
class ReturnPaths:
    """Makes and reads the signed addresses of deliveries.

    `bounces` is the mailbox that receives bounces (`bounces@news.example.org`), `leave` the one for
    unsubscribing by mail; each gets `+token` after its local part.
    """

    signer: Signer
    bounces: str
    leave: str | None = None

    def __post_init__(self) -> None:
        mail_address(self.bounces)
        if self.leave is not None:
            mail_address(self.leave)

    def tokens(self, delivery_id: int) -> Tokens:
        """The tokens of a delivery; the same number always gives the same ones."""
        number, mac = f"{delivery_id:x}", self._mac(delivery_id).hex()
        return Tokens(f"{number}.{mac[40:60]}", f"{number}-{mac[:20]}", f"{number}-{mac[20:40]}")

    def sender(self, tokens: Tokens) -> str:
        """The envelope sender of the delivery."""
        return self._bounces[0] + tokens.bounce + self._bounces[1]

    def leave_address(self, tokens: Tokens) -> str | None:
        """Where a mail from the recipient unsubscribes them; None without a mailbox for it."""
        return f"{self._leave[0]}{tokens.leave}{self._leave[1]}" if self._leave else None

    def bounced(self, address: str) -> int | None:
        """The delivery that a bounce to `address` is about, or None when the token is not ours."""
        return self._delivery(address, self._bounces, slice(0, 10))

    def leaving(self, address: str) -> int | None:
        """The delivery whose recipient wants to leave, or None when the token is not ours."""
        return self._delivery(address, self._leave, slice(10, 20)) if self._leave else None

    @cached_property
    def _bounces(self) -> tuple[str, str]:
        return _around(self.bounces)

    @cached_property
    def _leave(self) -> tuple[str, str] | None:
        return _around(self.leave) if self.leave else None

    @cached_property
    def _key(self) -> bytes:
        return self.signer.digest("delivery", "key")

    def _mac(self, delivery_id: int) -> bytes:
        # Keyed BLAKE2 (RFC 7693): OpenSSL's HMAC would hand the interpreter to the ledger's thread each time.
        return blake2b(b"%d" % delivery_id, digest_size=30, key=self._key).digest()

    def _delivery(self, address: str, around: tuple[str, str], part: slice) -> int | None:
        address = address.lower()
        before, after = around[0].lower(), around[1].lower()
        if not (address.startswith(before) and address.endswith(after)):
            return None
        number, _, mac = address[len(before) : len(address) - len(after)].partition("-")
        if not _NUMBER.fullmatch(number):
            return None
        delivery_id = int(number, 16)
        ours = self._mac(delivery_id)[part].hex()
        return delivery_id if hmac.compare_digest(mac.encode(), ours.encode()) else None


def _around(mailbox: str) -> tuple[str, str]:
    local, _, domain = mailbox.rpartition("@")
    return f"{local}+", f"@{domain}"
