"""What every mail of an issue says of its list (RFC 2369), and what preflight says to that."""

import email
from datetime import UTC, datetime

from digest.actions import check, publish
from digest.actions.build import build
from digest.actions.context import Context
from digest.actions.deliver import deliver
from digest.actions.message import message_facts
from digest.issues import find_issue
from subscribers.lists import find_list

from .conftest import NOW, Mailbox


def test_a_mail_says_who_answers_for_the_list_and_where_its_archive_is(
    context: Context, mailbox: Mailbox
) -> None:
    build(context, "weekly", NOW)
    publish.approve(context, "weekly", "the editor", NOW)
    deliver(context, publish.publish(context, "weekly", datetime.now(UTC)).mailings)
    for path in mailbox.messages():
        headers = email.message_from_bytes(path.read_bytes())
        assert headers["List-Owner"] == "<mailto:news@example.org>"
        assert headers["List-Help"] == "<https://news.example.org/digest/u>"
        assert headers["List-Archive"] == "<https://news.example.org/digest/a/weekly>"
        assert headers["List-Post"] == "NO"


def test_the_archive_of_a_private_list_is_not_told_nor_missed(context: Context) -> None:
    build(context, "weekly", NOW)
    with context.database.writing() as session:
        find_list(session, "weekly").public = False
    with context.database.reading() as session:
        assert message_facts(context, session, find_issue(session), NOW).list_archive is None
    assert "list-headers" not in {one.rule for one in check.check(context, "weekly").findings}


def test_preflight_finds_nothing_wrong_with_the_headers_of_a_real_mail(context: Context) -> None:
    build(context, "weekly", NOW)
    found = check.check(context, "weekly").findings
    assert [one for one in found if one.where.startswith(("header", "message", "part"))] == []
