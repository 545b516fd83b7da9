"""Received mails, read back as a mail program would."""

import email
import email.policy
from dataclasses import dataclass
from email.header import decode_header, make_header
from email.utils import parseaddr
from pathlib import Path

from digest.demo.problem import DemoError


@dataclass(frozen=True)
class Mail:
    """One mail: its file's name, the headers a reader sees, both parts decoded, and its size in bytes."""

    file: str
    name: str
    address: str
    sender: str
    subject: str
    date: str
    headers: tuple[tuple[str, str], ...]
    text: str
    html: str
    size: int


@dataclass(frozen=True)
class Addressed:
    """What a list of mails shows of one."""

    file: str
    name: str
    address: str


def read_recipient(path: Path) -> Addressed:
    """To whom a mail is addressed; reads its headers only."""
    head = path.read_bytes().partition(b"\r\n\r\n")[0]
    return Addressed(path.name, *_recipient(head))


def read_mail(path: Path) -> Mail:
    """Parse one `.eml` file; DemoError if it is not a mail with a text and an HTML part."""
    content = path.read_bytes()
    message = email.message_from_bytes(content, policy=email.policy.default)
    text, html = message.get_body(("plain",)), message.get_body(("html",))
    if message.defects or text is None or html is None:
        faults = ", ".join(type(defect).__name__ for defect in message.defects) or "a part is missing"
        raise DemoError(f"The received mail {path.name} is not whole: {faults}.")
    name, address = _recipient(content.partition(b"\r\n\r\n")[0])
    return Mail(
        file=path.name,
        name=name,
        address=address,
        sender=str(message["From"]),
        subject=str(message["Subject"]),
        date=str(message["Date"]),
        headers=tuple(
            (key, formatted(name, address) if key == "To" else str(value)) for key, value in message.items()
        ),
        text=str(text.get_content()),
        html=str(html.get_content()),
        size=len(content),
    )


def formatted(name: str, address: str) -> str:
    return f"{name} <{address}>" if name else address


def _recipient(head: bytes) -> tuple[str, str]:
    """Name and address of the To header.

    The standard library's newer policy keeps the blank between two encoded words of a name, which RFC 2047
    section 6.2 says to drop; `decode_header` does it right.
    """
    name, address = parseaddr(str(email.message_from_bytes(head)["To"]))
    return str(make_header(decode_header(name))), address
