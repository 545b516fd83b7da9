"""DKIM signatures (RFC 6376) for relays that do not sign: RSA-2048 and up (RFC 8301), Ed25519 (RFC 8463).

Headers are canonicalised relaxed, the body simple: it is quoted-printable, ends in one CRLF and is not
touched on the way. From and Subject are signed once more than they occur, so nobody can add a second.
There is no `t=`, `x=` or `l=`: the same message gets the same signature at every retry.
"""

import base64
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from outbox.problem import OutboxError

SIGNED = (
    b"from",
    b"from",
    b"to",
    b"subject",
    b"subject",
    b"date",
    b"message-id",
    b"reply-to",
    b"list-unsubscribe",
    b"list-unsubscribe-post",
    b"list-id",
    b"feedback-id",
    b"mime-version",
    b"content-type",
)
"""RFC 8058 section 4 wants both List-Unsubscribe fields in it; RFC 6376 section 5.4.1 names the rest."""

SMALLEST_RSA = 2048

WIDTH = 70
"""Characters of a line of the field, at most."""

_FIELD = re.compile(rb"([!-9;-~]+):([^\r]*(?:\r\n[ \t][^\r]*)*)\r\n")
_BLANKS = re.compile(rb"[ \t\r\n]+")


class DkimError(OutboxError):
    """A key that cannot be used for signing."""


@dataclass(frozen=True)
class DkimKey:
    """A private key and where its public half stands: `<selector>._domainkey.<domain>`."""

    domain: str
    selector: str
    algorithm: str
    sign: Callable[[bytes], bytes] = field(repr=False)
    public: bytes = b""
    signature_bytes: int = 64

    @property
    def name(self) -> str:
        """Where DNS has to have its record."""
        return f"{self.selector}._domainkey.{self.domain}"

    @property
    def record(self) -> str:
        """The TXT record to publish (RFC 6376 section 3.6.1)."""
        kind = self.algorithm.partition("-")[0]
        return f"v=DKIM1; k={kind}; p={base64.b64encode(self.public).decode()}"

    def is_published_as(self, record: str) -> bool:
        """Whether a TXT record holds this very key."""
        tags = {
            name.strip(): "".join(value.split())
            for name, _, value in (part.partition("=") for part in record.split(";"))
        }
        kind = self.algorithm.partition("-")[0]
        return tags.get("k", "rsa") == kind and tags.get("p") == base64.b64encode(self.public).decode()

    def signs_for(self, domain: str) -> bool:
        """Whether mail from `domain` is signed with it: it is the key's own, or one under it."""
        return domain == self.domain or domain.endswith(f".{self.domain}")


def load_key(domain: str, selector: str, path: Path) -> DkimKey:
    """The key in the PEM file `path`; DkimError when it is missing, locked, too short or of another kind."""
    try:
        from cryptography.hazmat.primitives import hashes, serialization
        from cryptography.hazmat.primitives.asymmetric import ed25519, padding, rsa
    except ModuleNotFoundError:
        raise DkimError("Signing needs the package cryptography.", "Install newsroom-digest[dkim].") from None
    try:
        key = serialization.load_pem_private_key(path.read_bytes(), password=None)
    except (OSError, ValueError, TypeError):
        raise DkimError(
            f"The DKIM key {path} cannot be read.", "It must be an unencrypted PEM file."
        ) from None
    if isinstance(key, ed25519.Ed25519PrivateKey):
        # RFC 8463 section 3 signs the hash, not the data.
        raw = key.public_key().public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
        return DkimKey(domain, selector, "ed25519-sha256", lambda data: key.sign(sha256(data).digest()), raw)
    if isinstance(key, rsa.RSAPrivateKey) and key.key_size >= SMALLEST_RSA:
        pad, digest = padding.PKCS1v15(), hashes.SHA256()
        public = key.public_key().public_bytes(
            serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        size = key.key_size // 8
        return DkimKey(domain, selector, "rsa-sha256", lambda data: key.sign(data, pad, digest), public, size)
    raise DkimError(
        f"The DKIM key {path} is neither Ed25519 nor RSA of {SMALLEST_RSA} bits or more.",
        f"Make one: openssl genrsa -out {path.name} 2048",
    )


@dataclass(frozen=True)
class DkimSigner:
    """Signs with every key of the sender's domain, or of a domain above it."""

    keys: Sequence[DkimKey]

    def signatures(self, wire: bytes, domain: str) -> bytes:
        """The DKIM-Signature fields to put before `wire`; empty when there is no key for `domain`."""
        return b"".join([draft.signed() for draft in self.drafts(wire, domain)])

    def drafts(self, wire: bytes, domain: str) -> list["Draft"]:
        """The same fields with all done but the keys' work, one for each key that signs for `domain`."""
        keys = [key for key in self.keys if key.signs_for(domain.lower())]
        if not keys:
            return []
        end = wire.index(b"\r\n\r\n") + 2
        fields = {name.lower(): _relaxed(name, value) for name, value in _FIELD.findall(wire, 0, end)}
        signed, names = _in_order(tuple(fields))
        chain = b"".join([fields[name] for name in signed])
        # A view, because a slice would copy the body.
        body_hash = base64.b64encode(sha256(memoryview(wire)[end + 2 :]).digest())
        return [_draft(key, names, chain, body_hash) for key in keys]


class Draft(NamedTuple):
    """A DKIM-Signature field up to its signature, and what that signs."""

    key: DkimKey
    start: bytes
    data: bytes

    @property
    def length(self) -> int:
        """How many bytes the whole field will have."""
        characters = 4 * -(-self.key.signature_bytes // 3)
        folds = (characters - 1) // WIDTH
        return len(self.start) + characters + folds * len(b"\r\n ") + len(b"\r\n")

    def signed(self) -> bytes:
        """The whole field. Any thread may ask, and holds no other up while the key works."""
        signature = base64.b64encode(self.key.sign(self.data))
        return self.start + _folded(signature, WIDTH) + b"\r\n"


@lru_cache(maxsize=64)
def _in_order(fields: tuple[bytes, ...]) -> tuple[tuple[bytes, ...], bytes]:
    """The fields of a message that are signed, and the h= list: those signed once more at its end.

    A name that is listed again after its only field is signed as absent (section 5.4.2).
    """
    names = [name for name in SIGNED if name in fields]
    once = tuple(dict.fromkeys(names))
    return once, b":".join([*once, *(name for name in once if names.count(name) > 1)])


def _draft(key: DkimKey, names: bytes, chain: bytes, body_hash: bytes) -> Draft:
    start, own = _beginning(key, names)
    return Draft(key, start + body_hash + b";\r\n b=", chain + own + body_hash + b"; b=")


@lru_cache(maxsize=64)
def _beginning(key: DkimKey, names: bytes) -> tuple[bytes, bytes]:
    """The field up to the body's hash, as it is sent and as it is signed."""
    start = (
        f"v=1; a={key.algorithm}; c=relaxed/simple; d={key.domain}; s={key.selector};\r\n h=".encode()
        + _folded(names, WIDTH, b":")
        + b";\r\n bh="
    )
    return b"DKIM-Signature: " + start, b"dkim-signature:" + _BLANKS.sub(b" ", start).strip()


def _folded(text: bytes, width: int, after: bytes = b"") -> bytes:
    if not after:
        return b"\r\n ".join(text[at : at + width] for at in range(0, len(text), width))
    lines = [b""]
    for word in text.split(after):
        if lines[-1] and len(lines[-1]) + len(word) >= width:
            lines.append(b"")
        lines[-1] += word + after
    return b"\r\n ".join(lines).removesuffix(after)


@lru_cache(maxsize=256)
def _relaxed(name: bytes, value: bytes) -> bytes:
    """One field as section 3.4.2 has it; most are the same in every message of a mailing."""
    return name.lower() + b":" + _BLANKS.sub(b" ", value).strip() + b"\r\n"
