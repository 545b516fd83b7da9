"""The local inbox page: it shows what was received, and nothing in a mail can act."""

import re
from email.message import EmailMessage
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from digest.demo.inbox import inbox_app
from digest.demo.problem import DemoError

HOSTILE = (
    "<html><head><title>x</title></head><body><p>Good morning</p><script>document.title='ran'</script>"
    "<img src=x onerror=\"document.title='ran'\">"
    "<form action='/mails.json'><button>b</button></form></body></html>"
)


def mail(name: str, html: str = HOSTILE) -> bytes:
    message = EmailMessage()
    message["From"], message["To"] = "Courier <news@example.org>", f'"{name}" <reader@example.org>'
    message["Subject"], message["Date"] = "Council — approves", "Thu, 26 Nov 2026 09:00:00 +0400"
    message.set_content("Good morning, in text.")
    message.add_alternative(html, subtype="html")
    return message.as_bytes(policy=message.policy.clone(linesep="\r\n"))


@pytest.fixture
def inbox(tmp_path: Path) -> TestClient:
    (tmp_path / "0001-a.eml").write_bytes(mail("Անի Աղբալյանց"))
    (tmp_path / "0002-b.eml").write_bytes(mail("Tom <b>Ltd</b>"))
    (tmp_path / "secret.txt").write_text("not a mail")
    return TestClient(inbox_app(tmp_path))


def test_the_list_names_every_mail_in_the_order_received(inbox: TestClient) -> None:
    assert [(m["file"], m["name"]) for m in inbox.get("/mails.json").json()] == [
        ("0001-a.eml", "Անի Աղբալյանց"),
        ("0002-b.eml", "Tom <b>Ltd</b>"),
    ]


def test_a_mail_that_arrives_later_is_listed(inbox: TestClient, tmp_path: Path) -> None:
    inbox.get("/mails.json")
    (tmp_path / "0003-c.eml").write_bytes(mail("Late"))
    assert len(inbox.get("/mails.json").json()) == 3


def test_a_mail_has_its_facts_text_html_and_source(inbox: TestClient, tmp_path: Path) -> None:
    facts = inbox.get("/mails/0001-a.eml/facts.json").json()
    assert facts["subject"] == "Council — approves"
    assert facts["text"].strip() == "Good morning, in text."
    assert ["Date", "Thu, 26 Nov 2026 09:00:00 +0400"] in facts["headers"]
    assert "<p>Good morning</p>" in inbox.get("/mails/0001-a.eml/html").text
    assert inbox.get("/mails/0001-a.eml/source").content == (tmp_path / "0001-a.eml").read_bytes()


def test_a_mail_is_served_without_the_right_to_run_or_send_anything(inbox: TestClient) -> None:
    policy = inbox.get("/mails/0001-a.eml/html").headers["Content-Security-Policy"]
    assert re.match(r"sandbox(?: allow-popups| allow-popups-to-escape-sandbox)*;", policy)
    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    page = inbox.get("/").text
    frame = re.search(r"<iframe[^>]*sandbox=\"([^\"]*)\"", page)
    assert frame is not None
    assert "allow-scripts" not in frame[1]
    assert "allow-same-origin" not in frame[1]


@pytest.mark.parametrize("name", ["secret.txt", "..%2Fsecret.txt", "0009-none.eml", "envelopes.jsonl"])
def test_only_mails_of_the_folder_are_shown(inbox: TestClient, name: str) -> None:
    for view in ("html", "source", "facts.json"):
        assert inbox.get(f"/mails/{name}/{view}").status_code == 404


def test_a_mail_without_an_html_part_is_named(inbox: TestClient, tmp_path: Path) -> None:
    (tmp_path / "0003-c.eml").write_bytes(b"To: a@example.org\r\nSubject: x\r\n\r\nonly text\r\n")
    with pytest.raises(DemoError, match=r"0003-c\.eml is not whole: a part is missing"):
        inbox.get("/mails/0003-c.eml/html")
