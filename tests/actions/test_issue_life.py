"""An issue from the build to the last mail, through a real SMTP server."""

import email
import email.policy
import socket
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from digest.actions import leave, links, publish
from digest.actions.build import build
from digest.actions.context import Context
from digest.actions.deliver import deliver
from digest.articles.extracted import Extracted
from digest.articles.queries import keep
from digest.articles.tables import Article
from digest.issues import IssueError, StateError, editing, find_issue, newsletters, show
from digest.issues.tables import IssueState
from outbox import status
from outbox.problem import NobodyError, RelayError
from outbox.tables import DeliveryState, MailingState
from subscribers.people import describe, find_person
from subscribers.tables import MailingList

from .conftest import NOW, Mailbox, add_articles, add_newsletter, add_readers


def _state(context: Context) -> str:
    with context.database.reading() as session:
        return str(find_issue(session).state)


def _approved(context: Context) -> None:
    build(context, "weekly", NOW)
    publish.approve(context, "weekly", "the editor", NOW)


def test_the_whole_way_each_reader_gets_it_once(context: Context, mailbox: Mailbox) -> None:
    _approved(context)
    published = publish.publish(context, "weekly", datetime.now(UTC))
    assert published.recipients == 3
    deliver(context, published.mailings)
    assert sorted(mailbox.recipients()) == ["ani@example.org", "bob@example.org", "zoë.b@example.org"]
    assert _state(context) == IssueState.SENT
    with context.database.reading() as session:
        balance = status.balance(session, published.mailings[0])
    assert balance.balances
    assert balance[DeliveryState.SENT] == 3


def test_an_issue_can_be_sent_to_a_segment_alone(context: Context, mailbox: Mailbox) -> None:
    _approved(context)
    with pytest.raises(NobodyError, match="in the segment"):
        publish.publish(context, "weekly", datetime.now(UTC), segment="email:nobody@example.org")
    published = publish.publish(context, "weekly", datetime.now(UTC), segment="email~ani or email~bob")
    assert published.recipients == 2
    deliver(context, published.mailings)
    assert sorted(mailbox.recipients()) == ["ani@example.org", "bob@example.org"]


def test_a_mail_holds_every_story_and_the_readers_own_links(context: Context, mailbox: Mailbox) -> None:
    _approved(context)
    deliver(context, publish.publish(context, "weekly", datetime.now(UTC)).mailings)
    unsubscribe = set()
    for path in mailbox.messages():
        message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        assert [part.get_content_type() for part in message.walk()][1:] == ["text/plain", "text/html"]
        assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        link = message["List-Unsubscribe"].strip("<>")
        assert link.startswith("https://news.example.org/digest/u/")
        unsubscribe.add(link)
        with context.database.reading() as session:
            items = show.contents(find_issue(session))["items"]
        for kind in ("plain", "html"):
            body = message.get_body((kind,))
            assert body is not None
            content = body.get_content()
            assert link in content
            for item in items:
                assert item["headline"] in content
            assert "1 Main Street" in content
    assert len(unsubscribe) == 3


def test_the_theme_says_how_long_the_summaries_are(context: Context) -> None:
    text = (
        "Die Stadtbibliothek öffnet ab März auch sonntags, beschloss der Rat am Dienstag. Zweihundert Leser "
        "hatten im Frühjahr in einem Brief darum gebeten. Die Stunden am Sonntag kosten 12.000 Euro im Jahr, "
        "die der Rat aus der Rücklage nimmt. Eine zweite Bibliothekarin beginnt im Februar. Der Lesesaal für "
        "Kinder öffnet als erster, um zehn Uhr am Morgen. Die Universität bietet ihre Studenten als Helfer an."
    )
    hour_ago = NOW - timedelta(hours=1)
    found = Extracted("Sonntags offen", text, "https://news.example.org/9", language="de", published=hour_ago)
    with context.database.writing() as session:
        keep(session, found, now=NOW)
        newsletters.edit(session, newsletters.get(session, "weekly"), {"policy": {"languages": ["de", "en"]}})

    def longest() -> int:
        return max(len(item["summary"].split()) for item in build(context, "weekly", NOW).issue["items"])

    assert 40 < longest() <= 60
    with context.database.writing() as session:
        newsletters.edit(session, newsletters.get(session, "weekly"), {"theme": "brief"})
    assert 20 < longest() <= 40


def test_the_same_articles_policy_history_and_time_give_the_same_bytes(context: Context) -> None:
    build(context, "weekly", NOW)
    with context.database.reading() as session:
        first = show.canonical(find_issue(session))
    build(context, "weekly", NOW)
    with context.database.reading() as session:
        issue = find_issue(session)
        assert show.canonical(issue) == first
        assert issue.number == 1


def test_edits_survive_a_rebuild(context: Context) -> None:
    build(context, "weekly", NOW)
    with context.database.writing() as session:
        editing.set_headline(session, find_issue(session), 2, "A headline by hand")
        dropped = editing.drop(session, find_issue(session), 3).headline
    build(context, "weekly", NOW)
    with context.database.reading() as session:
        headlines = [item["headline"] for item in show.contents(find_issue(session))["items"]]
    assert headlines[1] == "A headline by hand"
    assert dropped not in headlines


def test_no_story_comes_twice(context: Context, mailbox: Mailbox) -> None:
    _approved(context)
    deliver(context, publish.publish(context, "weekly", datetime.now(UTC)).mailings)
    with pytest.raises(IssueError, match="nothing"):
        build(context, "weekly", NOW)
    add_articles(
        context, [("A new story at last", "The fountain on the square runs again after nine years.")], 50
    )
    built = build(context, "weekly", NOW)
    assert [item["headline"] for item in built.issue["items"]] == ["A new story at last"]
    assert built.issue["number"] == 2


def test_an_issue_is_not_sent_twice(context: Context) -> None:
    _approved(context)
    deliver(context, publish.publish(context, "weekly", datetime.now(UTC)).mailings)
    with pytest.raises(StateError, match="was sent already"):
        publish.publish(context, "weekly", NOW)


def test_a_draft_is_not_sent(context: Context) -> None:
    build(context, "weekly", NOW)
    with pytest.raises(StateError, match="has not been approved"):
        publish.publish(context, "weekly", NOW)


def test_an_empty_issue_is_not_approved(context: Context) -> None:
    build(context, "weekly", NOW)
    with context.database.writing() as session:
        issue = find_issue(session)
        while any(not item.dropped for item in issue.items):
            editing.drop(session, issue, 1)
    with pytest.raises(StateError, match="is empty"):
        publish.approve(context, "weekly", "the editor", NOW)
    assert _state(context) == IssueState.DRAFT


def test_an_issue_without_a_postal_address_is_not_approved(open_with: Callable[[str], Context]) -> None:
    context = open_with("smtp://127.0.0.1:1")
    add_newsletter(context, postal_address="")
    add_articles(context)
    build(context, "weekly", NOW)
    with pytest.raises(IssueError, match="postal"):
        publish.approve(context, "weekly", "the editor", NOW)
    assert _state(context) == IssueState.DRAFT


def test_an_override_is_recorded_with_who_and_why(open_with: Callable[[str], Context]) -> None:
    context = open_with("smtp://127.0.0.1:1")
    add_newsletter(context, postal_address="")
    add_articles(context)
    build(context, "weekly", NOW)
    with pytest.raises(IssueError, match="no rule 'postal'"):
        publish.approve(context, "weekly", "the editor", NOW, override=["postal"], why="a test")
    publish.approve(context, "weekly", "the editor", NOW, override=["postal-address"], why="a test")
    with context.database.reading() as session:
        (override,) = find_issue(session).overrides
        shown = show.whole(find_issue(session))["overridden"]
    assert (override["rule"], override["by"], override["why"]) == ("postal-address", "the editor", "a test")
    assert shown == [override]


def test_who_leaves_after_the_freeze_gets_nothing(context: Context, mailbox: Mailbox) -> None:
    _approved(context)
    published = publish.publish(context, "weekly", datetime.now(UTC))
    with context.database.reading() as session:
        list_id = session.scalars(select(MailingList.id)).one()
        token = context.signer.sign(links.LEAVE, list_id, find_person(session, "bob@example.org").id)
    assert leave.leave(context, token, "one-click POST", datetime.now(UTC)).subscribed is False
    deliver(context, published.mailings)
    assert sorted(mailbox.recipients()) == ["ani@example.org", "zoë.b@example.org"]
    with context.database.reading() as session:
        assert status.balance(session, published.mailings[0])[DeliveryState.SUPPRESSED] == 1


def test_a_dead_relay_pauses_and_fails_nobody_and_the_same_command_goes_on(
    context: Context, open_with: Callable[[str], Context], mailbox: Mailbox
) -> None:
    _approved(context)
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        away = open_with(f"smtp://127.0.0.1:{closed.getsockname()[1]}")
        published = publish.publish(away, "weekly", datetime.now(UTC))
        with pytest.raises(RelayError):
            deliver(away, published.mailings)
    with context.database.reading() as session:
        found = status.describe(session, status.find(session, published.mailings[0]))
    assert found.state == MailingState.PAUSED
    assert found.reason
    assert found.balance[DeliveryState.FAILED] == 0
    again = publish.publish(context, "weekly", datetime.now(UTC))
    assert again.resumed
    deliver(context, again.mailings)
    assert len(mailbox.recipients()) == 3
    assert _state(context) == IssueState.SENT


def test_a_paused_issue_waits_and_a_cancelled_one_never_goes(context: Context, mailbox: Mailbox) -> None:
    _approved(context)
    published = publish.publish(context, "weekly", datetime.now(UTC))
    publish.pause(context, "weekly", "the editor", NOW)
    deliver(context, published.mailings)
    assert mailbox.recipients() == []
    with pytest.raises(StateError, match="paused"):
        publish.publish(context, "weekly", datetime.now(UTC))
    publish.resume(context, "weekly", "the editor", NOW)
    _, spared = publish.cancel(context, "weekly", "the editor", datetime.now(UTC))
    assert spared == 3
    deliver(context, published.mailings)
    assert mailbox.recipients() == []
    assert _state(context) == IssueState.CANCELLED


def test_a_test_mail_goes_to_one_and_counts_for_nothing(context: Context, mailbox: Mailbox) -> None:
    build(context, "weekly", NOW)
    for _ in range(2):
        deliver(
            context, publish.hand_over_test(context, "weekly", "me@example.org", datetime.now(UTC)).mailings
        )
    assert mailbox.recipients() == ["me@example.org"] * 2
    message = email.message_from_bytes(mailbox.messages()[0].read_bytes(), policy=email.policy.default)
    assert message["Subject"].startswith("[Test] ")
    assert _state(context) == IssueState.DRAFT


def test_an_edit_after_approval_needs_a_new_approval(context: Context) -> None:
    _approved(context)
    with context.database.writing() as session, pytest.raises(StateError):
        editing.set_subject(session, find_issue(session), "Changed behind the editor's back")


def test_an_issue_to_nobody_says_so_and_stays_approved(open_with: Callable[[str], Context]) -> None:
    context = open_with("smtp://127.0.0.1:1")
    add_newsletter(context)
    add_articles(context)
    _approved(context)
    with pytest.raises(Exception, match=r"(?i)nobody"):
        publish.publish(context, "weekly", NOW)
    assert _state(context) == IssueState.APPROVED


def test_readers_of_two_newsletters_get_a_story_once(context: Context, mailbox: Mailbox) -> None:
    add_newsletter(context, "daily")
    add_readers(context, ["ani@example.org"], "daily")
    _approved(context)
    deliver(context, publish.publish(context, "weekly", datetime.now(UTC)).mailings)
    with pytest.raises(IssueError):
        build(context, "daily", NOW + timedelta(minutes=1))


def test_readers_with_other_topics_get_their_own_variant_and_everybody_exactly_one(
    context: Context, mailbox: Mailbox
) -> None:
    with context.database.writing() as session:
        for number, article in enumerate(session.scalars(select(Article).order_by(Article.id))):
            article.topics = ["Sport"] if number in (2, 5, 6) else ["Town"]
        describe(session, find_person(session, "bob@example.org").id, topics=["Sport"])
    _approved(context)
    published = publish.publish(context, "weekly", datetime.now(UTC))
    assert len(published.mailings) == 2
    assert published.recipients == 3
    deliver(context, published.mailings)
    assert sorted(mailbox.recipients()) == ["ani@example.org", "bob@example.org", "zoë.b@example.org"]
    assert _state(context) == IssueState.SENT
    texts = {}
    for path in mailbox.messages():
        message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        body = message.get_body(("plain",))
        assert body is not None
        texts[message["To"].addresses[0].addr_spec] = body.get_content()
    assert "Orchestra plays in the depot" in texts["ani@example.org"]
    assert "Orchestra plays in the depot" not in texts["bob@example.org"]
    assert "School wins the chess cup" in texts["bob@example.org"]
    assert "Council votes for a new bridge" in texts["bob@example.org"], "the lead is for everybody"


def test_earlier_articles_are_suggested_but_none_that_was_sent(context: Context, mailbox: Mailbox) -> None:
    _approved(context)
    deliver(context, publish.publish(context, "weekly", datetime.now(UTC)).mailings)
    old = (
        "The first bridge over the Arpa",
        "The first stone bridge over the Arpa river was voted by the town council.",
    )
    with context.database.writing() as session:
        for number, (title, opening) in enumerate([old], 70):
            extracted = Extracted(
                title=title, text=f"{opening} {opening}", url=f"https://news.example.org/{number}", language="en",
                published=NOW - timedelta(days=60),
            )  # fmt: skip
            keep(session, extracted, now=NOW)
    add_articles(
        context, [("Council pays for the bridge", "The council paid for the stone bridge over the Arpa.")], 21
    )
    build(context, "weekly", NOW)
    with context.database.reading() as session:
        related = [one["title"] for one in find_issue(session).related]
    assert related == ["The first bridge over the Arpa"]
