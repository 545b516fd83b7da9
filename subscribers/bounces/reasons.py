"""Why a delivery failed and whether it failed for good: pure, from a server's words and codes.

The words decide before the codes, as most servers say 550 5.0.0 or 5.7.1 for everything. Only reasons
that speak of the recipient's existence are hard: a full, blocked or suspended mailbox, a refused
sender or content may be all right tomorrow, and must not cost a person their subscription.
(RFC 3463 for enhanced codes, RFC 5321 section 4.2 for reply codes.)
"""

import re
from dataclasses import dataclass

from subscribers.bounces.broad_phrases import BROAD
from subscribers.bounces.clear_phrases import CLEAR
from subscribers.bounces.phrases import (
    ABOUT_SENDER,
    FILTERED,
    NO_MAIL_THERE,
    REFUSED_ADDRESS,
    SAID_HERE,
    UNKNOWN_USER,
)

LONGEST_WORDS = 1_500
HARD = frozenset({"userunknown", "hostunknown", "hasmoved", "notaccept"})


@dataclass(frozen=True)
class Evidence:
    """What is known of one failure: the words, the reply code, the enhanced status, the SMTP command
    that was answered (CONN, EHLO, MAIL, RCPT, DATA or empty) and the action of the report."""

    words: str
    code: str = ""
    status: str = ""
    command: str = ""
    action: str = ""


# Reasons whose words are said beside "user unknown" without being the reason.
_OUTDONE_BY_UNKNOWN = frozenset(
    {
        "blocked", "policyviolation", "securityerror", "onhold", "networkerror", "systemerror", "syntaxerror",
        "contenterror", "expired", "notcompliantrfc", "mesgtoobig", "norelaying",
    }
)  # fmt: skip
_STRONGER_THAN_SENDER = frozenset(
    {
        "virusdetected", "requireptr", "policyviolation", "failedstarttls", "authfailure", "badreputation",
        "speeding", "toomanyconn", "spamdetected", "mailboxfull",
    }
)  # fmt: skip

_STATUS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), reason)
    for pattern, reason in (
        (r"[45]\.1\.[013]$", "userunknown"),
        (r"[45]\.1\.2$", "hostunknown"),
        (r"[45]\.1\.4$", "userunknown"),
        (r"[45]\.1\.6$", "hasmoved"),
        (r"[45]\.1\.[789]$", "rejected"),
        (r"[45]\.1\.10$|5\.7\.27$", "notaccept"),
        (r"5\.2\.1$|[45]\.7\.13$", "suspend"),
        (r"4\.2\.1$", "suspend"),
        (r"[45]\.2\.2$", "mailboxfull"),
        (r"[45]\.2\.3$", "exceedlimit"),
        (r"[45]\.2\.[04]$", "filtered"),
        (r"[45]\.3\.1$", "systemfull"),
        (r"5\.3\.2$", "notaccept"),
        (r"[45]\.3\.4$", "mesgtoobig"),
        (r"[45]\.3\.\d$", "systemerror"),
        (r"[45]\.4\.[17]$", "expired"),
        (r"5\.4\.4$", "hostunknown"),
        (r"[45]\.4\.\d+$", "networkerror"),
        (r"[45]\.5\.[36]$", "toomanyconn"),
        (r"[45]\.5\.\d$", "syntaxerror"),
        (r"[45]\.6\.\d+$", "contenterror"),
        (r"[45]\.7\.(?:2[0-4]|26|28)$", "authfailure"),
        (r"[45]\.7\.25$", "requireptr"),
        (r"[45]\.7\.(?:[567]\d\d)$", "blocked"),
        (r"[45]\.7\.[3-9]$", "securityerror"),
        (r"[45]\.7\.1[0245]$", "securityerror"),
        (r"[45]\.7\.[012]$", "securityerror"),
    )
)


def reason_of(evidence: Evidence) -> str:
    """The reason of a failure, `undefined` if nothing is said at all."""
    words = plain(evidence.words[:LONGEST_WORDS])[:LONGEST_WORDS]
    if evidence.action in ("delivered", "deliverable", "relayed", "expanded") or evidence.status.startswith(
        "2."
    ):
        return "delivered"
    if found := words and _by_words(words, evidence):
        return found
    if evidence.action in ("delayed", "expired"):
        return "expired"
    return _by_status(evidence) or _by_code(evidence)


def is_hard(reason: str) -> bool:
    """Whether this reason says that the address will never work."""
    return reason in HARD


def plain(words: str) -> str:
    """The words in small letters on one line, typographic quotes made plain."""
    return " ".join(words.lower().replace("\u2019", "'").replace("_", " ").split())


def _by_words(words: str, evidence: Evidence) -> str:
    status, command = evidence.status, evidence.command
    if NO_MAIL_THERE.search(words):
        return "notaccept"
    if FILTERED.search(words):
        return "filtered"
    unknown = bool(UNKNOWN_USER.search(words))
    about_sender = bool(ABOUT_SENDER.search(words)) or (unknown and command == "MAIL")
    for reason, phrases in CLEAR + BROAD:
        if not phrases.search(words) or (unknown and reason in _OUTDONE_BY_UNKNOWN):
            continue
        if about_sender and reason not in _STRONGER_THAN_SENDER:
            continue
        if reason == "hostunknown" and status.startswith("4"):
            return "networkerror"
        if reason == "mesgtoobig" and status.endswith(".2.3"):
            return "exceedlimit"
        return reason
    if about_sender:
        return "rejected"
    if unknown:
        return _unknown(evidence)
    if REFUSED_ADDRESS.search(words):
        return _by_status(evidence) or _unknown(evidence)
    return ""


def _unknown(evidence: Evidence) -> str:
    """A user said to be unknown: believed at RCPT, with 5.1.x, or where the reporting system says so itself.

    After DATA, or with a remote reply whose stage is not told, it is often a filter that says so.
    """
    if evidence.status.startswith("4") or evidence.code.startswith("4"):
        return "onhold"
    if evidence.command == "RCPT" or re.match(r"5\.1\.(?:[0136]|10|20|351)$", evidence.status):
        return "userunknown"
    if not (evidence.command or evidence.code or evidence.status) and SAID_HERE.search(
        plain(evidence.words[:LONGEST_WORDS])
    ):
        return "userunknown"
    return "filtered"


def _by_status(evidence: Evidence) -> str:
    for pattern, reason in _STATUS:
        if pattern.match(evidence.status):
            return _unknown(evidence) if reason == "userunknown" else reason
    return ""


def _by_code(evidence: Evidence) -> str:
    code, command, words = evidence.code, evidence.command, evidence.words.strip()
    if command in ("CONN", "EHLO"):
        return "blocked"
    if command == "MAIL":
        return "rejected"
    if code in ("500", "501", "502", "503", "504"):
        return "syntaxerror"
    if code == "552":
        return "mailboxfull"
    if code == "421":
        return "blocked"
    return "onhold" if code or words else "undefined"
