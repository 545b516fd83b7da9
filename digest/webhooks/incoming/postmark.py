"""Postmark: bounces, spam complaints and subscription changes.

It signs nothing; it offers basic authentication in the webhook's address and headers of one's own
(postmarkapp.com/developer/webhooks/webhooks-overview).
"""

from collections.abc import Mapping
from typing import Any

from digest.webhooks.incoming.report import BOUNCE, COMPLAINT, Report, document, fields, text

_PERMANENT = frozenset({"HardBounce", "BadEmailAddress"})
_PASSING = frozenset({"SoftBounce", "Transient", "DnsError"})
_COMPLAINTS = frozenset({"SpamComplaint"})
_SUPPRESSED = {
    "HardBounce": (BOUNCE, True, ""),
    "SpamComplaint": (COMPLAINT, False, "abuse"),
    "ManualSuppression": (COMPLAINT, False, "opt-out"),
}


def reports(body: bytes) -> list[Report]:
    """What it says; types that speak of us or of the content (blocked, spam filters, DMARC) say nothing here."""
    told = fields(document(body))
    if told.get("RecordType") == "SubscriptionChange":
        return _change(told)
    kind = text(told.get("Type"))
    if kind not in _PERMANENT | _PASSING | _COMPLAINTS:
        return []
    complaint = kind in _COMPLAINTS
    return [
        Report(
            event_id=f"{kind}/{text(told.get('ID'))}/{text(told.get('MessageID'))}",
            kind=COMPLAINT if complaint else BOUNCE,
            address=text(told.get("Email"), 320),
            permanent=kind in _PERMANENT,
            words=text(told.get("Details")) or text(told.get("Description")),
            feedback="abuse" if complaint else "",
            at=text(told.get("BouncedAt")),
        )
    ]


def _change(told: Mapping[str, Any]) -> list[Report]:
    """Broadcast streams tell complaints and leaving so; a customer's own change of the list is none."""
    reason = text(told.get("SuppressionReason"))
    if told.get("SuppressSending") is not True or reason not in _SUPPRESSED:
        return []
    if reason == "ManualSuppression" and told.get("Origin") != "Recipient":
        return []
    kind, permanent, feedback = _SUPPRESSED[reason]
    return [
        Report(
            event_id=f"{reason}/{text(told.get('MessageID'))}/{text(told.get('ChangedAt'))}",
            kind=kind,
            address=text(told.get("Recipient"), 320),
            permanent=permanent,
            feedback=feedback,
            at=text(told.get("ChangedAt")),
        )
    ]
