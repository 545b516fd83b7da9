"""What preflight looks at: a message as it goes out, and what is known of the issue it was made from."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import Message
from functools import cached_property

from lxml import html as lxml_html
from lxml.etree import ParserError

from digest import slots
from digest.rendering.render import Rendered
from digest.rendering.view import IssueView

# Stand-ins for a recipient's own values, where a rendition is checked that nobody's values are in yet.
EXAMPLE_VALUES = {
    "name": "A. Reader",
    "address": "reader@example.org",
    "unsubscribe_url": "https://example.org/unsubscribe/0000000000000000000000",
    "preferences_url": "https://example.org/preferences/0000000000000000000000",
    "web_url": "https://example.org/issues/0000000000000000000000",
}


@dataclass(frozen=True)
class DomainRecords:
    """The TXT records of the sender's domain, as DNS answered: SPF, DMARC, and DKIM keys by selector."""

    spf: tuple[str, ...] = ()
    dmarc: tuple[str, ...] = ()
    dkim: Mapping[str, str | None] = field(default_factory=dict)


@dataclass(frozen=True)
class LinkAnswer:
    """What a link's address answered: its HTTP status (None: no answer), and where a redirect ended."""

    status: int | None
    location: str = ""


@dataclass(frozen=True)
class Mail:
    """A mail to check. Without `raw` the rules about headers and encoding are not asked.

    `view` adds what the issue should hold; `domain` and `answers` what DNS and the web said.
    """

    subject: str
    html: str
    text: str
    raw: bytes | None = None
    view: IssueView | None = None
    domain: DomainRecords | None = None
    answers: Mapping[str, LinkAnswer] | None = None

    @cached_property
    def tree(self) -> lxml_html.HtmlElement:
        """The HTML as a tree; comments (Outlook's tables among them) are no part of it."""
        parser = lxml_html.HTMLParser(encoding="utf-8", remove_comments=True)
        try:
            return lxml_html.document_fromstring(self.html.encode(errors="replace"), parser=parser)
        except ParserError:  # nothing in it that could be shown
            return lxml_html.document_fromstring(b"<html></html>", parser=parser)

    @cached_property
    def body(self) -> lxml_html.HtmlElement:
        body = self.tree.find("body")
        return self.tree if body is None else body

    @cached_property
    def message(self) -> Message | None:
        return message_from_bytes(self.raw) if self.raw is not None else None


def of_message(
    raw: bytes,
    *,
    view: IssueView | None = None,
    domain: DomainRecords | None = None,
    answers: Mapping[str, LinkAnswer] | None = None,
) -> Mail:
    """The mail of a whole message, as it would go to the relay: headers, CRLF, encoded parts."""
    message = message_from_bytes(raw)
    parts = {"text/plain": "", "text/html": ""}
    for part in message.walk():
        kind = part.get_content_type()
        if kind in parts and not parts[kind]:
            payload = part.get_payload(decode=True)
            charset = part.get_content_charset() or "utf-8"
            if isinstance(payload, bytes):
                parts[kind] = payload.decode(charset, errors="replace").replace("\r\n", "\n")
    subject = str(make_header(decode_header(message.get("Subject", ""))))
    return Mail(subject, parts["text/html"], parts["text/plain"], raw, view, domain, answers)


def of_rendered(rendered: Rendered, view: IssueView) -> Mail:
    """The mail of a rendition that no message was made of yet; slots hold example values."""
    return Mail(
        subject=view.subject,
        html=slots.fill(rendered.html, EXAMPLE_VALUES, html=True),
        text=slots.fill(rendered.text, EXAMPLE_VALUES, html=False),
        view=view,
    )
