"""Reports of mail providers: each with its own proof, each once, and only about those who got mail from us."""

import asyncio
import base64
import hmac
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.x509.oid import NameOID
from sqlalchemy import select, update
from starlette.testclient import TestClient

from digest.actions.context import Context
from digest.actions.deliver import return_paths
from digest.actions.webhook_in import Certificates, apply_waiting
from digest.issues import Issue, newsletters
from digest.settings import load
from digest.settings_hooks import Hooks
from digest.sources.errors import AddressRefused, NoAnswer
from digest.web.app import create_app
from digest.web.hooks.receive import from_amazon
from digest.webhooks import inbox
from digest.webhooks.incoming.report import KEPT
from digest.webhooks.tables import WebhookReport
from outbox.tables import Delivery, DeliveryState, Mailing
from store import Database
from subscribers import suppression
from subscribers.addresses import normalise
from subscribers.lists import add_list
from subscribers.states import Change
from subscribers.subscribing import Proof, join
from subscribers.tables import Bounce, Subscriber, Subscription, SubscriptionState

TOPIC = "arn:aws:sns:eu-west-1:123456789012:bounces"
CERTIFICATE = "https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-0123456789abcdef.pem"
SECRET, KEY = "a-shared-secret-of-ours", "a-signing-key-of-mailgun"
UNKNOWN_USER = "smtp; 550 5.1.1 <ani@example.org>: Recipient address rejected: User unknown"
RSA = rsa.generate_private_key(public_exponent=65537, key_size=2048)
OTHER_RSA = rsa.generate_private_key(public_exponent=65537, key_size=2048)
EC = ec.generate_private_key(ec.SECP256R1())
PUBLIC_KEY = base64.b64encode(
    EC.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
).decode()


def certificate(valid: timedelta = timedelta(days=30)) -> bytes:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "sns.amazonaws.com")])
    start = datetime.now(UTC) - timedelta(days=60)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(RSA.public_key())
        .serial_number(1)
        .not_valid_before(start)
        .not_valid_after(datetime.now(UTC) + valid)
        .sign(RSA, hashes.SHA256())
    )
    return made.public_bytes(serialization.Encoding.PEM)


PEM = certificate()


@dataclass
class Hooked:
    """The pages with every provider configured, and a mail delivered to their one reader."""

    context: Context
    client: TestClient
    reader_id: int
    list_id: int
    delivery: int
    fetched: list[str] = field(default_factory=list)
    pem: bytes = b""

    def post(self, provider: str, body: Any, **headers: str) -> int:
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        answer = self.client.post(f"/hooks/{provider}", content=raw, headers=names)
        self.apply()
        return answer.status_code

    def state(self) -> str:
        with self.context.database.reading() as session:
            return str(session.get_one(Subscription, (self.reader_id, self.list_id)).state)

    def apply(self) -> None:
        app: Any = self.client.app
        assert self.client.portal
        self.client.portal.call(apply_waiting, self.context, app.state.writers)

    def kept(self) -> list[WebhookReport]:
        with self.context.database.reading() as session:
            return list(session.scalars(select(WebhookReport).order_by(WebhookReport.id)))

    def bounces(self) -> list[Bounce]:
        with self.context.database.reading() as session:
            return list(session.scalars(select(Bounce)))

    def suppressed(self) -> list[str]:
        with self.context.database.reading() as session:
            mark = session.get_one(Subscriber, self.reader_id).fingerprint
            return [str(one) for one in suppression.reasons(session, mark).values()]

    @property
    def message_id(self) -> str:
        return f"{return_paths(self.context).tokens(self.delivery).message}@example.org"

    @property
    def verp(self) -> str:
        paths = return_paths(self.context)
        return paths.sender(paths.tokens(self.delivery))


@pytest.fixture
def hooked(database: Database, tmp_path: Path) -> Iterator[Hooked]:
    hooks = Hooks.model_validate(
        {
            "ses": {"topics": [TOPIC]},
            "postmark": {"secret": SECRET},
            "mailgun": {"signing_key": KEY},
            "sendgrid": {"public_key": PUBLIC_KEY},
            "brevo": {"secret": SECRET},
        }
    )
    context = opened(database, tmp_path, hooks)
    now = datetime.now(UTC)
    with database.writing() as session:
        mailing_list = add_list(session, "weekly", now=now)
        newsletter = newsletters.add(
            session, "weekly", title="The Weekly", sender_address="news@example.org",
            list_id=mailing_list.id, now=now,
        )  # fmt: skip
        reader = join(
            session, mailing_list, normalise("ani@example.org"), Change.STATE, Proof("test"),
            signer=context.signer, now=now,
        ).subscriber_id  # fmt: skip
        assert reader is not None
        issue = Issue(newsletter=newsletter, number=1, built_at=now, subject="Bridge opens")
        session.add(issue)
        session.flush()
        mailing = Mailing(
            kind="issue", reference=issue.id, state="done", date=now, starts_at=now, expires_at=now,
            rendition=b"", recipients=1,
        )  # fmt: skip
        session.add(mailing)
        session.flush()
        delivery = Delivery(
            mailing_id=mailing.id, recipient_id=reader, address="ani@example.org",
            state=DeliveryState.SENT, attempts=1, changed_at=now,
        )  # fmt: skip
        session.add(delivery)
        session.flush()
        numbers = (reader, mailing_list.id, delivery.id)
    app = create_app(context, answers=False)
    with TestClient(app, base_url="https://news.example.org") as client:
        made = Hooked(context, client, *numbers, pem=PEM)

        async def fetch(url: str) -> bytes:
            made.fetched.append(url)
            return made.pem

        app.state.certificates = Certificates(fetch)
        yield made


def opened(database: Database, folder: Path, hooks: Hooks) -> Context:
    path = folder / "digest.toml"
    url = database.engine.url.render_as_string(hide_password=False)
    path.write_text(
        f'database = "{url}"\nkeys = ["k1:0123456789abcdef0123456789abcdef"]\n'
        'public_url = "https://news.example.org"\n',
        "utf-8",
    )
    path.chmod(0o600)
    settings = load(path).model_copy(update={"hooks": hooks})
    return Context(settings, database, settings.signer)


# What each provider says, in the form it documents; every value is invented.


def ses_told(kind: str = "Bounce", **mail: Any) -> dict[str, Any]:
    told: dict[str, Any] = {
        "notificationType": kind,
        "mail": {
            "timestamp": "2026-11-24T10:00:00.000Z",
            "messageId": "0100018e-aaaa-bbbb-cccc-000000000000-000000",
            "source": "news@example.org",
            "destination": ["ani@example.org"],
            **mail,
        },
    }
    if kind == "Bounce":
        told["bounce"] = {
            "bounceType": "Permanent",
            "bounceSubType": "General",
            "bouncedRecipients": [
                {
                    "emailAddress": "ani@example.org",
                    "action": "failed",
                    "status": "5.1.1",
                    "diagnosticCode": UNKNOWN_USER,
                }
            ],
            "timestamp": "2026-11-24T10:00:02.000Z",
            "feedbackId": "0100018e-feed-back-0001",
        }
    else:
        told["complaint"] = {
            "complainedRecipients": [{"emailAddress": "ani@example.org"}],
            "complaintFeedbackType": "abuse",
            "timestamp": "2026-11-24T11:00:00.000Z",
            "feedbackId": "0100018e-feed-back-0002",
        }
    return told


def sns(told: Any, *, key: rsa.RSAPrivateKey = RSA, version: str = "2", **changes: str) -> dict[str, str]:
    """The message of SNS around it, signed with the changes in it."""
    message = {
        "Type": "Notification",
        "MessageId": "22b80b92-fdea-4c2c-8f9d-bdfb0c7bf324",
        "TopicArn": TOPIC,
        "Message": told if isinstance(told, str) else json.dumps(told),
        "Timestamp": datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "SignatureVersion": version,
        "SigningCertURL": CERTIFICATE,
        **changes,
    }
    names = (
        ("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type")
        if message["Type"] == "Notification"
        else ("Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type")
    )
    signed = "".join(f"{name}\n{message[name]}\n" for name in names if name in message).encode()
    digest = hashes.SHA256() if version == "2" else hashes.SHA1()
    message["Signature"] = base64.b64encode(key.sign(signed, padding.PKCS1v15(), digest)).decode()
    return message


def postmark(kind: str = "HardBounce", **values: Any) -> dict[str, Any]:
    return {
        "RecordType": "Bounce",
        "MessageStream": "outbound",
        "ID": 4323372036854775807,
        "Type": kind,
        "Name": "Hard bounce",
        "MessageID": "883953f4-6105-42a2-a16a-77a8eac79483",
        "Description": "The server was unable to deliver your message.",
        "Details": UNKNOWN_USER,
        "Email": "Ani@Example.org",
        "From": "news@example.org",
        "BouncedAt": "2026-11-24T10:00:02.2735393-04:00",
        "Inactive": True,
        "Subject": "Bridge opens",
        **values,
    }


def mailgun(
    event: str = "failed", *, key: str = KEY, at: datetime | None = None, token: str = "t" * 50, **values: Any
) -> dict[str, Any]:
    timestamp = str(int((at or datetime.now(UTC)).timestamp()))
    signature = hmac.new(key.encode(), f"{timestamp}{token}".encode(), sha256).hexdigest()
    return {
        "signature": {"timestamp": timestamp, "token": token, "signature": signature},
        "event-data": {
            "event": event,
            "severity": "permanent",
            "id": "G9Bn5sl1TC6nu79C8C0bwg",
            "timestamp": 1764000000.25,
            "recipient": "ani@example.org",
            "reason": "bounce",
            "delivery-status": {"code": 550, "message": "5.1.1 The email account does not exist"},
            "message": {"headers": {"message-id": "none@example.net", "to": "ani@example.org"}},
            **values,
        },
    }


def sendgrid(event: str = "bounce", **values: Any) -> list[dict[str, Any]]:
    return [
        {
            "email": "ani@example.org",
            "timestamp": 1764000000,
            "smtp-id": "<none@example.net>",
            "event": event,
            "type": "bounce",
            "sg_event_id": "6g4ZI7SA-xmRDv57GoPIPw==",
            "sg_message_id": "14c5d75ce93.dfd.64b469.filter0001.16648.5515E0B88.0",
            "reason": "550 5.1.1 The email account that you tried to reach does not exist",
            "status": "5.1.1",
            **values,
        }
    ]


def signed_by_sendgrid(
    body: bytes, at: datetime | None = None, key: ec.EllipticCurvePrivateKey = EC
) -> dict[str, str]:
    timestamp = str(int((at or datetime.now(UTC)).timestamp()))
    signature = key.sign(timestamp.encode() + body, ec.ECDSA(hashes.SHA256()))
    return {
        "X_Twilio_Email_Event_Webhook_Signature": base64.b64encode(signature).decode(),
        "X_Twilio_Email_Event_Webhook_Timestamp": timestamp,
    }


def brevo(event: str = "hard_bounce", **values: Any) -> dict[str, Any]:
    return {
        "event": event,
        "email": "ani@example.org",
        "id": 26224,
        "date": "2026-11-24 10:00:00",
        "ts": 1764000000,
        "ts_event": 1764000000,
        "message-id": "<202611241000.12345678901@smtp-relay.example.net>",
        "reason": "550 5.1.1 user unknown",
        **values,
    }


def basic(secret: str) -> str:
    return "Basic " + base64.b64encode(f"digest:{secret}".encode()).decode()


Sender = Callable[[Hooked], int]
SQLITE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
"""For what is refused before any database is asked."""


def _sendgrid(hooked: Hooked, told: Any) -> int:
    body = json.dumps(told).encode()
    return hooked.post("sendgrid", body, **signed_by_sendgrid(body))


HARD: dict[str, Sender] = {
    "ses": lambda hooked: hooked.post("ses", sns(ses_told())),
    "ses, version 1": lambda hooked: hooked.post("ses", sns(ses_told(), version="1")),
    "postmark": lambda hooked: hooked.post("postmark", postmark(), Authorization=basic(SECRET)),
    "mailgun": lambda hooked: hooked.post("mailgun", mailgun()),
    "sendgrid": lambda hooked: _sendgrid(hooked, sendgrid()),
    "brevo": lambda hooked: hooked.post("brevo", brevo(), Authorization=f"Bearer {SECRET}"),
}
COMPLAINTS: dict[str, Sender] = {
    "ses": lambda hooked: hooked.post("ses", sns(ses_told("Complaint"))),
    "postmark": lambda hooked: hooked.post(
        "postmark", postmark("SpamComplaint", RecordType="SpamComplaint"), Authorization=basic(SECRET)
    ),
    "postmark, broadcast": lambda hooked: hooked.post(
        "postmark",
        {
            "RecordType": "SubscriptionChange",
            "MessageID": "883953f4-6105-42a2-a16a-77a8eac79483",
            "ChangedAt": "2026-11-24T10:53:34.416071Z",
            "Recipient": "ani@example.org",
            "Origin": "Recipient",
            "SuppressSending": True,
            "SuppressionReason": "SpamComplaint",
        },
        Authorization=basic(SECRET),
    ),
    "mailgun": lambda hooked: hooked.post("mailgun", mailgun("complained")),
    "sendgrid": lambda hooked: _sendgrid(hooked, sendgrid("spamreport")),
    "brevo": lambda hooked: hooked.post("brevo", brevo("spam"), Authorization=basic(SECRET)),
}


@pytest.mark.parametrize("provider", HARD)
def test_a_hard_bounce_ends_the_membership_and_suppresses(hooked: Hooked, provider: str) -> None:
    assert HARD[provider](hooked) == 200
    assert hooked.state() == SubscriptionState.BOUNCED
    assert hooked.suppressed() == ["bounced"]
    (row,) = [one for one in hooked.kept() if one.effect]
    assert (row.state, row.effect, row.facts) == ("done", "bounced", {})


@pytest.mark.parametrize("provider", COMPLAINTS)
def test_a_complaint_unsubscribes_and_suppresses(hooked: Hooked, provider: str) -> None:
    assert COMPLAINTS[provider](hooked) == 200
    assert hooked.state() == SubscriptionState.COMPLAINED
    assert hooked.suppressed() == ["complained"]


@pytest.mark.parametrize("provider", HARD)
def test_the_same_report_again_has_no_further_effect(hooked: Hooked, provider: str) -> None:
    for _ in range(3):
        assert HARD[provider](hooked) == 200
    assert len(hooked.bounces()) == 1
    assert len([one for one in hooked.kept() if one.effect]) == 1


def test_a_soft_bounce_is_noted_and_nothing_else(hooked: Hooked) -> None:
    full = postmark("SoftBounce", Details="smtp; 452 4.2.2 Mailbox full")
    assert hooked.post("postmark", full, Authorization=basic(SECRET)) == 200
    assert hooked.state() == SubscriptionState.CONFIRMED
    assert [one.hard for one in hooked.bounces()] == [False]


def test_soft_bounces_on_several_days_end_the_membership(hooked: Hooked) -> None:
    for day in (1, 4, 8, 12):
        at = (datetime.now(UTC) - timedelta(days=13 - day)).isoformat()
        told = postmark("SoftBounce", Details="smtp; 452 4.2.2 Mailbox full", ID=day, BouncedAt=at)
        hooked.post("postmark", told, Authorization=basic(SECRET))
    assert hooked.state() == SubscriptionState.BOUNCED


@pytest.mark.parametrize(
    "send",
    [
        lambda hooked: hooked.post("postmark", postmark("Blocked"), Authorization=basic(SECRET)),
        lambda hooked: hooked.post("brevo", brevo("blocked"), Authorization=basic(SECRET)),
        lambda hooked: hooked.post("mailgun", mailgun("delivered")),
        lambda hooked: _sendgrid(hooked, sendgrid("deferred")),
        lambda hooked: hooked.post("ses", sns("Congratulations, the topic is set up.")),
    ],
)
def test_what_speaks_of_us_or_of_nothing_costs_nobody_a_subscription(hooked: Hooked, send: Sender) -> None:
    assert send(hooked) == 200
    assert hooked.state() == SubscriptionState.CONFIRMED
    assert hooked.bounces() == []


def test_leaving_through_a_provider_is_leaving(hooked: Hooked) -> None:
    _sendgrid(hooked, sendgrid("unsubscribe"))
    assert hooked.state() == SubscriptionState.UNSUBSCRIBED


# Whom it is about.


@pytest.mark.parametrize("how", ["message id", "return path"])
def test_a_message_of_ours_is_known_by_what_we_signed_whatever_address_failed(
    hooked: Hooked, how: str
) -> None:
    mail: dict[str, Any] = (
        {"headers": [{"name": "Message-ID", "value": f"<{hooked.message_id}>"}]}
        if how == "message id"
        else {"source": hooked.verp}
    )
    told = ses_told(**mail)
    told["bounce"]["bouncedRecipients"][0]["emailAddress"] = "forwarded@elsewhere.example"
    assert hooked.post("ses", sns(told)) == 200
    assert hooked.state() == SubscriptionState.BOUNCED


def test_an_address_that_got_nothing_from_us_is_left_alone(hooked: Hooked) -> None:
    with hooked.context.database.writing() as session:
        session.execute(update(Delivery).values(state=DeliveryState.QUEUED))
    for send in HARD.values():
        assert send(hooked) == 200
    assert hooked.state() == SubscriptionState.CONFIRMED


def test_a_mail_of_long_ago_is_not_what_a_report_is_about(hooked: Hooked) -> None:
    with hooked.context.database.writing() as session:
        session.execute(update(Mailing).values(date=datetime.now(UTC) - timedelta(days=40)))
    HARD["brevo"](hooked)
    assert hooked.state() == SubscriptionState.CONFIRMED


def test_nobody_and_nonsense_change_nothing(hooked: Hooked) -> None:
    nonsense = (
        "nobody@example.org",
        "no address",
        "",
        "a" * 400 + "@example.org",
        "a\x00b@example.org",
        "\ud800@x",
    )
    for address in nonsense:
        assert hooked.post("brevo", brevo(email=address), Authorization=basic(SECRET)) == 200
    assert hooked.bounces() == []


def test_a_forged_message_id_names_nobody(hooked: Hooked) -> None:
    number, _, mac = hooked.message_id.partition(".")
    forged = f"<{number}.{'0' if mac[0] != '0' else '1'}{mac[1:]}>"
    told = brevo(email="nobody@example.org") | {"message-id": forged}
    hooked.post("brevo", told, Authorization=basic(SECRET))
    assert hooked.state() == SubscriptionState.CONFIRMED


# Proofs.


@SQLITE
@pytest.mark.parametrize("provider", ["postmark", "brevo"])
@pytest.mark.parametrize(
    "authorization",
    ["", "Basic", "Basic !!!", basic("wrong"), basic(""), f"Bearer {SECRET}x", "Bearer", f"Digest {SECRET}"],
)
def test_without_the_secret_nothing_is_taken(hooked: Hooked, provider: str, authorization: str) -> None:
    told = postmark() if provider == "postmark" else brevo()
    assert hooked.post(provider, told, Authorization=authorization) == 403
    assert hooked.kept() == []


@SQLITE
def test_mailguns_signature_must_be_right_and_young(hooked: Hooked) -> None:
    old = datetime.now(UTC) - timedelta(hours=13)
    early = datetime.now(UTC) + timedelta(hours=13)
    unsigned = mailgun() | {"signature": {}}
    for told in (mailgun(key="another-key-of-somebody"), mailgun(at=old), mailgun(at=early), unsigned):
        assert hooked.post("mailgun", told) == 403
    assert hooked.kept() == []


def test_a_token_of_mailgun_is_good_for_one_event_only(hooked: Hooked) -> None:
    hooked.post("mailgun", mailgun("delivered"))
    replayed = mailgun("failed", id="another-event")
    assert hooked.post("mailgun", replayed) == 200
    assert hooked.state() == SubscriptionState.CONFIRMED
    assert hooked.post("mailgun", mailgun("failed", token="u" * 50)) == 200
    assert hooked.state() == SubscriptionState.BOUNCED


@SQLITE
def test_sendgrids_signature_covers_every_octet_and_the_time(hooked: Hooked) -> None:
    body = json.dumps(sendgrid()).encode()
    right = signed_by_sendgrid(body)
    other = signed_by_sendgrid(body, key=ec.generate_private_key(ec.SECP256R1()))
    old = signed_by_sendgrid(body, at=datetime.now(UTC) - timedelta(hours=26))
    moved = {**right, "X_Twilio_Email_Event_Webhook_Timestamp": str(int(datetime.now(UTC).timestamp()) + 1)}
    broken = {**right, "X_Twilio_Email_Event_Webhook_Signature": "AAAA"}
    assert hooked.post("sendgrid", body + b" ", **right) == 403
    for headers in ({}, other, old, moved, broken):
        assert hooked.post("sendgrid", body, **headers) == 403
    assert hooked.kept() == []
    assert hooked.post("sendgrid", body, **right) == 200


@SQLITE
@pytest.mark.parametrize(
    "changes",
    [
        {"Message": json.dumps(ses_told("Complaint"))},
        {"MessageId": "another"},
        {"Timestamp": "2026-11-20T10:00:00.000Z"},
        {"Subject": "added"},
        {"Signature": "AAAA"},
        {"SignatureVersion": "1"},
        {"SignatureVersion": "3"},
    ],
)
def test_a_changed_message_of_sns_is_refused(hooked: Hooked, changes: dict[str, str]) -> None:
    assert hooked.post("ses", sns(ses_told()) | changes) == 403
    assert hooked.kept() == []


@SQLITE
def test_a_message_signed_by_another_key_is_refused(hooked: Hooked) -> None:
    assert hooked.post("ses", sns(ses_told(), key=OTHER_RSA)) == 403


@SQLITE
def test_an_expired_certificate_is_refused(hooked: Hooked) -> None:
    hooked.pem = certificate(valid=timedelta(days=-1))
    assert hooked.post("ses", sns(ses_told())) == 403


@SQLITE
def test_an_old_message_of_sns_is_refused(hooked: Hooked) -> None:
    long_ago = (datetime.now(UTC) - timedelta(days=31)).isoformat().replace("+00:00", "Z")
    assert hooked.post("ses", sns(ses_told(), Timestamp=long_ago)) == 403


@SQLITE
@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example/SimpleNotificationService-0123.pem",
        "http://sns.eu-west-1.amazonaws.com/SimpleNotificationService-0123.pem",
        "https://sns.eu-west-1.amazonaws.com.evil.example/SimpleNotificationService-0123.pem",
        "https://sns.eu-west-1.amazonaws.com@evil.example/SimpleNotificationService-0123.pem",
        "https://evil.example#sns.eu-west-1.amazonaws.com/SimpleNotificationService-0123.pem",
        "https://sns.eu-west-1.amazonaws.com:8443/SimpleNotificationService-0123.pem",
        "https://sns.us-east-1.amazonaws.com/SimpleNotificationService-0123.pem",
        "https://s3.eu-west-1.amazonaws.com/SimpleNotificationService-0123.pem",
        "https://sns.eu-west-1.amazonaws.com/bucket/evil.pem",
        "https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-0123.pem?x=/../evil",
        "https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-0123.pem#x",
        "https://sns.eu-west-1.amazonaws.com\\.evil.example/SimpleNotificationService-0123.pem",
        "https://127.0.0.1/SimpleNotificationService-0123.pem",
        "file:///etc/passwd",
        "",
    ],
)
def test_a_certificate_from_anywhere_else_is_not_even_asked_for(hooked: Hooked, url: str) -> None:
    assert hooked.post("ses", sns(ses_told(), SigningCertURL=url)) == 403
    assert hooked.fetched == []


@SQLITE
def test_a_certificate_is_fetched_once(hooked: Hooked) -> None:
    for number in range(3):
        hooked.post("ses", sns(ses_told(), MessageId=str(number)))
    assert hooked.fetched == [CERTIFICATE]


@SQLITE
def test_when_the_certificate_is_not_to_be_had_amazon_tries_again(hooked: Hooked) -> None:
    async def away(url: str) -> bytes:
        raise NoAnswer("The name is not known.", "Try again later.")

    app: Any = hooked.client.app
    app.state.certificates = Certificates(away)
    assert hooked.post("ses", sns(ses_told())) == 503


def confirmation(topic: str = TOPIC, **changes: str) -> dict[str, str]:
    url = f"https://sns.eu-west-1.amazonaws.com/?Action=ConfirmSubscription&TopicArn={topic}&Token=2336412f"
    values = {"Type": "SubscriptionConfirmation", "Token": "2336412f", "SubscribeURL": url, "TopicArn": topic}
    return sns("You have chosen to subscribe to the topic.", **(values | changes))


@SQLITE
def test_a_subscription_of_a_known_topic_is_confirmed(hooked: Hooked) -> None:
    asked = confirmation()
    assert hooked.post("ses", asked) == 200
    assert hooked.fetched == [CERTIFICATE, asked["SubscribeURL"]]


@SQLITE
@pytest.mark.parametrize(
    "asked, status",
    [
        (confirmation("arn:aws:sns:eu-west-1:123456789012:other"), 403),
        (confirmation(SubscribeURL="https://evil.example/?Action=ConfirmSubscription"), 200),
        (confirmation(SubscribeURL="https://sns.eu-west-1.amazonaws.com/?Action=DeleteTopic"), 200),
        (confirmation() | {"SubscribeURL": "https://sns.eu-west-1.amazonaws.com/?Action=x"}, 403),
    ],
)
def test_no_other_address_is_asked_to_confirm(hooked: Hooked, asked: dict[str, str], status: int) -> None:
    assert hooked.post("ses", asked) == status
    assert [url for url in hooked.fetched if url != CERTIFICATE] == []


@SQLITE
@pytest.mark.parametrize("missing", ["ses", "sendgrid"])
def test_without_cryptography_the_provider_is_told_to_try_again(
    hooked: Hooked, missing: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("digest.webhooks.incoming.needs.find_spec", lambda name: None)
    assert HARD[missing](hooked) == 503


# What comes without being asked for.


@SQLITE
def test_a_provider_that_is_not_in_the_settings_finds_nothing(database: Database, tmp_path: Path) -> None:
    app = create_app(opened(database, tmp_path, Hooks()), answers=False)
    with TestClient(app, base_url="https://news.example.org") as client:
        for provider in ("ses", "postmark", "mailgun", "sendgrid", "brevo", "other"):
            answer = client.post(f"/hooks/{provider}", content=b"{}", headers={"Authorization": "Bearer "})
            assert answer.status_code == 404


@SQLITE
@pytest.mark.parametrize("provider", ["ses", "postmark", "mailgun", "brevo"])
def test_a_body_that_says_nothing_is_refused_or_ignored(hooked: Hooked, provider: str) -> None:
    for body in (b"", b"{", b"[]", b"null", b'"x"', b"\xff", b"[" * 50_000):
        assert hooked.post(provider, body, Authorization=basic(SECRET)) in (200, 400, 403)
    assert hooked.kept() == []


def test_bodies_have_a_limit_of_their_own(hooked: Hooked) -> None:
    many = json.dumps(sendgrid() * 1000).encode()
    assert 64_000 < len(many) < 1_000_000
    assert hooked.post("sendgrid", many, **signed_by_sendgrid(many)) == 200
    assert hooked.post("sendgrid", b" " * 1_000_001) == 413


@SQLITE
def test_only_post_is_taken(hooked: Hooked) -> None:
    for method in ("GET", "HEAD", "PUT", "DELETE"):
        assert hooked.client.request(method, "/hooks/brevo").status_code == 405


def test_what_was_reported_is_known_for_two_months(hooked: Hooked) -> None:
    HARD["brevo"](hooked)
    with hooked.context.database.writing() as session:
        assert inbox.forget(session, datetime.now(UTC) + KEPT - timedelta(days=1)) == 0
        assert inbox.forget(session, datetime.now(UTC) + KEPT + timedelta(minutes=1)) == 1


def test_a_certificate_is_never_fetched_from_the_own_network() -> None:
    with pytest.raises(AddressRefused):
        asyncio.run(from_amazon("https://127.0.0.1/SimpleNotificationService-0123.pem"))
