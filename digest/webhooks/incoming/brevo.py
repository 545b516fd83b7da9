"""Brevo: transactional events, one in a request or many.

It signs nothing; it offers basic authentication in the webhook's address and a bearer token
(developers.brevo.com/docs/secured-webhooks).
"""

from digest.webhooks.incoming.report import BOUNCE, COMPLAINT, Report, document, objects, text

_BOUNCES = {"hard_bounce": True, "invalid_email": True, "soft_bounce": False}
_COMPLAINTS = {"spam": "abuse", "complaint": "abuse", "unsubscribed": "opt-out"}


def reports(body: bytes) -> list[Report]:
    """What it says; `blocked`, `deferred` and `error` speak of us or of now, and say nothing here."""
    told = document(body)
    found = []
    for one in objects(told if isinstance(told, list) else [told]):
        event, address = text(one.get("event")), text(one.get("email"), 320)
        if event not in _BOUNCES and event not in _COMPLAINTS:
            continue
        message_id, at = text(one.get("message-id")), text(one.get("ts_event") or one.get("ts"))
        found.append(
            Report(
                event_id=f"{event}/{address}/{message_id}/{at}",
                kind=BOUNCE if event in _BOUNCES else COMPLAINT,
                address=address,
                permanent=_BOUNCES.get(event, False),
                words=text(one.get("reason")),
                feedback=_COMPLAINTS.get(event, ""),
                message_id=message_id,
                at=at,
            )
        )
    return found
