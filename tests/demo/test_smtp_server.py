"""The demo's SMTP server, in its own process, spoken to over a real connection."""

import json
import smtplib
from pathlib import Path

import pytest

from digest.demo.processes import ServerProcess
from digest.demo.smtp_server import ENVELOPES, file_name

MAIL = (
    b"From: Courier <news@example.org>\r\nTo: Reader <reader@example.org>\r\nSubject: Hello\r\n\r\n"
    b"A line.\r\n.\r\n..two dots\r\n=D5=80 \xd5\xb0\r\n\r\nThe end.\r\n"
)


def test_it_keeps_a_mail_byte_for_byte(tmp_path: Path) -> None:
    with ServerProcess("digest.demo.smtp_server", [str(tmp_path)]) as server:
        with smtplib.SMTP("127.0.0.1", server.facts["port"], timeout=10) as client:
            client.sendmail(
                "bounce@example.org", ["reader@example.org"], MAIL, mail_options=["BODY=8BITMIME"]
            )
    assert (tmp_path / "0001-reader-at-example-org.eml").read_bytes() == MAIL


def test_it_writes_down_each_envelope(tmp_path: Path) -> None:
    with ServerProcess("digest.demo.smtp_server", [str(tmp_path)]) as server:
        with smtplib.SMTP("127.0.0.1", server.facts["port"], timeout=10) as client:
            for number in range(20):
                client.sendmail("bounce@example.org", [f"reader{number}@example.org"], MAIL)
    lines = [json.loads(line) for line in (tmp_path / ENVELOPES).read_text("utf-8").splitlines()]
    assert [line["to"] for line in lines] == [[f"reader{number}@example.org"] for number in range(20)]
    assert {line["bytes"] for line in lines} == {len(MAIL)}
    assert sorted(line["file"] for line in lines) == sorted(path.name for path in tmp_path.glob("*.eml"))


@pytest.mark.parametrize(
    "address, name",
    [
        ("anna.o'brien+x@Example.org", "0007-anna-o-brien-x-at-example-org.eml"),
        ("../../etc/passwd@example.org", "0007-etc-passwd-at-example-org.eml"),
        ("անի@example.org", "0007-at-example-org.eml"),
        ("", "0007-someone.eml"),
        ("x" * 300 + "@example.org", "0007-" + "x" * 60 + ".eml"),
    ],
)
def test_file_names_are_safe(address: str, name: str) -> None:
    assert file_name(7, address) == name
