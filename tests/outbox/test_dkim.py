"""Signatures are valid for an independent judge, cover what they must, and break when touched."""

import base64
import re
from pathlib import Path

import dkim
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

from outbox.dkim import DkimError, DkimSigner, load_key
from outbox.rendition import Splice
from store import Database
from tests.outbox.servers import aiosmtpd_process
from tests.outbox.world import handed_over, relay, rendition, send

_PEM, _PKCS8 = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
_RAW, _DER = serialization.Encoding.Raw, serialization.Encoding.DER

RSA = rsa.generate_private_key(65537, 2048)
ED = ed25519.Ed25519PrivateKey.generate()


def written(folder: Path, name: str, key: object, password: bytes | None = None) -> Path:
    lock = serialization.BestAvailableEncryption(password) if password else serialization.NoEncryption()
    path = folder / name
    path.write_bytes(key.private_bytes(_PEM, _PKCS8, lock))  # type: ignore[attr-defined]
    return path


def dns(name: bytes, timeout: int = 5) -> bytes:
    public = serialization.PublicFormat
    records = {
        b"rsa._domainkey.example.org.": b"v=DKIM1; k=rsa; p="
        + base64.b64encode(RSA.public_key().public_bytes(_DER, public.SubjectPublicKeyInfo)),
        b"ed._domainkey.news.example.org.": b"v=DKIM1; k=ed25519; p="
        + base64.b64encode(ED.public_key().public_bytes(_RAW, public.Raw)),
    }
    return records[name]


@pytest.fixture
def signer(tmp_path: Path) -> DkimSigner:
    return DkimSigner(
        [
            load_key("example.org", "rsa", written(tmp_path, "rsa.pem", RSA)),
            load_key("news.example.org", "ed", written(tmp_path, "ed.pem", ED)),
        ]
    )


def message(name: str = "Ann") -> bytes:
    link = "https://news.example.org/u/" + "x" * 200
    return rendition().splice(Splice("ann@example.org", name, "1.a", {"name": name, "unsubscribe_url": link}))


def verifies(wire: bytes, index: int) -> bool:
    try:
        return bool(dkim.DKIM(wire).verify(index, dnsfunc=dns))
    except dkim.ValidationError:
        return False


@pytest.mark.parametrize("name", ["Ann", "Արամ Խաչատրյան", "a  b\t" * 40])
def test_both_signatures_are_valid_for_dkimpy(signer: DkimSigner, name: str) -> None:
    wire = message(name)
    signed = signer.signatures(wire, "news.example.org") + wire
    assert verifies(signed, 0)
    assert verifies(signed, 1)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"Subject: What happened", b"Subject: What  happened!"),
        (b"ann@example.org", b"eve@example.org"),
        (b"Something happened", b"Something Happened"),
        (b"x" * 30 + b">", b"y" * 30 + b">"),
        (b"One-Click", b"No-Click"),
        (b"To: ", b"From: Eve <eve@example.com>\r\nTo: "),
        (b"To: ", b"Subject: Win\r\nTo: "),
    ],
)
def test_a_message_that_was_touched_is_not_valid(signer: DkimSigner, before: bytes, after: bytes) -> None:
    wire = message()
    signed = signer.signatures(wire, "news.example.org") + wire
    assert before in wire
    tampered = signed.replace(before, after, 1)
    assert not verifies(tampered, 0)
    assert not verifies(tampered, 1)


def test_it_covers_what_mailbox_providers_ask_for(signer: DkimSigner) -> None:
    signature = signer.signatures(message(), "news.example.org").split(b"DKIM-Signature:")[1]
    names = re.sub(rb"\s", b"", signature).split(b";h=")[1].split(b";")[0].split(b":")
    assert {b"from", b"list-unsubscribe", b"list-unsubscribe-post", b"message-id"} <= set(names)
    assert names.count(b"from") == names.count(b"subject") == 2
    assert b"l=" not in re.sub(rb"bh=|b=", b"", signature)
    assert all(len(line) <= 78 for line in signature.split(b"\r\n"))


def test_the_same_message_gets_the_same_signature(signer: DkimSigner) -> None:
    assert signer.signatures(message(), "news.example.org") == signer.signatures(
        message(), "news.example.org"
    )


def test_the_record_to_publish_is_the_one_that_the_judge_accepts(signer: DkimSigner) -> None:
    wire = message()
    signed = signer.signatures(wire, "news.example.org") + wire
    published = {f"{key.name}.".encode(): key.record.encode() for key in signer.keys}
    for index in (0, 1):
        assert dkim.DKIM(signed).verify(index, dnsfunc=lambda name, timeout=5: published.get(name))
    rsa_key, ed_key = sorted(signer.keys, key=lambda key: key.algorithm, reverse=True)
    assert rsa_key.is_published_as(rsa_key.record.replace("k=rsa; ", "").replace("p=", "p= "))
    assert not ed_key.is_published_as(rsa_key.record)


def test_another_domain_is_not_signed(signer: DkimSigner) -> None:
    assert signer.signatures(message(), "example.com") == b""
    assert signer.signatures(message(), "notexample.org") == b""


def test_signatures_are_valid_after_the_hop(signer: DkimSigner, database: Database, tmp_path: Path) -> None:
    number = handed_over(database, 20)
    with aiosmtpd_process(tmp_path / "mail") as server:
        send(database, number, relay(server.port), dkim=signer)
        accepted = server.accepted()
    assert len(accepted) == 20
    assert all(verifies(one.content, 0) and verifies(one.content, 1) for one in accepted)


def test_a_key_that_will_not_do_is_refused(tmp_path: Path) -> None:
    short = rsa.generate_private_key(65537, 1024)
    for path in (
        tmp_path / "missing.pem",
        written(tmp_path, "short.pem", short),
        written(tmp_path, "curve.pem", ec.generate_private_key(ec.SECP256R1())),
        written(tmp_path, "locked.pem", RSA, password=b"secret"),
    ):
        with pytest.raises(DkimError, match=re.escape(path.name)):
            load_key("example.org", "s1", path)
