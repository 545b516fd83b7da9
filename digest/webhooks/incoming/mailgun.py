"""Mailgun: failures, complaints and leaving, signed with HMAC-SHA256 over timestamp and token.

The signature does not cover the event itself, so each token is good once
(documentation.mailgun.com/docs/mailgun/user-manual/webhooks/securing-webhooks).
"""

import hmac
from datetime import datetime, timedelta
from hashlib import sha256

from digest.webhooks.incoming.report import (
    BOUNCE,
    COMPLAINT,
    NotGenuine,
    Report,
    document,
    fields,
    fresh,
    text,
)

WINDOW = timedelta(hours=12)
"""Mailgun tries for eight hours to tell something; a narrower window would lose what came while we were away."""
# Codes of its own, said when it did not even try: the address bounced, left or complained before.
_LEFT_BEFORE, _COMPLAINED_BEFORE = 606, 607


def check(body: bytes, signing_key: str, now: datetime) -> str:
    """The token of a genuine request, which must not have come before; NotGenuine otherwise."""
    signature = fields(fields(document(body)).get("signature"))
    timestamp, token = text(signature.get("timestamp")), text(signature.get("token"))
    given = text(signature.get("signature"))
    right = hmac.new(signing_key.encode(), f"{timestamp}{token}".encode(), sha256).hexdigest()
    if not token or not hmac.compare_digest(given.encode(), right.encode()):
        raise NotGenuine("The signature is not Mailgun's.")
    fresh(timestamp, now, WINDOW)
    return token


def reports(body: bytes) -> list[Report]:
    """What it says."""
    event = fields(fields(document(body)).get("event-data"))
    name, status = text(event.get("event")), fields(event.get("delivery-status"))
    kind, feedback = {
        "failed": (BOUNCE, ""),
        "complained": (COMPLAINT, "abuse"),
        "unsubscribed": (COMPLAINT, "opt-out"),
    }.get(name, ("", ""))
    code = status.get("code")
    if name == "failed" and code == _LEFT_BEFORE:
        kind, feedback = COMPLAINT, "opt-out"
    if name == "failed" and code == _COMPLAINED_BEFORE:
        kind, feedback = COMPLAINT, "abuse"
    if not kind:
        return []
    words = " ".join(filter(None, (text(status.get("message")), text(status.get("description")))))
    if isinstance(code, int) and 400 <= code < 600 and not words.startswith(str(code)):
        words = f"{code} {words}"
    headers = fields(fields(event.get("message")).get("headers"))
    return [
        Report(
            event_id=text(event.get("id")),
            kind=kind,
            address=text(event.get("recipient"), 320),
            permanent=event.get("severity") == "permanent",
            status=text(status.get("enhanced-code"), 16),
            words=text(words),
            feedback=feedback,
            message_id=text(headers.get("message-id")),
            sender=text(fields(event.get("envelope")).get("sender"), 320),
            at=text(event.get("timestamp")),
        )
    ]
