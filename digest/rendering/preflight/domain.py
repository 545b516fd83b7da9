"""The sender's domain as DNS shows it, against what Gmail, Yahoo and Microsoft require of bulk senders."""

import base64
import binascii
import re
from collections.abc import Iterator
from email.utils import parseaddr

from digest.rendering.preflight.finding import Finding, error, note, warning
from digest.rendering.preflight.mail import Mail

FREEMAIL = error(
    "from-freemail",
    "A free mailbox's DMARC policy refuses mail sent through other servers.",
    "Send from your own domain.",
)
SPF = error(
    "spf", "Bulk mail needs one SPF record that names the relay (RFC 7208).", "Publish one `v=spf1 … -all`."
)
SPF_OPEN = error("spf-open", "`+all` lets everybody send as you.", "End the record with -all or ~all.")
DMARC = error(
    "dmarc",
    "Gmail and Yahoo require a DMARC record, p=none at least.",
    "Publish _dmarc with `v=DMARC1; p=none`.",
)
DMARC_NONE = note(
    "dmarc-none", "p=none only watches; forged mail is still delivered.", "Move on to p=quarantine."
)
DKIM = error(
    "dkim", "Bulk mail must be signed, with the key published under the selector.", "Publish the DKIM key."
)
DKIM_ELSEWHERE = note(
    "dkim-elsewhere",
    "Digest signs nothing here, so the relay must sign; only a mail that it carried can show that.",
    "Send `digest issue test` to yourself and look for a DKIM-Signature whose d= is your domain.",
)
DKIM_SHORT = warning(
    "dkim-short", "RSA keys under 2048 bits are weak, under 1024 ignored (RFC 8301).", "Use 2048 bits."
)
ALIGNMENT = error(
    "alignment",
    "DMARC passes only if From's domain is the one that DKIM signs for.",
    "Sign with the domain of From.",
)
RULES = (FREEMAIL, SPF, SPF_OPEN, DMARC, DMARC_NONE, DKIM, DKIM_ELSEWHERE, DKIM_SHORT, ALIGNMENT)

_FREE = {
    *(
        "gmail.com",
        "googlemail.com",
        "yahoo.com",
        "outlook.com",
        "hotmail.com",
        "live.com",
        "aol.com",
        "icloud.com",
    ),
    *("gmx.de", "gmx.net", "web.de", "mail.ru", "yandex.ru", "proton.me", "protonmail.com"),
}


def check(mail: Mail) -> Iterator[Finding]:
    """From alone where only the message is known; the records too where DNS was asked."""
    sender = ""
    if mail.message is not None:
        sender = parseaddr(str(mail.message.get("From", "")))[1].rpartition("@")[2].lower()
        if sender in _FREE:
            yield FREEMAIL.found("header From", f"From is at {sender}.")
        for signature in mail.message.get_all("DKIM-Signature", []):
            signed = re.search(r"\bd=([^;\s]+)", str(signature))
            if signed and not _aligned(sender, signed[1].lower()):
                yield ALIGNMENT.found(
                    "header DKIM-Signature", f"From is at {sender}, and DKIM signs for {signed[1]}."
                )
    records = mail.domain
    if records is None:
        return
    where = f"DNS of {sender}" if sender else "DNS"
    spf = [record for record in records.spf if record.lower().startswith("v=spf1")]
    if len(spf) != 1:
        yield SPF.found(where, f"There are {len(spf)} SPF records; there must be one.")
    elif re.search(r"(^|\s)\+?all\b", spf[0]):
        yield SPF_OPEN.found(where)
    dmarc = [record for record in records.dmarc if record.replace(" ", "").lower().startswith("v=dmarc1")]
    policy = re.search(r"\bp\s*=\s*(\w+)", dmarc[0]) if len(dmarc) == 1 else None
    if policy is None:
        yield DMARC.found(where)
    elif policy[1].lower() == "none":
        yield DMARC_NONE.found(where)
    if not records.dkim:
        yield DKIM_ELSEWHERE.found(where)
    for selector, record in records.dkim.items():
        yield from _key(selector, record)


def _key(selector: str, record: str | None) -> Iterator[Finding]:
    where = f"DNS of {selector}._domainkey"
    tags = dict(part.strip().split("=", 1) for part in (record or "").split(";") if "=" in part)
    material = "".join(tags.get("p", "").split())
    if not material:
        yield DKIM.found(where, "There is no key." if record is None else "The key is revoked: p= is empty.")
        return
    try:
        size = len(base64.b64decode(material, validate=True))
    except binascii.Error:
        yield DKIM.found(where, "The key cannot be read.")
        return
    # A SubjectPublicKeyInfo of RSA-2048 has 294 bytes, of RSA-1024 162; ed25519 keys have 32.
    if tags.get("k", "rsa").strip() == "rsa" and size < 290:
        yield DKIM_SHORT.found(where)


def _aligned(sender: str, signed: str) -> bool:
    return sender == signed or sender.endswith("." + signed) or signed.endswith("." + sender)
