"""What arrived is compared with what was to be sent, and the first difference is named."""

import json
from email.message import EmailMessage
from pathlib import Path

import pytest

from digest import slots
from digest.demo.problem import DemoError
from digest.demo.smtp_server import ENVELOPES
from digest.demo.verify import verify

HEADLINES = ["The night bus that lends books", "Ցով գետի կամուրջը փակվում է"]
STORIES = [[headline] for headline in HEADLINES]


class Inbox:
    """An inbox as the SMTP server would have left it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.envelopes: list[dict[str, object]] = []

    def receive(self, address: str, *, to: str = "", link: str = "", body: str = "", html: str = "") -> None:
        number = len(self.envelopes) + 1
        message = EmailMessage()
        message["From"], message["To"], message["Subject"] = "news@example.org", to or address, "Hello"
        message["Message-ID"] = f"<{number}@example.org>"
        message["List-Unsubscribe"] = f"<{link or f'https://example.org/u/{number}'}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
        message.set_content(body or "\n".join(HEADLINES))
        message.add_alternative(html or "".join(f"<h2>{one}</h2>" for one in HEADLINES), subtype="html")
        name = f"{number:04d}-mail.eml"
        content = message.as_bytes(policy=message.policy.clone(linesep="\r\n"))
        (self.folder / name).write_bytes(content)
        self.envelopes.append({"file": name, "from": "b@example.org", "to": [address], "bytes": len(content)})
        lines = "".join(json.dumps(envelope) + "\n" for envelope in self.envelopes)
        (self.folder / ENVELOPES).write_text(lines, "utf-8")


@pytest.fixture
def inbox(tmp_path: Path) -> Inbox:
    return Inbox(tmp_path)


def test_an_inbox_that_equals_the_recipients_passes(inbox: Inbox) -> None:
    inbox.receive("a@example.org")
    inbox.receive("b@example.org", to='"B. \\"Bee\\" Beeson" <b@example.org>')
    received = verify(inbox.folder, ["b@example.org", "a@example.org"], STORIES)
    assert received.mails == 2
    assert received.bytes == sum(path.stat().st_size for path in inbox.folder.glob("*.eml"))


def test_a_recipient_without_a_mail_is_named(inbox: Inbox) -> None:
    inbox.receive("a@example.org")
    with pytest.raises(DemoError, match="1 of 2 recipients got nothing: b@example"):
        verify(inbox.folder, ["a@example.org", "b@example.org"], STORIES)


def test_a_recipient_with_two_mails_is_named(inbox: Inbox) -> None:
    inbox.receive("a@example.org")
    inbox.receive("a@example.org")
    with pytest.raises(DemoError, match="1 of 1 recipients got more than one mail: a@example"):
        verify(inbox.folder, ["a@example.org"], STORIES)


@pytest.mark.parametrize(
    "mail, fault",
    [
        ({"to": "c@example.org"}, "is addressed to 'c@example.org'"),
        ({"body": "Nothing in it"}, "lacks the story"),
        ({"html": f"<h2>{HEADLINES[0]}</h2>"}, "lacks the story 'Ցովգետի"),
        ({"link": "mailto:leave@example.org"}, "cannot be unsubscribed with one click"),
        ({"link": "https://example.org/u/1"}, "shares 'https://example.org/u/1' with another"),
        ({"body": "\n".join([*HEADLINES, slots.marker("name")])}, "has an empty slot"),
    ],
)
def test_a_mail_with_a_fault_is_named(inbox: Inbox, mail: dict[str, str], fault: str) -> None:
    inbox.receive("a@example.org")
    inbox.receive("b@example.org", **mail)
    with pytest.raises(DemoError, match=rf"0002-mail\.eml {fault}"):
        verify(inbox.folder, ["a@example.org", "b@example.org"], STORIES)


def test_how_a_headline_is_wrapped_and_quoted_does_not_count(inbox: Inbox) -> None:
    inbox.receive(
        "a@example.org",
        body="The night\nbus that  lends\nbooks",
        html="<p>The night bus <b>that</b> lends books</p>",
    )
    assert verify(inbox.folder, ["a@example.org"], [["The night bus that lends “books”"]]).mails == 1


def test_a_story_counts_in_any_of_its_languages_but_only_once(inbox: Inbox) -> None:
    inbox.receive("a@example.org")
    bridge = ["The bridge over the Tsov closes", HEADLINES[1]]
    assert verify(inbox.folder, ["a@example.org"], [[HEADLINES[0]], bridge]).mails == 1
    with pytest.raises(DemoError, match="tells one story twice"):
        verify(inbox.folder, ["a@example.org"], [HEADLINES])
