"""The keyed fingerprints of a million addresses, without a database at hand."""

import hashlib
from collections.abc import Callable

from digest.signing import Signer

PURPOSE = "suppression"
_HMAC_BLOCK = 64


def fingerprinter(signer: Signer) -> Callable[[str], bytes]:
    """`fingerprint` for a million addresses: the same HMAC (RFC 2104), with the keyed halves set up once."""
    secret = signer.keys[-1][1]
    key = (hashlib.sha256(secret).digest() if len(secret) > _HMAC_BLOCK else secret).ljust(_HMAC_BLOCK, b"\0")
    inner = hashlib.sha256(bytes(octet ^ 0x36 for octet in key) + f"{PURPOSE}\0".encode())
    outer = hashlib.sha256(bytes(octet ^ 0x5C for octet in key))
    begin, finish = inner.copy, outer.copy

    def mark(email: str) -> bytes:
        first = begin()
        first.update(email.encode())
        second = finish()
        second.update(first.digest())
        return second.digest()

    return mark
