"""A correction reaches those who got the issue, once, and stands above the issue from then on."""

import email
import email.policy
import os
from datetime import UTC, datetime
from email.message import EmailMessage

import pytest
from sqlalchemy import func, select, update

from digest.actions import archive, correct, leave, links, publish
from digest.actions.build import build
from digest.actions.compose import compose
from digest.actions.context import Context
from digest.actions.deliver import deliver
from digest.issues import IssueError, StateError, find_issue
from digest.issues.corrections import Correction
from digest.rendering.preflight import blocking, of_message
from digest.rendering.preflight import check as preflight
from outbox.problem import NobodyError
from outbox.tables import Delivery, DeliveryState, Mailing
from tests.actions.conftest import NOW, Mailbox, add_readers

TEXT = "The vote was on **Tuesday**, not on Monday; see [the minutes](https://news.example.org/minutes).\n\n<b>Sorry</b>"


def now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
def sent(context: Context, mailbox: Mailbox) -> Context:
    """An issue that went to four readers, of whom one bounced and one is uncertain; the inbox is empty again."""
    add_readers(context, ["dan@example.org"])
    build(context, "weekly", NOW)
    publish.approve(context, "weekly", "the editor", NOW)
    deliver(context, publish.publish(context, "weekly", now()).mailings)
    with context.database.writing() as session:
        for address, state in (("ani@", DeliveryState.FAILED), ("bob@", DeliveryState.UNCERTAIN)):
            session.execute(update(Delivery).where(Delivery.address.startswith(address)).values(state=state))
    os.truncate(mailbox.folder / "envelopes.jsonl", 0)
    for path in mailbox.messages():
        path.unlink()
    return context


def corrected(context: Context, subject: str = "", text: str = TEXT) -> correct.Corrected:
    done = correct.correct(context, "weekly", subject, text, "the editor", now())
    deliver(context, (done.mailing,))
    return done


def only_mail(mailbox: Mailbox) -> EmailMessage:
    message = email.message_from_bytes(mailbox.messages()[0].read_bytes(), policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    return message


def body(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    assert part is not None
    return str(part.get_content())


def test_it_goes_to_those_who_got_the_issue_or_may_have(sent: Context, mailbox: Mailbox) -> None:
    proposed = correct.propose(sent, "weekly", "", TEXT, now())
    assert (proposed.had, proposed.recipients) == (3, 3)
    assert mailbox.recipients() == []
    done = corrected(sent)
    assert done.recipients == 3
    assert sorted(mailbox.recipients()) == ["bob@example.org", "dan@example.org", "zoë.b@example.org"]
    with sent.database.reading() as session:
        ((_, standing),) = correct.standings(session, find_issue(session))
    assert standing.balances
    assert standing.counts == {DeliveryState.SENT: 3}


def test_who_left_meanwhile_is_spared_up_to_the_last_moment(sent: Context, mailbox: Mailbox) -> None:
    def leaves(address: str) -> None:
        with sent.database.reading() as session:
            number = session.scalars(
                select(Delivery.recipient_id).where(Delivery.address == address).limit(1)
            ).one()
            list_id = find_issue(session).newsletter.list_id
        leave.leave(sent, sent.signer.sign(links.LEAVE, list_id, number), "by link", now())

    leaves("dan@example.org")
    assert correct.propose(sent, "weekly", "", TEXT, now()).recipients == 2
    done = correct.correct(sent, "weekly", "", TEXT, "the editor", now())
    leaves("bob@example.org")
    deliver(sent, (done.mailing,))
    assert mailbox.recipients() == ["zoë.b@example.org"]
    with sent.database.reading() as session:
        ((_, standing),) = correct.standings(session, find_issue(session))
    assert standing.balances
    assert standing.counts == {DeliveryState.SENT: 1, DeliveryState.SUPPRESSED: 1}


def test_the_same_words_again_go_on_and_reach_nobody_twice(sent: Context, mailbox: Mailbox) -> None:
    first = corrected(sent)
    again = corrected(sent)
    assert (again.mailing, again.resumed) == (first.mailing, True)
    assert len(mailbox.recipients()) == 3
    other = corrected(sent, text="And the mayor is called Anna.")
    assert other.mailing != first.mailing
    assert len(mailbox.recipients()) == 6


def test_the_mail_says_it_in_both_parts_and_can_be_left(sent: Context, mailbox: Mailbox) -> None:
    corrected(sent)
    message = only_mail(mailbox)
    assert message["Subject"].startswith("Correction: ")
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    link = message["List-Unsubscribe"].strip("<>")
    html, text = body(message, "html"), body(message, "plain")
    assert "<strong>Tuesday</strong>" in html
    assert "&lt;b&gt;Sorry" in html
    assert "The vote was on Tuesday, not on Monday" in " ".join(text.split())
    for part in (html, text):
        assert link in part
        assert "https://news.example.org/minutes" in part
        assert "1 Main Street" in part
        assert "No. 1" in part
    assert links.fields_of(sent.signer, links.LEAVE, link.rpartition("/")[2])
    assert ":correction:" in message["Feedback-ID"]


def test_the_mail_passes_the_checks_of_every_mail(sent: Context, mailbox: Mailbox) -> None:
    corrected(sent)
    found = preflight(of_message(mailbox.messages()[0].read_bytes()), without={"spam"})
    assert blocking(found) == []


def test_it_stands_above_the_issue_on_the_web_and_when_it_is_rendered_again(sent: Context) -> None:
    with sent.database.reading() as session:
        issue = find_issue(session)
        before = compose(sent, session, issue)
        token = sent.signer.sign(links.ISSUE, issue.id)
    assert archive.by_link(sent, token).corrections == []
    corrected(sent)
    (note,) = archive.by_link(sent, token).corrections
    assert note.heading.startswith("Correction, ")
    assert "<strong>Tuesday</strong>" in note.html
    with sent.database.reading() as session:
        after = compose(sent, session, find_issue(session))
    for part in ("html", "text"):
        assert "The vote was on" not in getattr(before, part)
        assert "The vote was on" in getattr(after, part)


def test_while_the_issue_goes_out_there_is_nothing_to_correct(context: Context) -> None:
    build(context, "weekly", NOW)
    with pytest.raises(StateError, match="has not been sent"):
        correct.correct(context, "weekly", "", TEXT, "the editor", now())
    publish.approve(context, "weekly", "the editor", NOW)
    publish.publish(context, "weekly", now())
    with pytest.raises(StateError, match="still going out"):
        correct.correct(context, "weekly", "", TEXT, "the editor", now())


@pytest.mark.parametrize("text", ["", "  \n ", "x" * 6000])
def test_an_empty_or_endless_text_changes_nothing(sent: Context, text: str) -> None:
    with pytest.raises(IssueError, match="correction"):
        correct.correct(sent, "weekly", "", text, "the editor", now())
    assert written(sent) == (0, 1)


def test_when_nobody_may_be_mailed_nothing_is_kept(sent: Context) -> None:
    with sent.database.writing() as session:
        session.execute(update(Delivery).values(state=DeliveryState.FAILED))
    with pytest.raises(NobodyError, match="Nobody who got"):
        correct.correct(sent, "weekly", "", TEXT, "the editor", now())
    assert written(sent) == (0, 1)


def written(context: Context) -> tuple[int, int]:
    """How many corrections and mailings there are."""
    with context.database.reading() as session:
        return tuple(  # type: ignore[return-value]
            session.scalar(select(func.count()).select_from(table)) or 0 for table in (Correction, Mailing)
        )
