"""A rendition: one message encoded once, split at the places that differ for each recipient.

Compiling does the slow work (quoted-printable, header encoding, folding); splicing a recipient in is
a join of ready pieces. The result is CRLF, 7-bit unless the address itself is international, needs no
dot-stuffing, and is the same bytes at every retry, because nothing in it depends on the time of sending.
"""

import json
import re
import struct
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from functools import cached_property
from hashlib import sha256
from typing import NamedTuple

from digest import slots
from outbox import quoted
from outbox.headers import LINE, checked, fold, mail_address, mailbox, phrase, unstructured
from outbox.problem import HeaderError, OutboxError

_MAGIC = b"DIGEST-RENDITION-1\n"
_LINKABLE = re.compile("[!-;=?-~]+")
_TO, _MESSAGE_ID, _UNSUBSCRIBE = "to", "message-id", "list-unsubscribe"


@dataclass(frozen=True)
class MessageFacts:
    """What the headers of every message of a mailing say.

    `list_id` is the list's stable name in domain form (`weekly.news.example.org`, RFC 2919). With
    `one_click` the message carries List-Unsubscribe with the recipient's own link (RFC 8058), and the
    slot `unsubscribe_url` must be given; transactional mail (a confirmation) does without.
    `list_owner` is the address of a person who answers for the list, `list_help` and `list_archive` are
    web pages (RFC 2369). `feedback_id` is `issue:newsletter:kind:sender` without personal data.
    """

    sender_name: str
    sender_address: str
    subject: str
    date: datetime
    list_id: str | None = None
    list_name: str = ""
    reply_to: str | None = None
    feedback_id: str | None = None
    list_help: str | None = None
    list_owner: str | None = None
    list_archive: str | None = None
    language: str | None = None
    one_click: bool = True


class Slot(NamedTuple):
    """A place to fill: `where` is `header`, `text` or `html`, which says how the value is encoded."""

    where: str
    name: str


class Splice(NamedTuple):
    """What one recipient adds: address as SMTP carries it, display name, tokens and slot values."""

    address: str
    name: str
    message_id: str
    values: Mapping[str, str]
    leave_address: str | None = None


@dataclass(frozen=True)
class Rendition:
    """Ready pieces and slots in turn, and the domain that Message-IDs end in."""

    pieces: tuple[bytes | Slot, ...]
    domain: str

    def splice(self, recipient: Splice) -> bytes:
        """The whole message for one recipient: CRLF, no line that starts with a dot, CRLF at its end.

        Raises KeyError when a slot has no value, HeaderError when a value cannot stand in a header.
        """
        pieces, places = self._template
        pieces = pieces.copy()
        values = recipient.values
        plain: dict[str, bytes | None] = {}
        for (where, name), numbers in places:
            if where == "header":
                piece = self._header(name, recipient)
            else:
                same = plain[name] if name in plain else plain.setdefault(name, quoted.plain(values[name]))
                piece = quoted.value(values[name], html=where == "html") if same is None else same
            for number in numbers:
                pieces[number] = piece
        return b"".join(pieces)

    @property
    def slot_names(self) -> frozenset[str]:
        """The slots that a recipient must have values for."""
        names = {piece.name for piece in self.pieces if isinstance(piece, Slot) and piece.where != "header"}
        headers = {piece.name for piece in self.pieces if isinstance(piece, Slot) and piece.where == "header"}
        return frozenset(names | ({"unsubscribe_url"} if _UNSUBSCRIBE in headers else set()))

    def to_bytes(self) -> bytes:
        """The form kept in `mailing.rendition`: magic line, length of the directory, directory as JSON
        (`domain`, `pieces`: a number is a literal's length, a pair is a slot), literals deflated."""
        directory = json.dumps(
            {
                "domain": self.domain,
                "pieces": [list(piece) if isinstance(piece, Slot) else len(piece) for piece in self.pieces],
            },
            separators=(",", ":"),
        ).encode()
        literals = b"".join(piece for piece in self.pieces if isinstance(piece, bytes))
        return _MAGIC + struct.pack(">I", len(directory)) + directory + zlib.compress(literals, 6)

    @classmethod
    def from_bytes(cls, stored: bytes) -> "Rendition":
        """The rendition that `to_bytes` gave; OutboxError when the bytes are of another version or cut."""
        try:
            if not stored.startswith(_MAGIC):
                raise ValueError("another format")
            start = len(_MAGIC) + 4
            (length,) = struct.unpack(">I", stored[len(_MAGIC) : start])
            directory = json.loads(stored[start : start + length])
            literals = zlib.decompress(stored[start + length :])
            pieces: list[bytes | Slot] = []
            at = 0
            for entry in directory["pieces"]:
                if isinstance(entry, int):
                    pieces.append(literals[at : at + entry])
                    at += entry
                else:
                    pieces.append(Slot(*entry))
        except (ValueError, TypeError, KeyError, struct.error, zlib.error):
            raise OutboxError(
                "The stored rendition of this mailing cannot be read.", "It was written by another version."
            ) from None
        return cls(tuple(pieces), directory["domain"])

    @cached_property
    def _template(self) -> tuple[list[bytes], list[tuple[Slot, list[int]]]]:
        places: dict[Slot, list[int]] = {}
        for number, piece in enumerate(self.pieces):
            if isinstance(piece, Slot):
                places.setdefault(piece, []).append(number)
        literals = [piece if isinstance(piece, bytes) else b"" for piece in self.pieces]
        return literals, list(places.items())

    def _header(self, name: str, recipient: Splice) -> bytes:
        if name == _TO:
            return mailbox("To", recipient.name, recipient.address)
        if name == _MESSAGE_ID:
            return f"Message-ID: <{recipient.message_id}@{self.domain}>\r\n".encode()
        link = _link("List-Unsubscribe", recipient.values["unsubscribe_url"])
        if not recipient.leave_address:
            return fold("List-Unsubscribe", [f"<{link}>"])
        mail = f"<mailto:{recipient.leave_address}?subject=unsubscribe>"
        if len(link) + len(mail) > LINE and len(link) < 500 and len(mail) < 500 and link.isascii():
            # Never on one line together: what `fold` would find out as well.
            return f"List-Unsubscribe: <{link}>,\r\n {mail}\r\n".encode()
        return fold("List-Unsubscribe", [f"<{link}>,", mail])


def compile_rendition(html: str, text: str, facts: MessageFacts) -> Rendition:
    """The message with these two bodies, whose slot markers are those of `digest.slots`.

    Raises HeaderError, naming the header, for a value that cannot stand in one.
    """
    domain = mail_address(facts.sender_address).rpartition("@")[2]
    boundary = "=_" + sha256(f"{html}\0{text}".encode("utf-8", "replace")).hexdigest()[:24]
    pieces: list[bytes | Slot] = [*_head(facts, boundary)]
    for kind, body in (("plain", text), ("html", html)):
        pieces.append(
            f"--{boundary}\r\nContent-Type: text/{kind}; charset=utf-8\r\n"
            "Content-Transfer-Encoding: quoted-printable\r\n\r\n".encode()
        )
        pieces.extend(_body(body, "html" if kind == "html" else "text"))
        pieces.append(b"\r\n")
    pieces.append(f"--{boundary}--\r\n".encode())
    return Rendition(tuple(_joined(pieces)), domain)


def _head(facts: MessageFacts, boundary: str) -> list[bytes | Slot]:
    sender = mail_address(facts.sender_address)
    fields: list[bytes | Slot] = [
        mailbox("From", checked("From", facts.sender_name), sender),
        Slot("header", _TO),
        unstructured("Subject", facts.subject),
        fold("Date", [format_datetime(facts.date)]),
        Slot("header", _MESSAGE_ID),
    ]
    if facts.reply_to:
        fields.append(fold("Reply-To", [mail_address(facts.reply_to)]))
    if facts.one_click:
        fields += [Slot("header", _UNSUBSCRIBE), b"List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"]
    if facts.list_id:
        name = phrase(checked("List-Id", facts.list_name), len("List-Id: ")) if facts.list_name else []
        fields += [fold("List-Id", [*name, f"<{_list_id(facts.list_id)}>"]), b"List-Post: NO\r\n"]
        if facts.list_help:
            fields.append(fold("List-Help", [f"<{_link('List-Help', facts.list_help)}>"]))
        if facts.list_owner:
            fields.append(fold("List-Owner", [f"<mailto:{mail_address(facts.list_owner)}>"]))
        if facts.list_archive:
            fields.append(fold("List-Archive", [f"<{_link('List-Archive', facts.list_archive)}>"]))
        fields.append(b"Precedence: bulk\r\n")
    if facts.feedback_id:
        fields.append(fold("Feedback-ID", [_token("Feedback-ID", facts.feedback_id)]))
    fields.append(b"Auto-Submitted: auto-generated\r\n")
    if facts.language:
        fields.append(fold("Content-Language", [_token("Content-Language", facts.language)]))
    fields.append(b"MIME-Version: 1.0\r\n")
    fields.append(f'Content-Type: multipart/alternative;\r\n boundary="{boundary}"\r\n\r\n'.encode())
    return fields


def _body(body: str, where: str) -> Iterable[bytes | Slot]:
    parts = slots.split(body)
    for number, part in enumerate(parts):
        if number % 2:
            yield Slot(where, part)
        else:
            yield quoted.literal(part, last=number == len(parts) - 1)


def _joined(pieces: Iterable[bytes | Slot]) -> Iterable[bytes | Slot]:
    held: list[bytes] = []
    for piece in pieces:
        if isinstance(piece, Slot):
            yield b"".join(held)
            held = []
            yield piece
        else:
            held.append(piece)
    yield b"".join(held)


def _link(field: str, url: str) -> str:
    """`url` for use between angle brackets: printable ASCII without blanks or brackets (RFC 2369)."""
    if not _LINKABLE.fullmatch(url):
        raise HeaderError(f"{field} needs an address in plain ASCII, not {url[:60]!r}.", "Percent-encode it.")
    return url


def _token(field: str, text: str) -> str:
    if not text.isascii() or not text.isprintable() or " " in text:
        raise HeaderError(f"{field} must be printable ASCII without spaces, not {text[:60]!r}.", "Mend it.")
    return text


def _list_id(name: str) -> str:
    return mail_address(f"list@{name}").partition("@")[2]
