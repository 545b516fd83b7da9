"""A report acts on the person it is about, if it came to an address that we signed; else never."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import insert, select

from digest.actions.bounce import Taken, take_reports
from digest.actions.context import Context
from digest.actions.deliver import return_paths
from digest.actions.mailings import standing
from digest.issues import Issue, Newsletter
from outbox.tables import Delivery, Mailing
from subscribers.bounces.acting import Effect
from subscribers.people import find_person, memberships
from subscribers.tables import SubscriptionState
from tests.actions.conftest import NOW, add_newsletter, add_readers

REPORT = """\
From: MAILER-DAEMON@mx.example.net
To: {path}
Subject: Undelivered Mail Returned to Sender
Date: Thu, 26 Nov 2026 06:00:00 +0000
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b1"

--b1
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.net

Final-Recipient: rfc822; {address}
Action: failed
Status: {status}
Diagnostic-Code: smtp; {reply}

--b1--
"""


@pytest.fixture
def sent(open_with: Callable[[str], Context]) -> tuple[Context, int]:
    """An installation that has sent one message to Ani; its delivery."""
    context = open_with("folder:mail")
    add_newsletter(context)
    add_readers(context, ["ani@example.org", "bob@example.org"])
    with context.database.writing() as session:
        newsletter = session.scalars(select(Newsletter)).one()
        issue = Issue(newsletter_id=newsletter.id, number=1, built_at=NOW, subject="The week")
        session.add(issue)
        session.flush()
        mailing = Mailing(
            kind="issue",
            reference=issue.id,
            state="done",
            date=NOW,
            starts_at=NOW,
            expires_at=NOW,
            rendition=b"",
        )
        session.add(mailing)
        session.flush()
        ani = find_person(session, "ani@example.org")
        delivery = Delivery(mailing_id=mailing.id, recipient_id=ani.id, address=ani.address, state="sent")
        session.add(delivery)
        session.flush()
        return context, delivery.id


def state(context: Context, address: str = "ani@example.org") -> str:
    with context.database.reading() as session:
        (membership,) = memberships(session, find_person(session, address).id)
        return membership.subscription.state


def report(
    path: str,
    *,
    address: str = "ani@example.org",
    status: str = "5.1.1",
    reply: str = "550 5.1.1 User unknown",
) -> bytes:
    return REPORT.format(path=path, address=address, status=status, reply=reply).encode()


def take(context: Context, raw: bytes) -> Effect:
    (taken,) = take_reports(context, [raw], now=NOW + timedelta(hours=2))
    return taken.effect


def test_a_hard_bounce_to_our_signed_path_ends_the_subscription_once(sent: tuple[Context, int]) -> None:
    context, delivery = sent
    paths = return_paths(context)
    path = paths.sender(paths.tokens(delivery))
    assert take(context, report(path)) is Effect.BOUNCED
    assert state(context) == SubscriptionState.BOUNCED
    assert take(context, report(path)) is Effect.NOTHING
    assert state(context, "bob@example.org") == SubscriptionState.CONFIRMED


def test_a_forwarded_address_that_fails_is_still_this_persons(sent: tuple[Context, int]) -> None:
    context, delivery = sent
    paths = return_paths(context)
    path = paths.sender(paths.tokens(delivery))
    assert take(context, report(path, address="old@elsewhere.example")) is Effect.BOUNCED
    assert state(context) == SubscriptionState.BOUNCED


def test_a_soft_failure_is_only_noted(sent: tuple[Context, int]) -> None:
    context, delivery = sent
    paths = return_paths(context)
    path = paths.sender(paths.tokens(delivery))
    assert take(context, report(path, status="5.2.2", reply="552 5.2.2 Mailbox full")) is Effect.NOTED
    assert state(context) == SubscriptionState.CONFIRMED


def test_a_forged_report_has_no_effect(sent: tuple[Context, int]) -> None:
    context, delivery = sent
    paths = return_paths(context)
    path = paths.sender(paths.tokens(delivery))
    local, _, domain = path.partition("@")
    for forged in (
        f"{local[:-1]}{'0' if local[-1] != '0' else '1'}@{domain}",
        paths.bounces,
        "news@example.org",
    ):
        assert take(context, report(forged)) is Effect.NOTHING
    assert state(context) == SubscriptionState.CONFIRMED


def test_any_mail_to_the_leave_address_unsubscribes(sent: tuple[Context, int]) -> None:
    context, delivery = sent
    smtp = context.settings.smtp.model_copy(update={"leave": "leave@example.org"})
    context = replace(context, settings=context.settings.model_copy(update={"smtp": smtp}))
    paths = return_paths(context)
    address = paths.leave_address(paths.tokens(delivery))
    raw = f"From: ani@example.org\nTo: {address}\nSubject: unsubscribe\n\n\n".encode()
    assert take(context, raw) is Effect.UNSUBSCRIBED
    assert state(context) == SubscriptionState.UNSUBSCRIBED
    assert take(context, raw) is Effect.NOTHING


COMPLAINT = """\
From: fbl@provider.example
To: {path}
Subject: complaint about message
MIME-Version: 1.0
Content-Type: multipart/report; report-type=feedback-report; boundary="b1"

--b1
Content-Type: message/feedback-report

Feedback-Type: abuse
User-Agent: SomeGenerator/1.0
Version: 1

--b1--
"""


def complaining(context: Context, recipients: int, complaints: int, state: str) -> list[Taken]:
    """A mailing to so many, taken by all, and so many of them calling it spam, each of them twice."""
    with context.database.writing() as session:
        mailing = session.scalars(select(Mailing)).one()
        mailing.state, mailing.recipients = state, recipients
        number = mailing.id
        first = session.scalars(select(Delivery.id)).one()
        session.execute(
            insert(Delivery),
            [
                {
                    "mailing_id": number,
                    "recipient_id": 100 + n,
                    "address": f"r{n}@example.org",
                    "state": "sent",
                }
                for n in range(recipients - 1)
            ],
        )
    add_readers(context, [f"angry{n}@example.org" for n in range(complaints - 1)])
    with context.database.writing() as session:
        deliveries = [first]
        for n in range(complaints - 1):
            person = find_person(session, f"angry{n}@example.org")
            delivery = session.scalars(select(Delivery).where(Delivery.address == f"r{n}@example.org")).one()
            delivery.recipient_id, delivery.address = person.id, person.address
            deliveries.append(delivery.id)
    paths = return_paths(context)
    mails = [COMPLAINT.format(path=paths.sender(paths.tokens(one))).encode() for one in deliveries]
    return list(take_reports(context, [mail for mail in mails for _ in range(2)], now=NOW))


@pytest.mark.parametrize(
    ("recipients", "complaints", "paused", "words"),
    [
        (1500, 1, False, ""),
        (900, 1, False, "1 reader of 900 called it spam (0.11%): over 0.10 %."),
        (100, 1, False, "1 reader of 100 called it spam (1.00%): over 0.10 %."),
        (1000, 2, False, "2 readers of 1,000 called it spam (0.20%): over 0.10 %."),
        (900, 3, True, "3 readers of 900 called it spam (0.33%): over 0.30 %"),
    ],
)
def test_complaints_warn_and_then_stop_the_mailing(
    sent: tuple[Context, int], recipients: int, complaints: int, paused: bool, words: str
) -> None:
    context, _ = sent
    taken = complaining(context, recipients, complaints, "sending")
    assert bool(taken[-2].paused) is paused
    with context.database.reading() as session:
        mailing = session.scalars(select(Mailing)).one()
        found = standing(session, (mailing.id,))
        assert mailing.state == ("paused" if paused else "sending")
    assert found.called_spam == complaints
    assert found.warning.startswith(words)
    assert bool(found.warning) is bool(words)


def test_a_mailing_that_is_over_is_not_paused_any_more(sent: tuple[Context, int]) -> None:
    context, _ = sent
    assert not any(one.paused for one in complaining(context, 10, 3, "done"))
    with context.database.reading() as session:
        mailing = session.scalars(select(Mailing)).one()
        assert (mailing.state, mailing.complaints) == ("done", 3)
