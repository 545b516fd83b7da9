"""Why servers refuse, in their own words: the reason decides whether a person is kept."""

import pytest

from subscribers.bounces.reasons import HARD, Evidence, is_hard, reason_of


@pytest.mark.parametrize(
    ("words", "command", "reason"),
    [
        ("550 5.1.1 The email account that you tried to reach does not exist", "RCPT", "userunknown"),
        ("550 sorry, no mailbox here by that name", "RCPT", "userunknown"),
        ("550 5.4.1 Recipient address rejected: Access denied", "RCPT", "userunknown"),
        ("550 Unknown user", "DATA", "filtered"),
        ("452 4.2.2 The account is over quota", "RCPT", "mailboxfull"),
        ("550 5.2.1 This mailbox is disabled", "RCPT", "suspend"),
        ("550 5.1.6 Recipient no longer on server", "RCPT", "hasmoved"),
        ("550 5.1.2 Host unknown", "", "hostunknown"),
        ("4.4.4 Name server: host lookup failure, NXDOMAIN", "", "networkerror"),
        ("Domain does not accept mail (null MX)", "", "notaccept"),
        ("554 5.7.1 Client host [192.0.2.1] blocked using zen.example", "RCPT", "blocked"),
        ("550 5.7.25 The IP address has no PTR record", "CONN", "requireptr"),
        ("550 5.7.26 DMARC check failed", "DATA", "authfailure"),
        ("421 4.7.0 temporarily rate limited due to IP reputation", "CONN", "badreputation"),
        ("550 5.7.1 Message contains a virus", "DATA", "virusdetected"),
        ("554 5.7.1 This message has been scored as spam", "DATA", "spamdetected"),
        ("550 5.7.1 Message rejected for policy reasons", "DATA", "policyviolation"),
        ("550 5.1.8 Sender address rejected", "MAIL", "rejected"),
        ("550 User unknown", "MAIL", "rejected"),
        ("552 5.3.4 Message size exceeds fixed limit", "MAIL", "mesgtoobig"),
        ("554 5.7.1 Relay access denied", "RCPT", "norelaying"),
        ("421 Too many connections from your IP", "CONN", "toomanyconn"),
        ("451 4.7.1 Greylisted, please try again later", "RCPT", "onhold"),
        ("retry timeout exceeded", "", "expired"),
        ("connect to mx.example.com[192.0.2.1]:25: Connection refused", "", "networkerror"),
        ("530 5.7.0 Must issue a STARTTLS command first", "MAIL", "failedstarttls"),
        ("", "", "undefined"),
    ],
)  # fmt: skip
def test_a_servers_words_give_the_reason(words: str, command: str, reason: str) -> None:
    head, _, rest = words.partition(" ")
    code = head if head.isdigit() else ""
    status = (rest if code else words).partition(" ")[0]
    status = status if status.replace(".", "").isdigit() else ""
    assert reason_of(Evidence(words, code, status, command, "failed")) == reason


def test_only_what_says_that_the_address_will_never_work_is_hard() -> None:
    assert {"userunknown", "hostunknown", "hasmoved", "notaccept"} == HARD
    assert is_hard("userunknown")
    assert not is_hard("mailboxfull")


def test_an_unknown_user_for_now_is_not_unknown_for_good() -> None:
    assert not is_hard(reason_of(Evidence("450 4.1.1 User unknown", "450", "4.1.1", "RCPT", "delayed")))


def test_without_words_the_status_speaks() -> None:
    assert reason_of(Evidence("", "", "5.1.1", "", "failed")) == "userunknown"
    assert reason_of(Evidence("", "", "5.2.2", "", "failed")) == "mailboxfull"
    assert reason_of(Evidence("", "", "4.4.7", "", "delayed")) == "expired"
