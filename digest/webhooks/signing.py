"""Signatures of messages, in the form of Standard Webhooks 1.0: HMAC-SHA256 over id, time and body. Pure.

A receiver recomputes it with the secret, compares in constant time, refuses an old `webhook-timestamp`
and an id that it has had (github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md).
"""

import base64
import binascii
import hmac
from hashlib import sha256

from digest.problem import Problem

PREFIX = "whsec_"
SHORTEST, LONGEST = 24, 64
"""Octets of a secret, as the specification asks."""


class SecretError(Problem):
    """A secret is missing or in another form."""


def written(secret: bytes) -> str:
    """The secret as a receiver is given it."""
    return PREFIX + base64.b64encode(secret).decode()


def read(text: str) -> bytes:
    """The secret of its written form; SecretError, which shows nothing of it, for another."""
    try:
        secret = base64.b64decode(text.strip().removeprefix(PREFIX), validate=True)
    except (binascii.Error, ValueError):
        secret = b""
    if not text.strip().startswith(PREFIX) or not SHORTEST <= len(secret) <= LONGEST:
        raise SecretError(
            f"A webhook's secret is {PREFIX!r} and base64 of {SHORTEST} to {LONGEST} random octets.",
            "Make one: python -c \"import base64, os; print('whsec_' + base64.b64encode(os.urandom(32)).decode())\"",
        )
    return secret


def headers(secret: bytes, uid: str, body: str, timestamp: int) -> dict[str, str]:
    """The headers of one try: the id stays, time and signature are of this try."""
    mac = hmac.new(secret, f"{uid}.{timestamp}.{body}".encode(), sha256).digest()
    return {
        "webhook-id": uid,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": f"v1,{base64.b64encode(mac).decode()}",
    }
