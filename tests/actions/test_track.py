"""Counted links in real mails: one slot for each reader, the same bytes at a retry, and a report of it all."""

import email
import email.policy
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage

import pytest
from sqlalchemy import select

from digest.actions import publish, track
from digest.actions.build import build
from digest.actions.context import Context
from digest.actions.counting import keep
from digest.actions.deliver import PersonalLinks, deliver
from digest.actions.report import report
from digest.issues import NewsletterError, find_issue, newsletters
from digest.issues.finding import find_newsletter
from digest.tracking import machines
from digest.tracking.machines import Hit
from digest.tracking.tables import TrackedLink, TrackingEvent
from outbox.protocols import MailingRef, Recipient
from outbox.rendition import Rendition, Splice
from outbox.tables import Delivery, Mailing

from .conftest import NOW, Mailbox

LINK = re.compile(r"https://news\.example\.org/digest/r/([\w.-]+)(?:/([\w.-]+))?")


def counting(context: Context, clicks: str, opens: str = "off") -> None:
    with context.database.writing() as session:
        newsletters.edit(session, find_newsletter(session), {"clicks": clicks, "opens": opens})


def sent(context: Context, mailbox: Mailbox) -> list[EmailMessage]:
    build(context, "weekly", NOW)
    publish.approve(context, "weekly", "the editor", NOW)
    deliver(context, publish.publish(context, "weekly", datetime.now(UTC)).mailings)
    return [
        email.message_from_bytes(path.read_bytes(), policy=email.policy.default)  # type: ignore[misc]
        for path in mailbox.messages()
    ]


def parts(mail: EmailMessage) -> tuple[str, str]:
    html, text = mail.get_body(("html",)), mail.get_body(("plain",))
    assert html
    assert text
    return html.get_content(), text.get_content()


def test_with_counts_every_reader_gets_the_same_links(context: Context, mailbox: Mailbox) -> None:
    counting(context, "counts", "counts")
    mails = sent(context, mailbox)
    assert len(mails) == 3
    htmls, texts = zip(*map(parts, mails), strict=True)
    assert len({tuple(LINK.findall(html)) for html in htmls}) == 1
    assert all(reader == "" for html in htmls for _, reader in LINK.findall(html))
    assert len(set(re.findall(r'/o/[^"]+', "".join(htmls)))) == 1
    assert all(LINK.search(text) for text in texts)
    assert "https://news.example.org/1" not in htmls[0]


def test_with_persons_each_mail_carries_its_own_readers_token_and_both_parts_agree(
    context: Context, mailbox: Mailbox
) -> None:
    counting(context, "persons", "persons")
    tokens = set()
    for mail in sent(context, mailbox):
        html, text = parts(mail)
        in_html, in_text = dict(LINK.findall(html)), dict(LINK.findall(text))
        assert in_text.items() <= in_html.items()
        assert len(in_text) >= 8
        (reader,) = set(in_html.values())
        issue_id, subscriber_id = context.signer.verify(track.READER, reader, 2)
        with context.database.reading() as session:
            found = session.execute(
                select(Delivery.address).where(Delivery.recipient_id == subscriber_id)
            ).scalar_one()
        assert found in str(mail["To"])
        assert f"/o/{context.signer.sign(track.PIXEL, issue_id)}/{reader}" in html
        tokens.add(reader)
    assert len(tokens) == 3


def test_leaving_choosing_and_the_web_version_are_never_led_past_the_counter(
    context: Context, mailbox: Mailbox
) -> None:
    counting(context, "persons", "persons")
    for mail in sent(context, mailbox):
        html, text = parts(mail)
        for page in ("u", "p", "v"):
            assert f"https://news.example.org/digest/{page}/" in html
            assert f"https://news.example.org/digest/{page}/" in text
        assert "/r/" not in str(mail["List-Unsubscribe"])
    with context.database.reading() as session:
        assert not [url for url in session.scalars(select(TrackedLink.url)) if "/digest/" in url]


def test_a_test_mail_counts_nothing(context: Context, mailbox: Mailbox) -> None:
    counting(context, "persons", "persons")
    build(context, "weekly", NOW)
    deliver(context, publish.hand_over_test(context, "weekly", "me@example.org", datetime.now(UTC)).mailings)
    (path,) = mailbox.messages()
    html, _ = parts(email.message_from_bytes(path.read_bytes(), policy=email.policy.default))  # type: ignore[arg-type]
    assert not LINK.search(html)
    assert "/o/" not in html


def test_what_an_approved_issue_says_in_its_footer_is_what_it_does(
    context: Context, mailbox: Mailbox
) -> None:
    build(context, "weekly", NOW)
    publish.approve(context, "weekly", "the editor", NOW)
    counting(context, "persons", "persons")
    deliver(context, publish.publish(context, "weekly", datetime.now(UTC)).mailings)
    for path in mailbox.messages():
        html, _ = parts(email.message_from_bytes(path.read_bytes(), policy=email.policy.default))  # type: ignore[arg-type]
        assert not LINK.search(html)
        assert "We record" not in html


def test_the_same_bytes_at_every_try(context: Context, mailbox: Mailbox) -> None:
    counting(context, "persons")
    build(context, "weekly", NOW)
    publish.approve(context, "weekly", "the editor", NOW)
    (number,) = publish.publish(context, "weekly", NOW).mailings
    with context.database.reading() as session:
        mailing = session.get_one(Mailing, number)
        rendition = Rendition.from_bytes(mailing.rendition)
        ref = MailingRef(number, mailing.kind, mailing.reference, mailing.expires_at, "retry")
    assert "reader" in rendition.slot_names
    recipient = Recipient(1, 7, "ani@example.org", "Ani")
    wires = {
        rendition.splice(
            Splice(
                "ani@example.org",
                "Ani",
                "1.a",
                {
                    "name": "Ani",
                    "address": "ani@example.org",
                    **PersonalLinks(context).values(ref, recipient),
                },
            )
        )
        for _ in range(2)
    }
    assert len(wires) == 1
    body = wires.pop().partition(b"\r\n\r\n")[2]
    assert max(map(len, body.split(b"\r\n"))) <= 76


def test_the_report_tells_people_from_machines_link_by_link(context: Context, mailbox: Mailbox) -> None:
    counting(context, "persons", "persons")
    sent(context, mailbox)
    later = datetime.now(UTC) + timedelta(hours=1)
    with context.database.reading() as session:
        issue_id = find_issue(session).id
        links = list(session.scalars(select(TrackedLink.id).order_by(TrackedLink.number)))
        readers = list(session.scalars(select(Delivery.recipient_id).order_by(Delivery.recipient_id)))

    def hit(link: int | None, reader: int, at: datetime) -> Hit:
        return Hit(issue_id, link, reader, at, "192.0.2.1", "Mozilla/5.0 (X11) Firefox/132.0")

    hits = [
        hit(links[0], readers[0], later),
        hit(links[0], readers[1], later),
        hit(links[1], readers[1], later + timedelta(minutes=3)),
        hit(None, readers[0], later),
        hit(links[2], readers[2], datetime.now(UTC)),  # seconds after it was delivered
        *(hit(link, readers[2], later) for link in links[:6]),
    ]
    keep(context, hits, machines.together(hits))
    found = report(context, "weekly")
    assert [(one.people, one.machines, one.readers) for one in found.sums.links[:4]] == [
        (2, 1, 2),
        (1, 1, 1),
        (0, 2, 0),
        (0, 1, 0),
    ]
    assert (found.sums.clicked_by, found.sums.opened_by, found.sums.opens_people) == (2, 1, 1)
    assert found.to_json()["counts"] == {"sent": 3}
    with context.database.reading() as session:
        reasons = session.scalars(select(TrackingEvent.reason).where(TrackingEvent.machine.is_(True)))
        assert sorted(set(reasons)) == [machines.ALL_LINKS, machines.SOON]


@pytest.mark.parametrize("value", ["yes", "", "Persons"])
def test_a_wrong_mode_is_refused_with_the_right_ones(context: Context, value: str) -> None:
    with pytest.raises(NewsletterError, match="off, counts"):
        counting(context, value)


def test_preflight_judges_the_links_as_they_were_written(
    context: Context, open_with: Callable[[str], Context]
) -> None:
    from digest.actions.check import check

    build(context, "weekly", NOW)
    before = [one.rule for one in check(context, "weekly").findings]
    counting(context, "persons", "persons")
    assert [one.rule for one in check(context, "weekly").findings] == before
