"""Mails to check: a good one from the sample, and ways to spoil it."""

import quopri
from collections.abc import Callable
from email.header import Header

import pytest

from digest import slots
from digest.rendering import IssueView, Theme, preflight, render, theme
from digest.rendering.preflight import Mail
from digest.rendering.preflight.mail import EXAMPLE_VALUES
from digest.rendering.sample import sample

HEADERS = {
    "From": "The Valley Weekly <weekly@news.example>",
    "To": "reader@example.org",
    "Date": "Thu, 26 Nov 2026 09:00:00 +0400",
    "Message-ID": "<42.1@news.example>",
    "List-Id": "The Valley Weekly <weekly.news.example>",
    "List-Unsubscribe": f"<{EXAMPLE_VALUES['unsubscribe_url']}>, <mailto:leave@news.example>",
    "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    "List-Help": "<https://news.example/help>",
    "List-Owner": "<mailto:owner@news.example>",
    "List-Archive": "<https://news.example/archive>",
    "List-Post": "NO",
    "Auto-Submitted": "auto-generated",
    "Precedence": "bulk",
    "MIME-Version": "1.0",
}


def part(kind: str, content: str) -> bytes:
    """One part of the message, quoted-printable."""
    encoded = (
        quopri.encodestring(content.encode(), quotetabs=False).replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
    )
    head = f"Content-Type: {kind}; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
    return head.encode() + encoded


def message(view: IssueView, look: Theme, changes: dict[str, str | None] | None = None) -> bytes:
    """The issue as a whole message, with some headers changed (None: left out)."""
    rendered = render(view, look)
    headers: dict[str, str | None] = {
        **HEADERS,
        "Subject": Header(view.subject, "utf-8", 70).encode(linesep="\r\n"),
    }
    headers |= changes or {}
    head = "".join(f"{name}: {value}\r\n" for name, value in headers.items() if value is not None)
    text = slots.fill(rendered.text, EXAMPLE_VALUES, html=False)
    page = slots.fill(rendered.html, EXAMPLE_VALUES, html=True)
    return (
        head.encode()
        + b'Content-Type: multipart/alternative; boundary="sep"\r\n\r\n--sep\r\n'
        + part("text/plain", text)
        + b"\r\n--sep\r\n"
        + part("text/html", page)
        + b"\r\n--sep--\r\n"
    )


@pytest.fixture(scope="session")
def message_of() -> Callable[..., bytes]:
    return message


@pytest.fixture(scope="session")
def good() -> Mail:
    """A mail with no fault."""
    view = sample("en")
    return preflight.of_message(message(view, theme("classic")), view=view)


@pytest.fixture
def rules_of() -> Callable[[Mail], set[str]]:
    """The ids of the rules that find something in a mail, SpamAssassin not asked."""

    def found(mail: Mail) -> set[str]:
        return {finding.rule for finding in preflight.check(mail, without={"spam"})}

    return found
