"""Does what arrived equal what was to be sent? Every mail is opened and looked at."""

import json
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from digest import slots
from digest.demo.mailbox import Mail, read_mail
from digest.demo.problem import DemoError
from digest.demo.smtp_server import ENVELOPES


@dataclass(frozen=True)
class Received:
    """What the SMTP server kept: how many mails, their size in all, and the largest HTML part in bytes."""

    mails: int
    bytes: int
    largest_html: int


def verify(inbox: Path, recipients: Iterable[str], stories: Iterable[Sequence[str]]) -> Received:
    """Compare the inbox with the recipients, once each; DemoError names the first difference.

    Each mail must be whole, addressed to its envelope's recipient, hold every story in both parts under one
    of its headlines (those of its languages) and only one, and its own unsubscribe link with the one-click
    header, share its Message-ID with no other, and have no empty slot left.
    """
    lines = (inbox / ENVELOPES).read_text("utf-8").splitlines()
    envelopes: dict[str, dict[str, Any]] = {line["file"]: line for line in map(json.loads, lines)}
    _same(Counter(to for envelope in envelopes.values() for to in envelope["to"]), Counter(recipients))
    wanted = [[_plain(headline) for headline in headlines] for headlines in stories]
    mails = [read_mail(inbox / file) for file in envelopes]
    seen: set[str] = set()
    for mail in mails:
        fault = _fault(mail, envelopes[mail.file], wanted, seen)
        if fault:
            raise DemoError(f"The received mail {mail.file} {fault}.")
    return Received(
        mails=len(mails),
        bytes=sum(mail.size for mail in mails),
        largest_html=max((len(mail.html.encode()) for mail in mails), default=0),
    )


def _same(received: Counter[str], expected: Counter[str]) -> None:
    for what, difference in (("nothing", expected - received), ("more than one mail", received - expected)):
        if difference:
            shown = ", ".join(sorted(difference)[:3])
            raise DemoError(f"{difference.total()} of {expected.total()} recipients got {what}: {shown} …")


def _fault(mail: Mail, envelope: dict[str, Any], stories: list[list[str]], seen: set[str]) -> str:
    headers = {name.lower(): value for name, value in mail.headers}
    html, text = _plain(re.sub(r"<[^>]+>", " ", mail.html)), _plain(mail.text)
    held = [[one for one in headlines if one in html and one in text] for headlines in stories]
    missing = [headlines[0] for headlines, found in zip(stories, held, strict=True) if not found]
    double = [found for found in held if len(found) > 1]
    link = re.search(r"<(https?://[^>]+)>", headers.get("list-unsubscribe", ""))
    if [mail.address] != envelope["to"]:
        return f"is addressed to {mail.address!r} and was sent to {envelope['to']}"
    if missing:
        return f"lacks the story {missing[0]!r}"
    if double:
        return f"tells one story twice: {double[0]!r}"
    if link is None or headers.get("list-unsubscribe-post") != "List-Unsubscribe=One-Click":
        return "cannot be unsubscribed with one click"
    if slots.OPEN in mail.html + mail.text or slots.CLOSE in mail.html + mail.text:
        return "has an empty slot"
    for own in (headers.get("message-id", ""), link[1]):
        if not own or own in seen:
            return f"shares {own!r} with another"
        seen.add(own)
    return ""


def _plain(text: str) -> str:
    """Letters and digits only: how a line is wrapped and which quotes are used does not count."""
    from html import unescape

    return re.sub(r"[\W_]+", "", unescape(text))
