"""Each received mail looked at, for bench/real_newsroom.py: envelope, headers, both parts, sizes, one-click links."""

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from typing import Any, Self
from urllib.request import Request, urlopen

from digest import slots
from digest.demo.mailbox import Mail, read_mail
from digest.demo.smtp_server import ENVELOPES
from digest.text.sentences import sentences

LARGEST_HTML = 102_000
LONGEST_LINE = 998
LONGEST_ENCODED = 76


@dataclass(frozen=True)
class Expected:
    """What must stand in both parts of every mail; a sentence with its headline and its article's number."""

    headlines: tuple[str, ...]
    sentences: tuple[tuple[str, int, str], ...]
    postal_address: str

    @classmethod
    def of(cls, items: Sequence[Mapping[str, Any]], postal_address: str) -> Self:
        split = tuple(
            (str(item["headline"]), int(item["article_id"]), sentence)
            for item in items
            for sentence in sentences(str(item["summary"]), str(item["language"]))
        )
        return cls(tuple(str(item["headline"]) for item in items), split, postal_address)

    @property
    def everything(self) -> tuple[str, ...]:
        return (*self.headlines, *(sentence for *_, sentence in self.sentences), self.postal_address)


@dataclass(frozen=True)
class Looked:
    """How many mails there are, and their extremes in bytes."""

    mails: int
    largest_html: int
    largest_mail: int
    longest_line: int


def look_at_mails(
    inbox: Path, recipients: Iterable[str], expected: Expected, wrong: Callable[[str], None]
) -> Looked:
    """Read every mail of the inbox; `wrong` hears of each fault."""
    envelopes = [json.loads(line) for line in (inbox / ENVELOPES).read_text("utf-8").splitlines()]
    if Counter(to for envelope in envelopes for to in envelope["to"]) != Counter(recipients):
        wrong(f"{len(envelopes)} mails came, and not one to each recipient")
    wanted = {text: _letters(text) for text in expected.everything}
    seen: set[str] = set()
    html = mail_size = line = 0
    for envelope in envelopes:
        content, mail = (inbox / envelope["file"]).read_bytes(), read_mail(inbox / envelope["file"])
        for fault in (*_faults_of_bytes(content), *_faults(mail, envelope, wanted, seen)):
            wrong(f"{envelope['file']} {fault}")
        html = max(html, len(mail.html.encode()))
        mail_size = max(mail_size, mail.size)
        line = max(line, *map(len, content.split(b"\r\n")))
    return Looked(len(envelopes), html, mail_size, line)


def _faults_of_bytes(content: bytes) -> Iterable[str]:
    head, _, body = content.partition(b"\r\n\r\n")
    if b"\n" in content.replace(b"\r\n", b"") or b"\r" in content.replace(b"\r\n", b""):
        yield "has a bare CR or LF"
    if any(byte > 126 for byte in content):
        yield "is not 7-bit"
    if (
        max(map(len, head.split(b"\r\n"))) > LONGEST_LINE
        or max(map(len, body.split(b"\r\n"))) > LONGEST_ENCODED
    ):
        yield "has a line that is too long"


def _faults(
    mail: Mail, envelope: Mapping[str, Any], wanted: Mapping[str, str], seen: set[str]
) -> Iterable[str]:
    headers = {name.lower(): value for name, value in mail.headers}
    counted = Counter(name.lower() for name, _ in mail.headers)
    for name in ("from", "to", "subject", "date", "message-id", "list-unsubscribe", "list-id"):
        if counted[name] != 1:
            yield f"has {counted[name]} headers {name}"
    if [mail.address] != envelope["to"]:
        yield f"is addressed to {mail.address!r} and was sent to {envelope['to']}"
    if headers.get("list-unsubscribe-post") != "List-Unsubscribe=One-Click":
        yield "lacks List-Unsubscribe-Post"
    for own in (headers.get("message-id", ""), one_click(mail), str(envelope["from"])):
        if not own or own in seen:
            yield f"shares {own!r} with another"
        seen.add(own)
    if slots.OPEN in mail.html + mail.text or slots.CLOSE in mail.html + mail.text:
        yield "has an empty slot"
    if len(mail.html.encode()) >= LARGEST_HTML:
        yield f"has {len(mail.html.encode())} bytes of HTML"
    shown = {"HTML": _letters(re.sub(r"<[^>]+>", " ", mail.html)), "text": _letters(mail.text)}
    for part, text in shown.items():
        for said, plain in wanted.items():
            if plain not in text:
                yield f"lacks in its {part} part: {said!r}"


def one_click(mail: Mail) -> str:
    """The https (here http) address of List-Unsubscribe."""
    found = re.search(r"<(https?://[^>]+)>", dict(mail.headers).get("List-Unsubscribe", ""))
    return found[1] if found else ""


def leave_by_one_click(inbox: Path, number: int) -> set[str]:
    """POST to the links of the first mails as a mail provider does (RFC 8058); whose mails they were."""
    mails = [read_mail(path) for path in sorted(inbox.glob("*.eml"))[:number]]

    def leave(mail: Mail) -> str:
        request = Request(one_click(mail), b"List-Unsubscribe=One-Click", method="POST")
        with urlopen(request, timeout=30) as answer:
            assert answer.status == 200
        return mail.address

    with ThreadPoolExecutor(4) as pool:
        return set(pool.map(leave, mails))


def _letters(text: str) -> str:
    """Letters and digits only: how a line is wrapped and which quotes are used does not count."""
    return re.sub(r"[\W_]+", "", unescape(text))
