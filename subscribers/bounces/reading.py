"""Any mail as a list of what it reports: one outcome a recipient, none for ordinary mail."""

import json
import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.message import Message
from email.parser import BytesHeaderParser
from email.utils import parsedate_to_datetime

from subscribers.bounces.mail import ADDRESS, Mail, take_apart, unfolded
from subscribers.bounces.reasons import Evidence, is_hard, plain, reason_of
from subscribers.bounces.words import Told, command_of, server_words, told

_ENHANCED = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.])")
_REPLY = re.compile(r"(?<![\d.#:\[/-])([245][0-5]\d)(?=[ \-:]|$)(?! ?(?:days?|hours?|minutes?|bytes))")
_DELIVERED_TO = ("X-Original-To", "Delivered-To", "Envelope-To", "X-Envelope-To", "X-RCPT-To", "To")
_ERROR_CODE = re.compile(r"(?i)error_?\s?code\W{1,4}([45]\d\d)")
_DAEMON = re.compile(
    r"mailer-?daemon|post ?master|mail ?-?(?:delivery|system|administrator)|system administrator|"
    r"^<>$|mdaemon|bounce",
    re.I,
)
_FAILURE = re.compile(
    r"undeliver|return(?:ed|ing)|fail|delivery|not delivered|rejected|bounce|could not be sent|non[- ]?remis|"
    r"unzustellbar|warning|delay|daemon|error|недоставл|вернул|cannot|unable|can't be|problem|"
    r"alert|not (?:a )?member|mail\b|did not reach",
    re.I,
)
# Said so plainly that it does not matter who says it.
_CLEAR_SUBJECT = re.compile(
    r"undeliver(?:able|ed)|returned (?:e?-?mail|message)|mail (?:delivery|system) (?:fail|error|"
    r"problem)|delivery (?:fail|status|problem|notification|has failed|unsuccessful)|"
    r"failure (?:notice|delivery)|message (?:could not be|not) delivered|.* are not member|"
    r"loop alert|.*unzustellbar",
    re.I,
)
_CLEAR_WORDS = re.compile(
    r"(?:message|mail)[^.]{0,80}(?:could not be|was not|cannot be|can't be|not be|"
    r"wasn't) delivered to|delivery to the following recipients? (?:has )?failed|"
    r"did not reach the following recipient|n'a pas pu [eê]tre d[eé]livr[eé]",
    re.I,
)
_VACATION = re.compile(
    r"auto(?:matic)?[- ]?(?:reply|response|repl|antwort)|out of (?:the )?office|vacation|away|"
    r"autoreply|abwesen|absence|auto:|réponse automatique|отсутств|respuesta automática|自動",
    re.I,
)


@dataclass(frozen=True)
class Outcome:
    """What a mail reports of one recipient.

    `kind` is `bounce`, `complaint`, `vacation` or `delivered`. `feedback` is the type of an ARF report
    (`abuse`, `opt-out`, `auth-failure` …). `hard` is whether the address will never work.
    """

    address: str
    kind: str
    reason: str
    hard: bool = False
    status: str = ""
    reply_code: str = ""
    action: str = ""
    feedback: str = ""
    words: str = ""


def read(raw: bytes) -> list[Outcome]:
    """What this mail reports, one outcome a recipient; nothing if it is no report."""
    try:
        mail = take_apart(raw)
        return _feedback(mail) or _notification(mail) or _failures(mail) or _vacation(mail)
    except RecursionError:  # parts in parts in parts: no report is built so, an attack is
        return []


def told_by_provider(address: str, words: str, *, status: str = "", permanent: bool = False) -> Outcome:
    """The outcome of a failure that a mail provider tells of, in the receiving server's words where it has them.

    The words come first, as in a mail: the provider's own `permanent` counts where they say nothing.
    """
    found = _outcome(address.lower(), words, action="failed", status=status)
    hard = found.hard or (permanent and found.reason in ("undefined", "onhold"))
    return replace(found, kind="bounce", hard=hard)


def written_at(raw: bytes) -> datetime | None:
    """When the report says it was written."""
    try:
        found = parsedate_to_datetime(
            unfolded(BytesHeaderParser().parsebytes(raw.lstrip(b"\r\n")).get("Date"))
        )
    except (TypeError, ValueError):
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def return_paths(raw: bytes) -> list[str]:
    """Addresses that may be our own return path: where the report went, and whence its message came."""
    try:
        mail = take_apart(raw)
    except RecursionError:
        return []
    sources = [mail.header(name) for name in _DELIVERED_TO]
    if mail.feedback is not None:
        sources.append(unfolded(mail.feedback.get("Original-Mail-From")))
    if mail.returned is not None:
        sources.append(unfolded(mail.returned.get("Return-Path")))
    found = (address for text in sources for address in ADDRESS.findall(text))
    return list(dict.fromkeys(found))


def _feedback(mail: Mail) -> list[Outcome]:
    """An abuse report (RFC 5965), or what a provider sends in its place."""
    fields = mail.feedback
    if fields is None:
        return []
    kind = unfolded(fields.get("Feedback-Type")).lower() or "abuse"
    candidates = [fields.get("Original-Rcpt-To"), fields.get("Removal-Recipient")]
    if mail.returned is not None:
        candidates += [mail.returned.get(name) for name in ("X-Original-To", "Delivered-To", "To")]
    found = [address.lower() for text in candidates for address in ADDRESS.findall(unfolded(text))]
    address = found[0] if found else ""
    return [Outcome(address, "complaint", "feedback", feedback=kind, words=mail.text.strip()[:500])]


def _notification(mail: Mail) -> list[Outcome]:
    """A notification of Amazon SES that came by mail as JSON."""
    start = mail.document.lstrip()
    if not start:
        return []
    try:
        told, _ = json.JSONDecoder().raw_decode(re.sub(r"\r?\n(?!\s*[\"{}\[\]])", "", start))
    except ValueError:
        try:
            told, _ = json.JSONDecoder().raw_decode(re.sub(r"=?\r?\n", "", start))
        except ValueError:
            return []
    if isinstance(told, dict) and isinstance(told.get("Message"), str):
        try:
            told = json.loads(told["Message"])
        except ValueError:
            return []
    if not isinstance(told, dict):
        return []
    if isinstance(complaint := told.get("complaint"), dict):
        kind = str(complaint.get("complaintFeedbackType") or "abuse")
        return [
            Outcome(str(one.get("emailAddress", "")).lower(), "complaint", "feedback", feedback=kind)
            for one in complaint.get("complainedRecipients") or []
            if isinstance(one, dict)
        ]
    if isinstance(delivery := told.get("delivery"), dict):
        reply = str(delivery.get("smtpResponse") or "")
        return [
            _outcome(str(address).lower(), reply, action="delivered", status="")
            for address in delivery.get("recipients") or []
        ]
    if isinstance(bounce := told.get("bounce"), dict):
        return [
            _outcome(
                str(one.get("emailAddress", "")).lower(),
                str(one.get("diagnosticCode") or f"{bounce.get('bounceType')} {bounce.get('bounceSubType')}"),
                action=str(one.get("action") or ""),
                status=str(one.get("status") or ""),
            )
            for one in bounce.get("bouncedRecipients") or []
            if isinstance(one, dict)
        ]
    return []


def _failures(mail: Mail) -> list[Outcome]:
    own = frozenset(
        a.lower() for name in ("To", "From", "Reply-To") for a in ADDRESS.findall(mail.header(name))
    )
    groups = [group for group in mail.groups if _recipient(group)]
    spoken = {one.address: one.words for one in told(mail, own)} if groups or _is_report(mail) else {}
    if groups:
        return _by_groups(mail, groups, spoken)
    if not _is_report(mail):
        return []
    found = [Told(address, words) for address, words in spoken.items()]
    if not found and mail.returned is not None:
        addresses = [a.lower() for a in ADDRESS.findall(unfolded(mail.returned.get("To")))]
        found = [Told(address, mail.text) for address in addresses[:1]]
    return [_outcome(one.address, "", around=one.words) for one in found]


def _by_groups(mail: Mail, groups: list[Message], spoken: dict[str, str]) -> list[Outcome]:
    outcomes: dict[str, Outcome] = {}
    for group in groups:
        address = _recipient(group)
        action = unfolded(group.get("Action")).lower().split(" ")[0]
        status = _first(_ENHANCED, unfolded(group.get("Status")))
        diagnostic = re.sub(r"^[\w-]+ ?; ?", "", unfolded(group.get("Diagnostic-Code")))
        comment = re.search(r"\((.+)\)", unfolded(group.get("Status")))
        if comment and diagnostic:
            diagnostic = f"{diagnostic} ({comment.group(1)})"
        elif comment and not comment.group(1).startswith(("other", "undefined")):
            diagnostic = comment.group(1)
        words = spoken.get(address) or (mail.text if len(groups) == 1 else "")
        outcomes.setdefault(
            address, _outcome(address, diagnostic, action=action, status=status, around=words)
        )
    return list(outcomes.values())


def _vacation(mail: Mail) -> list[Outcome]:
    """An automatic answer of a person's mailbox (RFC 3834): nothing failed."""
    submitted = mail.header("Auto-Submitted").lower()
    automatic = submitted.startswith("auto-replied") or bool(
        mail.header("X-Autoreply") or mail.header("X-Autorespond") or mail.header("X-Auto-Response-Suppress")
    )
    if not (automatic or _VACATION.search(mail.header("Subject"))):
        return []
    found = ADDRESS.findall(mail.header("From"))
    return [Outcome(found[0].lower(), "vacation", "vacation", words=mail.text.strip()[:500])] if found else []


def _is_report(mail: Mail) -> bool:
    """Whether the mail comes from a mail system and speaks of a failure."""
    if mail.headers.get("X-Failed-Recipients"):
        return True
    if _VACATION.search(mail.header("Subject")):
        return False
    sender = mail.header("From")
    empty = mail.header("Return-Path") == "<>" or sender in ("", "<>")
    system = bool(_DAEMON.search(sender)) or empty
    if system and (_FAILURE.search(mail.header("Subject")) or _FAILURE.search(mail.text[:2000])):
        return True
    return bool(_CLEAR_SUBJECT.match(mail.header("Subject")) or _CLEAR_WORDS.search(mail.text[:1000]))


def _recipient(group: Message) -> str:
    for name in ("Original-Recipient", "Final-Recipient", "X-Actual-Recipient"):
        found = ADDRESS.findall(unfolded(group.get(name)).replace("\\", ""))
        if found:
            return str(found[0]).lower()
    return ""


def _outcome(
    address: str, diagnostic: str, *, action: str = "", status: str = "", around: str = ""
) -> Outcome:
    """The outcome from a server's own words and, where they are silent, from the words around."""
    words = diagnostic if diagnostic and not diagnostic.isdigit() else server_words(around)
    said = _first(_ENHANCED, words) or ("" if diagnostic else _first(_ENHANCED, around))
    if said and not (status and said.endswith(".0.0")):
        status = said
    code = _first(_REPLY, plain(words)) or _first(_ERROR_CODE, words)
    command = command_of(f"{around}\n{diagnostic}")
    evidence = Evidence(words, code, status, command, action)
    reason = reason_of(evidence)
    if reason in ("undefined", "onhold") and diagnostic and around:
        reason = reason_of(replace(evidence, words=server_words(around)))
    kind = "delivered" if reason == "delivered" else "bounce"
    return Outcome(
        address, kind, reason, is_hard(reason), status, code, action, "", " ".join(words.split())[:500]
    )


def _first(pattern: re.Pattern[str], text: str) -> str:
    match = pattern.search(text)
    return match.group(1) if match else ""
