"""A mail that may report a failure, taken apart: its words, its status fields, what it returns.

Nothing here trusts the mail: charsets lie, parts are missing, and whole programs write their own form.
"""

import html
import re
from dataclasses import dataclass
from email import message_from_bytes, message_from_string
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from email.message import Message

# Reports say what they have to say early; hostile ones must not keep the patterns busy.
LONGEST_TEXT = 60_000
LONGEST_LINE = 1_000
LONGEST_DOCUMENT = 500_000
_ATEXT = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]"
_LABEL = r"[A-Za-z0-9_](?:[A-Za-z0-9_-]*[A-Za-z0-9])?"
_ADDRESS = (
    rf"(?<![\w.])(?:{_ATEXT}+\.)*{_ATEXT}+@(?:{_LABEL}\.)*[A-Za-z0-9-]{{2,63}}"
    r"(?!\.\.)(?![\w-])"
)
ADDRESS = re.compile(_ADDRESS)

# Where the returned message begins in a mail of a single part: everything after it is not the report.
_RETURNED = re.compile(
    r"""^[ \t>*#=_-]*(?:
        (?:begin[ ])?(?:original|returned|unsent|undelivered|the[ ]original)[ ](?:message|
            mail)(?:[ ](?:follows|info|headers?|text|body))?\b.{0,20}$
      | message[ ](?:headers?|text)[ ]follows?.*
      | (?:below[ ]this[ ]line|below|the[ ]following|this|here|attached|included|
          following)[ ](?:line[ ])?is[ ]a[ ]copy[ ]of.*
      | (?:a[ ])?copy[ ]of[ ](?:the|your)[ ](?:original[ ])?(?:message|mail).*
      | (?:the[ ])?headers?[ ]of[ ](?:the[ ])?(?:original[ ])?(?:message|mail).*
      | (?:the[ ])?(?:text|body|first[ ].{1,20}|content)[ ]of[ ](?:the[ ]|your[ ])?(?:original|returned|
          undelivered|bounced)[ ](?:message|mail).*
      | (?:your[ ]|the[ ])(?:original[ ]|undelivered[ ])?(?:message|mail)[ ](?:is[ ](?:below|attached|
          enclosed|included)|follows|headers).*
      | original[ ](?:message|mail)[ ](?:headers?[ ])?(?:as[ ])?follows?.*
      | unsent[ ]message[ ](?:follows|below).*
      | message[ ]header[ ]follows.*
      | returned[ ]mail[ ]follows.*
      | received:[ ]+(?:from|by|\(qmail)\b.*
      | return-path:[ ]*<.*
    )[ \t=*#_-]*$""",
    re.IGNORECASE | re.VERBOSE | re.MULTILINE,
)
_STATUS_FIELD = re.compile(r"^(?:final-recipient|original-recipient|x-actual-recipient)\s*:", re.I | re.M)


@dataclass(frozen=True)
class Mail:
    """A mail taken apart.

    `text` is what its program says, without the returned message; `groups` are the field groups of
    its delivery-status part, one a recipient; `feedback` the fields of an abuse report; `returned`
    the headers of the message it is about. `document` is the text as it came, if it is JSON.
    """

    headers: Message
    text: str
    groups: tuple[Message, ...]
    feedback: Message | None
    returned: Message | None
    document: str = ""

    def header(self, name: str) -> str:
        """A header of the mail, decoded, on one line; empty if absent."""
        return unfolded(self.headers.get(name))


def take_apart(raw: bytes) -> Mail:
    """Any bytes as a mail; what cannot be understood is left out."""
    message = message_from_bytes(raw.lstrip(b"\r\n"))
    plain: list[str] = []
    marked: list[str] = []
    groups: list[Message] = []
    feedback: Message | None = None
    returned: Message | None = None
    for part in _parts(message):
        kind = part.get_content_type()
        if kind in ("message/delivery-status", "message/global-delivery-status"):
            groups += _groups(part)
        elif kind == "message/feedback-report":
            feedback = next(iter(_groups(part)), feedback)
        elif kind in ("message/rfc822", "message/global"):
            payload = part.get_payload()
            if isinstance(payload, list) and payload and isinstance(payload[0], Message):
                if payload[0].get_content_type() == "multipart/report" and not groups:
                    return take_apart(payload[0].as_bytes())  # a report that was passed on whole
                returned = returned or payload[0]
        elif kind in ("text/rfc822-headers", "message/rfc822-headers", "message/global-headers"):
            returned = returned or message_from_string(_decoded(part).lstrip())
        elif kind == "text/html":
            marked.append(_without_tags(_decoded(part)))
        elif part.get_content_maintype() == "text":
            plain.append(_decoded(part))
    text = "\n".join(plain) if any(words.strip() for words in plain) else "\n".join(marked)
    document = text[:LONGEST_DOCUMENT] if text.lstrip().startswith("{") else ""
    text = "\n".join(line[:LONGEST_LINE] for line in text[:LONGEST_TEXT].splitlines())
    said, rest = _split(text)
    if not groups:
        groups = _groups_in(text if not said.strip() else said)
    if returned is None and rest:
        returned = message_from_string(rest)
    return Mail(message, said, tuple(groups), feedback, returned, document)


def unfolded(value: object) -> str:
    """A header's value as one line of text."""
    if value is None:
        return ""
    try:
        text = str(make_header(decode_header(str(value))))
    except (HeaderParseError, LookupError, UnicodeError, ValueError):
        text = str(value)
    return " ".join(text.split())


def _parts(message: Message) -> list[Message]:
    """The parts of a mail, without going into a message that it carries."""
    kind = message.get_content_type()
    payload = message.get_payload()
    if message.get_content_maintype() == "multipart" and isinstance(payload, list):
        return [part for child in payload if isinstance(child, Message) for part in _parts(child)]
    if kind.startswith("multipart/"):
        # Promised parts that are not there: read it as the text it is.
        message = message_from_string(f"\n{payload}")
    return [message]


def _groups(part: Message) -> list[Message]:
    payload = part.get_payload()
    if isinstance(payload, list):
        found = list(payload)
    else:
        found = [message_from_string(text.lstrip()) for text in re.split(r"\n[ \t\r]*\n", _decoded(part))]
    return [one for group in found if isinstance(group, Message) for one in _one_recipient_each(group)]


def _one_recipient_each(group: Message) -> list[Message]:
    """A group whose fields come twice is two groups whose blank line got lost."""
    groups = [Message()]
    for name, value in group.items():
        if name.lower() == "final-recipient" and name in groups[-1]:
            groups.append(Message())
        groups[-1][name] = value
    return [one for one in groups if one.keys()]


def _groups_in(text: str) -> list[Message]:
    """Status fields that stand in the words themselves, as several services write them."""
    if not _STATUS_FIELD.search(text):
        return []
    paragraphs = re.split(r"\n[ \t\r]*\n", text)
    return [message_from_string(p.strip() + "\n") for p in paragraphs if _STATUS_FIELD.search(p)]


def _split(text: str) -> tuple[str, str]:
    """What the program says, and the message it returns."""
    for match in _RETURNED.finditer(text):
        said = text[: match.start()]
        if said.strip():
            rest = (
                text[match.start() :] if match.group().lower().startswith(("received", "return-path")) else ""
            )
            return said, rest or text[match.end() :].lstrip("\r\n -=_*")
    return text, ""


def _decoded(part: Message) -> str:
    payload = part.get_payload(decode=True)
    if not isinstance(payload, bytes):
        return str(part.get_payload())
    charset = part.get_content_charset() or "utf-8"
    for name in (charset, "utf-8"):
        try:
            return payload.decode(name).replace("\r\n", "\n")
        except (LookupError, UnicodeDecodeError):
            continue
    return payload.decode("latin-1").replace("\r\n", "\n")


def _without_tags(text: str) -> str:
    text = re.sub(r"(?is)<(style|script|head)\b.*?</\1>", " ", text)
    text = re.sub(r"(?i)<(?:br|/p|/div|/tr|/li|/h\d|/td)\b[^>]*>", "\n", text)
    # An address in angle brackets is no tag.
    text = re.sub(rf"<(?!{_ADDRESS}>)[a-zA-Z/!?][^<>]*>", " ", text)
    return html.unescape(text)
