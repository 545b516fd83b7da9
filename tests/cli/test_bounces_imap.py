"""`digest outbox bounces` on a mailbox of Debian's Dovecot, over IMAP and TLS."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from digest.cli.bounces import bounces
from digest.problem import Problem
from tests.cli.dovecot import PASSWORD, Mailbox, dovecot, why_none

REPORT = (
    "From: MAILER-DAEMON@mx.example.net\r\nTo: bounces@news.example.org\r\nSubject: Undelivered\r\n"
    'MIME-Version: 1.0\r\nContent-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
    "--b\r\nContent-Type: text/plain\r\n\r\nIt failed.\r\n"
    "--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example.net\r\n\r\n"
    "Final-Recipient: rfc822; {address}\r\nAction: failed\r\nStatus: {status}\r\n\r\n--b--\r\n"
)
MAILS = [
    REPORT.format(address="ani@example.com", status="5.1.1").encode(),
    b"From: bob@example.com\r\nSubject: Hello\r\n\r\nHow are you?\r\n",
    REPORT.format(address="bob@example.com", status="5.2.2").encode(),
]

app = typer.Typer()
app.command()(bounces)


@pytest.fixture(scope="module")
def mailbox() -> Iterator[Mailbox]:
    if why_not := why_none():
        pytest.skip(why_not)
    with dovecot(MAILS) as found:
        yield found


@pytest.fixture(autouse=True)
def trusted(mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(mailbox.certificate))
    monkeypatch.setenv("DIGEST_IMAP_PASSWORD", PASSWORD)


def read(address: str) -> list[tuple[str, str]]:
    result = CliRunner().invoke(app, [address, "--dry-run", "--json"])
    if isinstance(result.exception, Problem):
        raise result.exception
    return [(one["address"], one["status"]) for one in map(json.loads, result.output.splitlines())]


def test_every_report_of_the_mailbox_is_read_and_none_is_marked(mailbox: Mailbox) -> None:
    address = f"imaps://bounces@127.0.0.1:{mailbox.port}/INBOX"
    for _ in range(2):
        assert read(address) == [("ani@example.com", "5.1.1"), ("bob@example.com", "5.2.2")]
    assert mailbox.flags() == set()


def test_a_wrong_password_is_said_and_none_is_asked_for(
    mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = f"imaps://bounces@127.0.0.1:{mailbox.port}/INBOX"
    monkeypatch.setenv("DIGEST_IMAP_PASSWORD", "wrong")
    with pytest.raises(Problem, match=r"cannot be read: \[AUTHENTICATIONFAILED\]"):
        read(address)
    monkeypatch.delenv("DIGEST_IMAP_PASSWORD")
    with pytest.raises(Problem, match="needs a password"):
        read(address)
    with pytest.raises(Problem, match="can be read by everybody"):
        read(f"imaps://bounces:{PASSWORD}@127.0.0.1:{mailbox.port}/INBOX")


def test_a_folder_that_is_not_there_is_named(mailbox: Mailbox) -> None:
    with pytest.raises(Problem, match="There is no mailbox 'Elsewhere'"):
        read(f"imaps://bounces@127.0.0.1:{mailbox.port}/Elsewhere")


def test_a_server_that_cannot_prove_who_it_is_gets_no_password(
    mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(Problem, match="certificate of localhost is not to be trusted"):
        read(f"imaps://bounces@localhost:{mailbox.port}/INBOX")
    monkeypatch.delenv("SSL_CERT_FILE")
    with pytest.raises(Problem, match=r"certificate of 127\.0\.0\.1 is not to be trusted"):
        read(f"imaps://bounces@127.0.0.1:{mailbox.port}/INBOX")
