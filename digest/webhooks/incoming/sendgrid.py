"""SendGrid: the signed event webhook, ECDSA on P-256 with SHA-256 over timestamp and body.

(twilio.com/docs/sendgrid/for-developers/tracking-events/getting-started-event-webhook-security-features)
"""

import base64
import binascii
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from digest.webhooks.incoming.needs import needs_cryptography
from digest.webhooks.incoming.report import (
    BOUNCE,
    COMPLAINT,
    NotGenuine,
    Report,
    document,
    fresh,
    objects,
    text,
)

SIGNATURE = "x-twilio-email-event-webhook-signature"
TIMESTAMP = "x-twilio-email-event-webhook-timestamp"
WINDOW = timedelta(hours=25)
"""SendGrid tries for a day to tell something."""
_DROPPED = {
    "bounced address": (BOUNCE, ""),
    "invalid": (BOUNCE, ""),
    "spam reporting address": (COMPLAINT, "abuse"),
    "unsubscribed address": (COMPLAINT, "opt-out"),
}
_COMPLAINTS = {"spamreport": "abuse", "unsubscribe": "opt-out", "group_unsubscribe": "opt-out"}


def check(headers: Mapping[str, str], body: bytes, public_key: str, now: datetime) -> None:
    """NotGenuine unless the key's owner signed this body, not long ago."""
    needs_cryptography("SendGrid")
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePublicKey
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.serialization import load_der_public_key

    timestamp = headers.get(TIMESTAMP, "")
    try:
        key = load_der_public_key(base64.b64decode(public_key))
        signature = base64.b64decode(headers.get(SIGNATURE, ""), validate=True)
        if not isinstance(key, EllipticCurvePublicKey):
            raise NotGenuine("The configured key is none of SendGrid's kind.")
        key.verify(signature, timestamp.encode() + body, ECDSA(SHA256()))
    except (binascii.Error, ValueError, InvalidSignature):
        raise NotGenuine("The signature is not SendGrid's.") from None
    fresh(timestamp, now, WINDOW)


def reports(body: bytes) -> list[Report]:
    """What it says; `deferred` is still being tried, and `blocked` speaks of us."""
    found = []
    for one in objects(document(body)):
        kind, feedback, permanent = _meaning(one)
        if not kind:
            continue
        found.append(
            Report(
                event_id=text(one.get("sg_event_id")),
                kind=kind,
                address=text(one.get("email"), 320),
                permanent=permanent,
                status=text(one.get("status"), 16),
                words=text(one.get("reason")),
                feedback=feedback,
                message_id=text(one.get("smtp-id")),
                at=text(one.get("timestamp")),
            )
        )
    return found


def _meaning(one: Mapping[str, Any]) -> tuple[str, str, bool]:
    event = text(one.get("event"))
    if event == "bounce":
        return BOUNCE, "", one.get("type") != "blocked"
    if event == "dropped":
        kind, feedback = _DROPPED.get(text(one.get("reason")).lower(), ("", ""))
        return kind, feedback, kind == BOUNCE
    return (COMPLAINT, _COMPLAINTS[event], False) if event in _COMPLAINTS else ("", "", False)
