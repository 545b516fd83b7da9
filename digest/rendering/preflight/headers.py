"""The message's headers and its encoding: what providers require of bulk mail, and what breaks on the way."""

import re
from collections.abc import Iterator
from email.message import Message
from email.utils import getaddresses, parsedate_to_datetime

from digest.rendering.preflight.finding import Finding, error, note, warning
from digest.rendering.preflight.mail import Mail

ONCE = error(
    "header-once",
    "RFC 5322 section 3.6 wants exactly one From, To, Subject, Date and Message-ID.",
    "Send the message through Digest's own outbox, which writes each once.",
)
FORBIDDEN = error(
    "header-forbidden",
    "Bcc shows other recipients, and Return-Path belongs to the receiving server.",
    "Remove the header.",
)
ENCODED = error(
    "header-encoded",
    "A structured header that is RFC 2047-encoded is ignored: one-click unsubscribing stops working.",
    "Write the header in ASCII and fold it at commas only.",
)
LINE_LENGTH = error(
    "line-length",
    "A line may have 998 bytes (RFC 5322 section 2.1.1), one of quoted-printable or base64 76 (RFC 2045).",
    "Encode the body as quoted-printable.",
)
LINE_ENDS = error(
    "line-ends",
    "A bare CR or LF can smuggle commands past a relay, and breaks DKIM.",
    "End every line with CRLF.",
)
SEVEN_BIT = error(
    "seven-bit",
    "Bytes above 127 are changed by relays without 8BITMIME, which breaks the DKIM signature.",
    "Encode the part as quoted-printable.",
)
ONE_CLICK = error(
    "one-click",
    "Gmail and Yahoo require List-Unsubscribe with one HTTPS address and List-Unsubscribe-Post (RFC 8058).",
    "Set public_url to an https address, so that Digest can write both headers.",
)
LIST_ID = error("list-id", "Readers filter by a stable List-Id (RFC 2919).", "Give the list a name.")
LIST_HEADERS = warning(
    "list-headers",
    "List-Help, List-Owner, List-Post and, where all may read it, List-Archive tell mail programs what this "
    "list is (RFC 2369).",
    "Let Digest's outbox write the headers.",
)
ALTERNATIVE = error(
    "alternative",
    "A message needs a text part first and its HTML last, in multipart/alternative (RFC 2046 section 5.1.4).",
    "Send both parts in this order.",
)
AUTOMATIC = note(
    "auto-submitted",
    "Auto-Submitted and Precedence keep vacation replies away (RFC 3834).",
    "Let Digest's outbox write the headers.",
)
DATE = error(
    "header-date", "A Date that cannot be read scores as spam.", "Write it as RFC 5322 section 3.3 says."
)
SIGNED_HEADERS = error(
    "dkim-headers",
    "RFC 8058 section 4: one-click counts only if DKIM covers both List-Unsubscribe headers, and From.",
    "Let the relay sign List-Unsubscribe and List-Unsubscribe-Post, or let Digest sign.",
)
RULES = (
    ONCE, FORBIDDEN, ENCODED, LINE_LENGTH, LINE_ENDS, SEVEN_BIT, ONE_CLICK, LIST_ID, LIST_HEADERS,
    ALTERNATIVE, AUTOMATIC, DATE, SIGNED_HEADERS,
)  # fmt: skip

_STRUCTURED = (
    "from", "to", "date", "message-id", "list-unsubscribe", "list-unsubscribe-post", "list-id", "list-help",
    "list-owner", "list-archive", "list-post", "feedback-id", "content-type", "content-transfer-encoding",
)  # fmt: skip
_URI = re.compile(r"<([^<>]*)>")


def check(mail: Mail) -> Iterator[Finding]:
    """Everything that only the message's own bytes can tell; nothing where there are none."""
    message, raw = mail.message, mail.raw
    if message is None or raw is None:
        return
    for name in ("From", "To", "Subject", "Date", "Message-ID"):
        count = len(message.get_all(name, []))
        if count != 1:
            yield ONCE.found(f"header {name}", f"{name} stands {count} times; it must stand once.")
    if len(getaddresses(message.get_all("To", []))) > 1:
        yield ONCE.found("header To", "More than one recipient can be seen.")
    for name in ("Bcc", "Return-Path"):
        if message.get(name) is not None:
            yield FORBIDDEN.found(f"header {name}")
    yield from _encoding(message, raw)
    archived = mail.view is not None and mail.view.newsletter.public
    yield from _list_headers(message, archived)
    yield from _structure(message)
    yield from _date(message)
    for signature in message.get_all("DKIM-Signature", []):
        covered = re.search(r"\bh=([^;]*)", re.sub(r"\s+", "", str(signature)))
        names = covered[1].lower().split(":") if covered else []
        for name in ("from", "list-unsubscribe", "list-unsubscribe-post"):
            if name not in names:
                yield SIGNED_HEADERS.found(
                    "header DKIM-Signature", f"The DKIM signature does not cover {name}."
                )


def _encoding(message: Message, raw: bytes) -> Iterator[Finding]:
    for name, value in message.items():
        value = str(value)
        names_a_person = name.lower() in ("from", "to", "list-id")
        if name.lower() in _STRUCTURED and "=?" in (
            re.sub(r"=\?.*?\?=", "", value) if names_a_person else value
        ):
            yield ENCODED.found(f"header {name}")
        elif (
            name.lower() in ("from", "to")
            and re.search(r"=\?[^?]*\?[^?]*\?[^?]*\?=[^<]*$", value)
            and "@" not in value
        ):
            yield ENCODED.found(f"header {name}", "The address itself is encoded.")
    if re.search(rb"(?<!\r)\n|\r(?!\n)", raw):
        yield LINE_ENDS.found("message")
    if any(byte > 127 for byte in raw):
        yield SEVEN_BIT.found("message")
    for number, row in enumerate(raw.split(b"\n"), 1):
        if len(row.rstrip(b"\r")) > 998:
            yield LINE_LENGTH.found(
                f"message: line {number}", f"The line has {len(row)} bytes; 998 is the limit."
            )
            break
    for part in message.walk():
        encoding = str(part.get("Content-Transfer-Encoding", "")).lower()
        payload = part.get_payload()
        if encoding in ("quoted-printable", "base64") and isinstance(payload, str):
            longest = max((len(row) for row in payload.splitlines()), default=0)
            if longest > 76:
                yield LINE_LENGTH.found(
                    f"part {part.get_content_type()}",
                    f"A line of {encoding} has {longest} bytes; 76 is the limit.",
                )


def _list_headers(message: Message, archived: bool) -> Iterator[Finding]:
    values = message.get_all("List-Unsubscribe", [])
    addresses = [uri for value in values for uri in _URI.findall(str(value))]
    secure = [uri for uri in addresses if uri.lower().startswith("https://")]
    if len(values) != 1 or len(secure) != 1 or any(uri.lower().startswith("http:") for uri in addresses):
        yield ONE_CLICK.found(
            "header List-Unsubscribe", "List-Unsubscribe must hold exactly one https address."
        )
    if [str(value).strip() for value in message.get_all("List-Unsubscribe-Post", [])] != [
        "List-Unsubscribe=One-Click"
    ]:
        yield ONE_CLICK.found("header List-Unsubscribe-Post")
    if not _URI.search(str(message.get("List-Id", ""))):
        yield LIST_ID.found("header List-Id")
    expected = ("List-Help", "List-Owner", "List-Post", *(("List-Archive",) if archived else ()))
    missing = [name for name in expected if name not in message]
    if missing:
        yield LIST_HEADERS.found("headers", f"Not there: {', '.join(missing)}.")
    if "Auto-Submitted" not in message or "Precedence" not in message:
        yield AUTOMATIC.found("headers")


def _structure(message: Message) -> Iterator[Finding]:
    alternative = next(
        (part for part in message.walk() if part.get_content_type() == "multipart/alternative"), None
    )
    payload = alternative.get_payload() if alternative is not None else []
    kinds = (
        [part.get_content_type() for part in payload if isinstance(part, Message)]
        if isinstance(payload, list)
        else []
    )
    if not kinds or kinds[0] != "text/plain" or kinds[-1] != "text/html":
        yield ALTERNATIVE.found(
            "message", f"The parts are: {', '.join(kinds) or message.get_content_type()}."
        )


def _date(message: Message) -> Iterator[Finding]:
    if (value := message.get("Date")) is not None:
        try:
            moment = parsedate_to_datetime(str(value))
        except ValueError:
            moment = None
        if moment is None or moment.tzinfo is None:
            yield DATE.found("header Date", f"The date {str(value)!r} cannot be read, or has no zone.")
