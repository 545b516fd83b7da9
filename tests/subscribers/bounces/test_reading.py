"""Reports of failed mail, in the forms that mail systems write; ordinary mail is never one."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from subscribers.bounces.reading import Outcome, read, return_paths, written_at

DSN = b"""\
Return-Path: <>
Delivered-To: bounces+12-abc@news.example.org
Date: Tue, 24 Nov 2026 09:00:00 +0000
From: MAILER-DAEMON@mx.example.net (Mail Delivery System)
To: bounces@news.example.org
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b1"

--b1
Content-Type: text/plain

<ani@example.com>: host mx.example.com[192.0.2.1] said: 550 5.1.1 no mailbox (in reply to RCPT TO command)
<bob@example.com>: host mx.example.com[192.0.2.1] said: 452 4.2.2 over quota (in reply to RCPT TO command)

--b1
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.net

Final-Recipient: rfc822; ANI@example.com
Original-Recipient: rfc822;ani@example.com
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 <ani@example.com>: Recipient address rejected:
    User unknown in virtual mailbox table

Final-Recipient: rfc822; bob@example.com
Action: delayed
Status: 4.2.2
Diagnostic-Code: smtp; 452 4.2.2 Mailbox is over quota

--b1
Content-Type: message/rfc822

Return-Path: <bounces+12-abc@news.example.org>
From: news@example.org
To: ani@example.com
Subject: The week

Text
--b1--
"""

ARF = b"""\
From: <fbl@provider.example>
To: abuse@news.example.org
Subject: FW: The week
MIME-Version: 1.0
Content-Type: multipart/report; report-type=feedback-report; boundary="b1"

--b1
Content-Type: text/plain

This is an email abuse report.
--b1
Content-Type: message/feedback-report

Feedback-Type: %s
Version: 1
Original-Mail-From: <bounces+12-abc@news.example.org>
Original-Rcpt-To: <ani@provider.example>

--b1
Content-Type: message/rfc822

From: news@example.org
To: Undisclosed
Subject: The week

Text
--b1--
"""


def plain_report(
    text: str, *, subject: str = "Mail delivery failed", sender: str = "MAILER-DAEMON@mx.example.net"
) -> bytes:
    return f"From: {sender}\nTo: bounces@news.example.org\nSubject: {subject}\n\n{text}".encode()


def one(raw: bytes) -> Outcome:
    (outcome,) = read(raw)
    return outcome


def test_each_recipient_of_a_delivery_status_gets_an_outcome_of_its_own() -> None:
    ani, bob = read(DSN)
    assert (ani.address, ani.reason, ani.hard, ani.status, ani.reply_code) == (
        "ani@example.com", "userunknown", True, "5.1.1", "550",
    )  # fmt: skip
    assert (bob.address, bob.reason, bob.hard, bob.action) == (
        "bob@example.com",
        "mailboxfull",
        False,
        "delayed",
    )


def test_a_report_is_followed_back_to_our_own_return_path() -> None:
    assert return_paths(DSN)[0] == "bounces+12-abc@news.example.org"
    assert "bounces+12-abc@news.example.org" in return_paths(ARF % b"abuse")
    written = written_at(DSN)
    assert written is not None
    assert written.isoformat() == "2026-11-24T09:00:00+00:00"
    assert written_at(b"Date: yesterday\n\n") is None


def test_a_complaint_names_its_type_and_the_person() -> None:
    for kind in (b"abuse", b"opt-out", b"not-spam"):
        outcome = one(ARF % kind)
        assert (outcome.kind, outcome.feedback, outcome.address) == (
            "complaint",
            kind.decode(),
            "ani@provider.example",
        )
        assert not outcome.hard


def test_exim_says_who_failed_and_why() -> None:
    outcome = one(
        plain_report(
            "This message was created automatically by mail delivery software.\n\n"
            "A message that you sent could not be delivered to one or more of its\n"
            "recipients. This is a permanent error. The following address(es) failed:\n\n"
            "  ani@example.com\n    host mx.example.com [192.0.2.1]\n"
            "    SMTP error from remote mail server after RCPT TO:<ani@example.com>:\n"
            "    550 5.1.1 <ani@example.com>... No such user here\n\n"
            "------ This is a copy of the message, including all the headers. ------\n\n"
            "Return-path: <news@example.org>\nTo: eve@example.com\n\nMailbox full of news"
        )
    )
    assert (outcome.address, outcome.reason, outcome.hard) == ("ani@example.com", "userunknown", True)


def test_qmail_gives_up_after_a_while() -> None:
    outcome = one(
        plain_report(
            "Hi. This is the qmail-send program at mx.example.net.\n"
            "I'm afraid I wasn't able to deliver your message to the following addresses.\n"
            "This is a permanent error; I've given up. Sorry it didn't work out.\n\n"
            "<ani@example.com>:\n192.0.2.1 does not like recipient.\n"
            "Remote host said: 552 5.2.2 Mailbox full\nGiving up on 192.0.2.1.\n\n"
            "--- Below this line is a copy of the message.\n\nReturn-Path: <news@example.org>\n",
            subject="failure notice",
        )
    )
    assert (outcome.address, outcome.reason, outcome.hard) == ("ani@example.com", "mailboxfull", False)


def test_a_sendmail_transcript_is_read_address_by_address() -> None:
    first, second = read(
        plain_report(
            "   ----- Transcript of session follows -----\nWhile talking to mx.example.com:\n"
            ">>> RCPT To:<ani@example.com>\n<<< 550 5.1.1 User unknown\n550 <ani@example.com>... User unknown\n"
            "While talking to mx.example.net:\n>>> DATA\n<<< 554 5.7.1 Message rejected as spam\n"
            "554 <bob@example.net>... Service unavailable\n\n   ----- Unsent message follows -----\nFrom: x\n",
            subject="Returned mail: User unknown",
        )
    )
    assert (first.address, first.reason) == ("ani@example.com", "userunknown")
    assert (second.address, second.reason) == ("bob@example.net", "spamdetected")


def test_an_unknown_user_after_the_text_was_sent_is_not_believed() -> None:
    report = DSN.replace(b"in reply to RCPT TO command", b"in reply to end of DATA command").replace(
        b"5.1.1", b"5.0.0"
    )
    ani = read(report)[0]
    assert (ani.reason, ani.hard) == ("filtered", False)


def test_an_automatic_answer_is_no_failure() -> None:
    outcome = one(
        b"From: Ani <ani@example.com>\nTo: bounces@news.example.org\nSubject: Automatic reply: The week\n"
        b"Auto-Submitted: auto-replied\n\nMy mailbox is full of joy. The user is unknown to me until Monday.\n"
    )
    assert (outcome.kind, outcome.address, outcome.hard) == ("vacation", "ani@example.com", False)


def test_ordinary_mail_is_no_report() -> None:
    for subject, text in (
        ("Re: The week", "I liked it. Write to bob@example.com, his mailbox is full."),
        ("Question", "user unknown 550 5.1.1 ani@example.com"),
        ("", ""),
    ):
        assert read(plain_report(text, subject=subject, sender="Ani <ani@example.com>")) == []


def test_a_success_notification_is_not_a_bounce() -> None:
    report = DSN.replace(b"Action: failed", b"Action: delivered").replace(b"Status: 5.1.1", b"Status: 2.0.0")
    assert read(report)[0].kind == "delivered"


def test_a_notification_of_amazon_ses_by_mail_is_understood() -> None:
    outcome = one(
        b"From: no-reply@sns.amazonaws.com\nSubject: AWS Notification Message\n\n"
        b'{"notificationType":"Bounce","bounce":{"bounceType":"Permanent","bouncedRecipients":[{"emailAddress":'
        b'"ani@example.com","status":"5.1.1","diagnosticCode":"smtp; 550 5.1.1 user unknown"}]}}\n'
    )
    assert (outcome.address, outcome.reason, outcome.hard) == ("ani@example.com", "userunknown", True)


@given(st.binary(max_size=2_000))
def test_no_bytes_whatever_break_the_reader(raw: bytes) -> None:
    read(raw)
    return_paths(raw)


@given(st.text(max_size=300), st.text(max_size=300))
def test_no_words_whatever_break_the_reader(before: str, after: str) -> None:
    raw = plain_report(f"{before}\n<ani@example.com>: 550 5.1.1 User unknown\n{after}".replace("\r", ""))
    read(raw.replace(b"\x00", b""))


@pytest.mark.parametrize(
    "words", ["user ", "a@b.example ", "550 5.1.1 ", "over quota ", "<", "(", "a.", "\n", "not a member of "]
)
def test_a_hostile_report_does_not_keep_the_reader_busy(words: str) -> None:
    raw = plain_report(words * (200_000 // len(words)))
    began = time.process_time()
    read(raw)
    read(raw.replace(b"\n\n", b"\nContent-Type: text/html\n\n", 1))
    assert time.process_time() - began < 5


def test_a_mail_nested_without_end_reports_nothing() -> None:
    opened = "".join(f'Content-Type: multipart/mixed; boundary="b{n}"\n\n--b{n}\n' for n in range(2_000))
    document = '{"bounce":' * 50_000
    for raw in (f"From: MAILER-DAEMON@x.example\n{opened}", f"From: no-reply@x.example\n\n{document}"):
        assert read(raw.encode()) == []
        assert return_paths(raw.encode()) == []
