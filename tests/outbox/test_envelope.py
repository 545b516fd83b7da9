"""The envelope uses what a server offers, and nothing else."""

import pytest

from outbox.connection import Features
from outbox.envelope import Composer, UndeliverableError
from outbox.protocols import MailingRef, Recipient
from tests.outbox.world import NOON, PATHS, Links, rendition

MAILING = MailingRef(1, "issue", 1, NOON, "retry")


def commands(address: str, features: Features) -> tuple[str, str]:
    made = Composer(PATHS, Links()).compose(rendition(1), MAILING, Recipient(26, 1, address, "Ann"), features)
    return made.mail.decode(), made.rcpt.decode()


def test_without_extensions_there_is_the_address_alone() -> None:
    mail, rcpt = commands("ann@example.org", Features())
    assert mail.startswith("MAIL FROM:<bounces+1a-")
    assert mail.endswith("@news.example.org>")
    assert rcpt == "RCPT TO:<ann@example.org>"


def test_size_is_that_of_the_message() -> None:
    made = Composer(PATHS, Links()).compose(
        rendition(1), MAILING, Recipient(26, 1, "ann@example.org", "Ann"), Features(size=0)
    )
    assert made.mail.decode().endswith(f"> SIZE={len(made.wire)}")


def test_a_message_larger_than_the_server_takes_is_not_begun() -> None:
    with pytest.raises(UndeliverableError, match="the server takes 100"):
        commands("ann@example.org", Features(size=100))


@pytest.mark.parametrize(
    ("address", "original"),
    [
        ("ann@example.org", "ann@example.org"),
        ("ann+news@example.org", "ann+2Bnews@example.org"),
        ("a=b@example.org", "a+3Db@example.org"),
        ('"ann lee"@example.org', '"ann+20lee"@example.org'),
    ],
)
def test_a_report_of_failure_names_the_address_as_we_know_it(address: str, original: str) -> None:
    mail, rcpt = commands(address, Features(dsn=True))
    assert " RET=HDRS ENVID=1a-" in mail
    assert rcpt == f"RCPT TO:<{address}> NOTIFY=FAILURE ORCPT=rfc822;{original}"


def test_an_international_address_asks_for_smtputf8_and_only_it() -> None:
    mail, rcpt = commands("անի@example.org", Features(utf8=True, eight_bit=True, dsn=True))
    assert " SMTPUTF8 BODY=8BITMIME" in mail
    assert rcpt == "RCPT TO:<անի@example.org> NOTIFY=FAILURE"
    mail, _ = commands("ann@example.org", Features(utf8=True, eight_bit=True))
    assert "SMTPUTF8" not in mail
    with pytest.raises(UndeliverableError, match="SMTPUTF8"):
        commands("անի@example.org", Features(eight_bit=True))
