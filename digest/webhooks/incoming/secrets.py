"""A shared secret in the Authorization header: what providers offer that sign nothing. Pure."""

import base64
import binascii
import hmac
from collections.abc import Mapping

from digest.webhooks.incoming.report import NotGenuine


def check(headers: Mapping[str, str], secret: str) -> None:
    """NotGenuine unless the secret is the bearer token or the password of basic authentication (RFC 7617)."""
    scheme, _, value = headers.get("authorization", "").partition(" ")
    given = b""
    if scheme.lower() == "bearer":
        given = value.strip().encode()
    elif scheme.lower() == "basic":
        try:
            given = base64.b64decode(value.strip(), validate=True).partition(b":")[2]
        except (binascii.Error, ValueError):
            given = b""
    if not hmac.compare_digest(given, secret.encode()):
        raise NotGenuine("The request does not know the secret.")
