"""The letters that the dry-run relay wrote, and the links in them."""

import asyncio
import re
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage

from digest.actions.answer import answer

from .conftest import Site


def answered(site: Site, now: datetime) -> int:
    """Work off the queue of sign-ups; how many letters left."""
    return asyncio.run(answer(site.context, lambda: now))


def letters(site: Site) -> list[EmailMessage]:
    """Every letter written so far, in the order of writing."""
    files = sorted(
        site.context.settings.folder.glob("outbox-mail/**/*.eml"), key=lambda file: file.stat().st_mtime_ns
    )
    return [message_from_bytes(file.read_bytes(), policy=policy.default) for file in files]


def link(letter: EmailMessage, kind: str) -> str:
    """The path of the letter's link of this kind (`c`, `m`, `p`)."""
    body = letter.get_body(("plain",))
    assert body is not None
    found = re.search(rf"https://news\.example\.org(/{kind}/\S+)", body.get_content())
    assert found
    return found[1]
