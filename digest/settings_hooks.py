"""The settings of webhooks in: what proves that a mail provider's report is its own."""

import base64
import binascii
from typing import Annotated

from pydantic import Field, SecretStr, field_validator

from digest.settings_sending import Section


class SharedSecret(Section):
    """Of Postmark and Brevo, which sign nothing: the password or bearer token that their requests carry."""

    secret: Annotated[SecretStr, Field(min_length=16)]


class Mailgun(Section):
    """The "HTTP webhook signing key" of the account."""

    signing_key: Annotated[SecretStr, Field(min_length=16)]


class SendGrid(Section):
    """The verification key of the signed event webhook, in base64 as SendGrid shows it."""

    public_key: str

    @field_validator("public_key")
    @classmethod
    def _key(cls, value: str) -> str:
        try:
            decoded = base64.b64decode(value, validate=True)
        except (binascii.Error, ValueError):
            decoded = b""
        # An EC key on P-256 in SubjectPublicKeyInfo has this many octets (RFC 5480).
        if len(decoded) != 91:
            raise ValueError("it must be the key as SendGrid shows it, 124 characters of base64")
        return value


class Ses(Section):
    """The SNS topics that SES reports to; messages of any other are refused."""

    topics: Annotated[list[str], Field(min_length=1)]


class Hooks(Section):
    """Which providers may report bounces and complaints to `/hooks/<name>`; the others find nothing there."""

    ses: Ses | None = None
    postmark: SharedSecret | None = None
    mailgun: Mailgun | None = None
    sendgrid: SendGrid | None = None
    brevo: SharedSecret | None = None
