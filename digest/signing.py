"""Signed tokens: short, bound to one purpose, readable only by the holder of the key.

A token is `<key id>.<fields>.<mac>` in URL-safe characters. The MAC is HMAC-SHA256 over the purpose
and the fields, cut to 128 bits (RFC 2104 section 5 allows no less than 80), so a token made for one
purpose fails at any other. Fields are integers in base 36: no address ever stands in a URL.
"""

import base64
import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from digest.problem import Problem

MAC_BYTES = 16
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


class BadToken(Problem):
    """The token is not one of ours, was changed, or belongs to another purpose."""


def _base36(number: int) -> str:
    if number < 0:
        raise ValueError("token fields are not negative")
    digits = ""
    while True:
        number, rest = divmod(number, 36)
        digits = _DIGITS[rest] + digits
        if not number:
            return digits


@dataclass(frozen=True)
class Signer:
    """Signs with the first key and accepts every key, so keys can be rotated and old links live on.

    `keys` maps a short key id (letters and digits) to its secret, the current one first; `chosen` names
    another one to sign with.
    """

    keys: tuple[tuple[str, bytes], ...]
    chosen: str | None = None

    def __post_init__(self) -> None:
        if not self.keys or any(not kid.isalnum() or len(secret) < 16 for kid, secret in self.keys):
            raise Problem(
                "A signing key needs an id of letters and digits and at least 16 bytes.",
                "Run `digest init` to make one.",
            )

    @property
    def current(self) -> str:
        """The id of the key that signs."""
        return self._signing[0]

    def signing_with(self, kid: str | None) -> "Signer":
        """The same keys, but `kid` signs, whichever is the newest; as before when there is none of that id."""
        return replace(self, chosen=kid)

    @cached_property
    def _signing(self) -> tuple[str, bytes]:
        return next((key for key in self.keys if key[0] == self.chosen), self.keys[0])

    def sign(self, purpose: str, *fields: int) -> str:
        """The token for these fields; the same fields give the same token."""
        kid, secret = self._signing
        body = "-".join(map(_base36, fields))
        return f"{kid}.{body}.{_mac(secret, purpose, kid, body)}"

    def verify(self, purpose: str, token: str, count: int) -> tuple[int, ...]:
        """The `count` fields of a token that `sign` made for this purpose; BadToken otherwise."""
        parts = token.split(".")
        if len(parts) == 3:
            kid, body, mac = parts
            secret = dict(self.keys).get(kid)
            if secret is not None and hmac.compare_digest(
                mac.encode(), _mac(secret, purpose, kid, body).encode()
            ):
                fields = body.split("-")
                if len(fields) == count:
                    return tuple(int(field, 36) for field in fields)
        raise BadToken("This link is not complete or was changed.", "Open it again from the mail, whole.")

    def digest(self, purpose: str, value: str) -> bytes:
        """A keyed fingerprint of `value` under the oldest key, which stays the same when keys rotate."""
        return hmac.new(self.keys[-1][1], f"{purpose}\0{value}".encode(), hashlib.sha256).digest()


def _mac(secret: bytes, purpose: str, kid: str, body: str) -> str:
    mac = hmac.new(secret, f"{purpose}\0{kid}\0{body}".encode(), hashlib.sha256).digest()[:MAC_BYTES]
    return base64.urlsafe_b64encode(mac).rstrip(b"=").decode()


def parse_keys(texts: Sequence[str]) -> tuple[tuple[str, bytes], ...]:
    """Keys from settings, each written `id:secret`."""
    keys = []
    for text in texts:
        kid, _, secret = text.partition(":")
        keys.append((kid, secret.encode()))
    return tuple(keys)
