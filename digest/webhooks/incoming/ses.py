"""Amazon SES through SNS: the signature of SNS, and what SES says in it.

The string that is signed, and who may sign it, are those of "Verifying the signatures of Amazon SNS
messages" (docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message.html).
"""

import base64
import binascii
import json
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

from digest.webhooks.incoming.needs import needs_cryptography
from digest.webhooks.incoming.report import (
    BOUNCE,
    COMPLAINT,
    NotGenuine,
    Report,
    Unreadable,
    document,
    fields,
    fresh,
    objects,
    text,
)

WINDOW = timedelta(days=30)
"""SNS may try for days; within `report.KEPT` a message that comes again is known."""
NOTIFICATION, CONFIRMATION, GOODBYE = (
    "Notification", "SubscriptionConfirmation", "UnsubscribeConfirmation",
)  # fmt: skip
_SIGNED = {
    NOTIFICATION: ("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"),
    CONFIRMATION: ("Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"),
    GOODBYE: ("Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"),
}
_OPTIONAL = frozenset({"Subject"})
_TOPIC = re.compile(r"arn:aws(?:-cn|-us-gov)?:sns:(?P<region>[a-z0-9-]{3,30}):\d{12}:[\w.-]{1,256}")
_CERTIFICATE = re.compile(r"/SimpleNotificationService-[0-9A-Za-z]{1,64}\.pem")


@dataclass(frozen=True)
class Envelope:
    """A message of SNS as it came: nothing of it is true before `verify`."""

    kind: str
    values: Mapping[str, str]
    topic: str
    certificate_url: str

    @property
    def signed(self) -> bytes:
        """The bytes that the signature is of."""
        names = [name for name in _SIGNED[self.kind] if name in self.values or name not in _OPTIONAL]
        return "".join(f"{name}\n{self.values[name]}\n" for name in names).encode()


def opened(body: bytes, topics: Collection[str]) -> Envelope:
    """The envelope of a message for one of `topics`, whose certificate is to be had from SNS itself.

    NotGenuine for another topic's, and for a certificate at any other place than
    `https://sns.<the topic's region>.amazonaws.com/SimpleNotificationService-….pem`.
    """
    told = fields(document(body))
    values = {name: value for name, value in told.items() if isinstance(value, str)}
    kind, topic = values.get("Type", ""), values.get("TopicArn", "")
    if kind not in _SIGNED:
        raise Unreadable("This is no message of Amazon SNS.")
    missing = [name for name in _SIGNED[kind] if name not in values and name not in _OPTIONAL]
    if missing or "Signature" not in values:
        raise Unreadable("The message of Amazon SNS is not complete.")
    arn = _TOPIC.fullmatch(topic)
    if arn is None or topic not in topics:
        raise NotGenuine("The topic is none of those in the settings.")
    url = values.get("SigningCertURL", "")
    if not _is_sns(url, arn["region"]) or not _CERTIFICATE.fullmatch(urlsplit(url).path) or "?" in url:
        raise NotGenuine("The certificate is not one of Amazon SNS.")
    return Envelope(kind, values, topic, url)


def verify(envelope: Envelope, certificate: bytes, now: datetime) -> None:
    """NotGenuine unless the certificate (PEM) is valid now and its key signed the envelope, not long ago."""
    needs_cryptography("Amazon SNS")
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
    from cryptography.hazmat.primitives.hashes import SHA1, SHA256
    from cryptography.x509 import load_pem_x509_certificate

    version = envelope.values.get("SignatureVersion", "")
    if version not in ("1", "2"):
        raise NotGenuine("The signature is of a version that is not known.")
    try:
        found = load_pem_x509_certificate(certificate)
        key = found.public_key()
        if not isinstance(key, RSAPublicKey) or not (
            found.not_valid_before_utc <= now <= found.not_valid_after_utc
        ):
            raise NotGenuine("The certificate is not valid now.")
        signature = base64.b64decode(envelope.values["Signature"], validate=True)
        key.verify(signature, envelope.signed, PKCS1v15(), SHA256() if version == "2" else SHA1())
    except (binascii.Error, ValueError, InvalidSignature):
        raise NotGenuine("The signature is not that of Amazon SNS.") from None
    fresh(envelope.values["Timestamp"], now, WINDOW)


def confirmation_url(envelope: Envelope) -> str | None:
    """Where a verified request to subscribe is confirmed: at SNS in the topic's region, and nowhere else."""
    arn = _TOPIC.fullmatch(envelope.topic)
    url = envelope.values.get("SubscribeURL", "")
    if envelope.kind != CONFIRMATION or arn is None or not _is_sns(url, arn["region"]):
        return None
    asked = parse_qs(urlsplit(url).query)
    right = asked.get("Action") == ["ConfirmSubscription"] and asked.get("TopicArn") == [envelope.topic]
    return url if right else None


def reports(envelope: Envelope) -> list[Report]:
    """What SES says in a verified notification, by feedback notifications or by event publishing."""
    if envelope.kind != NOTIFICATION:
        return []
    try:
        told = fields(json.loads(envelope.values["Message"]))
    except (ValueError, RecursionError):
        return []  # SNS says in plain words that a topic was set up
    mail = fields(told.get("mail"))
    kind = text(told.get("notificationType") or told.get("eventType"))
    if kind == "Bounce":
        return _bounces(envelope, mail, fields(told.get("bounce")))
    if kind == "Complaint":
        return _complaints(envelope, mail, fields(told.get("complaint")))
    return []


def _bounces(envelope: Envelope, mail: Mapping[str, Any], told: Mapping[str, Any]) -> list[Report]:
    permanent = told.get("bounceType") == "Permanent"
    said = f"{text(told.get('bounceType'))} {text(told.get('bounceSubType'))}"
    return [
        Report(
            event_id=_event(envelope, told, one),
            kind=BOUNCE,
            address=text(one.get("emailAddress"), 320),
            permanent=permanent,
            status=text(one.get("status"), 16),
            words=re.sub(r"^smtp; ?", "", text(one.get("diagnosticCode"))) or said,
            message_id=_message_id(mail),
            sender=text(mail.get("source"), 320),
            at=text(told.get("timestamp")),
        )
        for one in objects(told.get("bouncedRecipients"))
    ]


def _complaints(envelope: Envelope, mail: Mapping[str, Any], told: Mapping[str, Any]) -> list[Report]:
    return [
        Report(
            event_id=_event(envelope, told, one),
            kind=COMPLAINT,
            address=text(one.get("emailAddress"), 320),
            feedback=text(told.get("complaintFeedbackType")) or "abuse",
            message_id=_message_id(mail),
            sender=text(mail.get("source"), 320),
            at=text(told.get("timestamp")),
        )
        for one in objects(told.get("complainedRecipients"))
    ]


def _event(envelope: Envelope, told: Mapping[str, Any], one: Mapping[str, Any]) -> str:
    # The same feedback may come through two topics, as a notification and as an event.
    feedback = text(told.get("feedbackId")) or envelope.values["MessageId"]
    return f"{feedback}/{text(one.get('emailAddress'), 320)}"


def _message_id(mail: Mapping[str, Any]) -> str:
    """The Message-ID that we gave; SES knows it where original headers are included."""
    for header in objects(mail.get("headers")):
        if text(header.get("name")).lower() == "message-id":
            return text(header.get("value"))
    return text(fields(mail.get("commonHeaders")).get("messageId"))


def _is_sns(url: str, region: str) -> bool:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return False
    hosts = (f"sns.{region}.amazonaws.com", f"sns.{region}.amazonaws.com.cn")
    plain = url.isascii() and url.isprintable() and " " not in url and "\\" not in url and not parts.fragment
    return (
        plain and parts.scheme == "https" and parts.netloc in hosts and port is None
    )  # netloc whole: no user, no port
