"""What follows a confirmation: a letter, or the last issue, which then counts as one that its reader had."""

import re
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage

import pytest
from sqlalchemy import select

from digest.actions import correct
from digest.actions.mailings import standing_of
from digest.actions.welcome import queue_welcome
from digest.articles.extracted import Extracted
from digest.articles.queries import keep
from digest.articles.tables import Article
from digest.issues import Issue, IssueState, Item, find_issue, newsletters, readers
from digest.issues.finding import find_newsletter
from outbox.tables import Delivery, DeliveryState, Mailing
from subscribers.addresses import normalise
from subscribers.lists import add_list, edit_list, find_list
from subscribers.people import find_person
from subscribers.states import Change
from subscribers.subscribing import Proof, join, unsubscribe

from .conftest import NOW, Site
from .letters import answered, letters, link

ADDRESS = "new@example.org"


def now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
def brings_the_issue(site: Site) -> Site:
    """A list whose welcome brings the last issue, and an issue that has gone out."""
    with site.context.database.writing() as session:
        edit_list(find_list(session, "weekly"), {"welcome": "issue"})
        issue = find_issue(session)
        issue.state, issue.sent_at = IssueState.SENT, NOW
        session.add(
            Mailing(
                kind="issue", reference=issue.id, state="done", date=NOW, starts_at=NOW, expires_at=NOW,
                rendition=b"",
            )
        )  # fmt: skip
    return site


def confirmed(site: Site, address: str = ADDRESS, **form: str) -> None:
    """Somebody signs up and presses the button of their mail."""
    site.client.post("/subscribe", data={"email": address, "list": "weekly", **form})
    assert answered(site, now()) == 1
    path = link(letters(site)[-1], "c")
    hidden = re.search(r'name="form" value="([^"]+)"', site.client.get(path).text)
    assert hidden
    for _ in range(2):  # a second press is answered alike and sends nothing more
        assert site.client.post(path, data={"form": hidden[1]}).status_code == 200


def text_of(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    assert body is not None
    return " ".join(str(body.get_content()).split())


def deliveries(site: Site) -> list[Delivery]:
    with site.context.database.reading() as session:
        return list(session.scalars(select(Delivery).order_by(Delivery.id)))


def test_the_last_issue_comes_under_the_words_of_welcome(brings_the_issue: Site) -> None:
    site = brings_the_issue
    confirmed(site)
    assert answered(site, now()) == 1
    assert answered(site, now()) == 0
    mail = letters(site)[-1]
    said = text_of(mail)
    assert mail["subject"].startswith("Welcome to The Weekly")
    assert said.index("You are on the list: The Weekly <i>.") < said.index("Bridge {{ opens }}")
    assert "https://news.example.org/bridge" in said
    assert mail["list-unsubscribe-post"] == "List-Unsubscribe=One-Click"
    assert mail["list-id"].endswith("<weekly.example.org>")
    url = re.search(r"<https://news\.example\.org(/u/[^>]+)>", mail["list-unsubscribe"])
    assert url
    assert site.client.post(url[1], data={"List-Unsubscribe": "One-Click"}).status_code == 200
    with site.context.database.reading() as session:
        person = find_person(session, ADDRESS)
        assert f"/u/{site.token('leave', site.list_id, person.id)}" == url[1]


def test_it_is_on_record_as_delivered_and_a_correction_reaches_its_reader(brings_the_issue: Site) -> None:
    site = brings_the_issue
    confirmed(site)
    answered(site, now())
    (one,) = deliveries(site)
    assert (one.address, one.state, one.attempts) == (ADDRESS, DeliveryState.SENT, 1)
    with site.context.database.reading() as session:
        standing = standing_of(session, find_issue(session))
        assert (standing.recipients, standing.counts) == (1, {DeliveryState.SENT: 1})
        assert standing.balances
    assert correct.correct(site.context, "weekly", "", "It was Tuesday.", "editor", now()).recipients == 1


def test_a_corrected_issue_comes_with_its_correction(brings_the_issue: Site) -> None:
    site = brings_the_issue
    confirmed(site, "first@example.org")
    answered(site, now())
    correct.correct(site.context, "weekly", "", "It was Tuesday.", "editor", now())
    confirmed(site)
    answered(site, now())
    said = text_of(letters(site)[-1])
    assert said.index("Welcome") < said.index("It was Tuesday.") < said.index("Bridge")
    with site.context.database.reading() as session:
        kinds = session.scalars(select(Mailing.kind).where(Mailing.kind.startswith("issue/welcome-"))).all()
    assert len(kinds) == 2


@pytest.mark.parametrize("state", [IssueState.APPROVED, IssueState.SENDING, IssueState.CANCELLED])
def test_a_letter_comes_alone_while_no_issue_has_gone_out(brings_the_issue: Site, state: IssueState) -> None:
    site = brings_the_issue
    with site.context.database.writing() as session:
        find_issue(session).state = state
    confirmed(site)
    assert answered(site, now()) == 1
    assert "Bridge" not in text_of(letters(site)[-1])
    assert deliveries(site) == []


def test_the_reader_gets_it_in_their_own_language(brings_the_issue: Site) -> None:
    site = brings_the_issue
    told = Extracted(
        title="Կամուրջը բացվեց", text="Քարե կամուրջը բացվեց երկուշաբթի օրը։ " * 12, language="hy",
        url="https://news.example.org/hy/bridge", published=NOW,
    )  # fmt: skip
    with site.context.database.writing() as session:
        item = find_issue(session).items[0]
        armenian = keep(session, told, now=NOW).article
        item.translations = [
            {"article_id": armenian.id, "language": "hy", "headline": told.title, "summary": "Քարե կամուրջը բացվեց։",
             "method": "extract"}
        ]  # fmt: skip
    confirmed(site, language="hy")
    answered(site, now())
    mail = letters(site)[-1]
    assert mail["subject"].startswith("Բարի գալուստ")
    assert "Կամուրջը բացվեց" in text_of(mail)
    assert "Bridge" not in text_of(mail)


def test_words_that_run_the_other_way_do_not_stand_within_the_issue(brings_the_issue: Site) -> None:
    site = brings_the_issue
    confirmed(site, language="ar")
    answered(site, now())
    mail = letters(site)[-1]
    assert "أهل" in mail["subject"]
    assert "You are on the list: The Weekly <i>." in text_of(mail)


def another_newsletter(site: Site, address: str = "") -> int:
    """Another newsletter with the same story, approved or, with an address, sent to it; its issue."""
    with site.context.database.writing() as session:
        daily = add_list(session, "daily", now=NOW)
        newsletter = newsletters.add(
            session, "daily", title="The Daily", sender_address="daily@example.org", list_id=daily.id, now=NOW
        )
        article = session.scalars(select(Article)).one()
        item = Item(article_id=article.id, story_key="k", position=1, headline=article.title, summary="S.")
        made = Issue(
            newsletter=newsletter, number=1, state=IssueState.SENT if address else IssueState.APPROVED,
            built_at=NOW, approved_at=NOW, subject="Daily", items=[item],
        )  # fmt: skip
        session.add(made)
        session.flush()
        if address:
            sent = Mailing(
                kind="issue",
                reference=made.id,
                state="done",
                date=NOW,
                starts_at=NOW,
                expires_at=NOW,
                rendition=b"",
            )
            session.add(sent)
            session.flush()
            person = find_person(session, address)
            session.add(
                Delivery(
                    mailing_id=sent.id, recipient_id=person.id, address=address, state=DeliveryState.SENT
                )
            )
        return made.id


def take_daily(site: Site, address: str) -> None:
    with site.context.database.writing() as session:
        join(
            session, find_list(session, "daily"), normalise(address), Change.STATE, Proof("test"),
            signer=site.context.signer, now=NOW, consent="asked",
        )  # fmt: skip


def test_another_newsletter_leaves_out_what_came_with_the_welcome(brings_the_issue: Site) -> None:
    site = brings_the_issue
    confirmed(site)
    answered(site, now())
    issue_id = another_newsletter(site)
    for address in (ADDRESS, "ani@example.org"):  # ani did not get the weekly's issue
        take_daily(site, address)
    with site.context.database.reading() as session:
        issue = session.get_one(Issue, issue_id)
        new, ani = (find_person(session, address).id for address in (ADDRESS, "ani@example.org"))
        assert readers.contents_for(session, issue, new) == ()
        assert [one.number for one in readers.contents_for(session, issue, ani)] == [1]


def test_who_had_the_stories_from_another_newsletter_gets_the_letter_alone(brings_the_issue: Site) -> None:
    site = brings_the_issue
    site.client.post("/subscribe", data={"email": ADDRESS, "list": "weekly"})
    answered(site, now())
    another_newsletter(site, ADDRESS)
    take_daily(site, ADDRESS)
    path = link(letters(site)[-1], "c")
    hidden = re.search(r'name="form" value="([^"]+)"', site.client.get(path).text)
    assert hidden
    site.client.post(path, data={"form": hidden[1]})
    assert answered(site, now()) == 1
    assert "Bridge" not in text_of(letters(site)[-1])


def test_who_had_the_issue_does_not_get_it_again(brings_the_issue: Site) -> None:
    site = brings_the_issue
    confirmed(site)
    answered(site, now())
    with site.context.database.writing() as session:
        person = find_person(session, ADDRESS)
        queue_welcome(site.context, session, person.id, [site.list_id], now())
    assert answered(site, now()) == 1
    assert "Bridge" not in text_of(letters(site)[-1])
    assert len(deliveries(site)) == 1


def test_who_left_meanwhile_gets_no_welcome(brings_the_issue: Site) -> None:
    site = brings_the_issue
    confirmed(site)
    with site.context.database.writing() as session:
        person = find_person(session, ADDRESS)
        unsubscribe(session, person.id, site.list_id, Proof("person"), now=now())
    assert answered(site, now()) == 0
    assert deliveries(site) == []


def through(site: Site, url: str) -> None:
    """Letters leave through this relay from now on."""
    smtp = site.context.settings.smtp.model_copy(update={"url": url})
    object.__setattr__(site.context, "settings", site.context.settings.model_copy(update={"smtp": smtp}))


def test_another_try_is_the_same_message(brings_the_issue: Site) -> None:
    site = brings_the_issue
    confirmed(site)
    through(site, "smtp://127.0.0.1:9")
    assert answered(site, now()) == 0
    (waiting,) = deliveries(site)
    assert waiting.state == DeliveryState.DEFERRED
    through(site, "folder:outbox-mail/")
    assert answered(site, now() + timedelta(minutes=5)) == 1
    (sent,) = deliveries(site)
    assert (sent.id, sent.state, sent.attempts) == (waiting.id, DeliveryState.SENT, 2)
    assert f"<{sent.id:x}." in letters(site)[-1]["message-id"]


@pytest.mark.parametrize(
    ("leaves", "ends"),
    [(True, DeliveryState.SUPPRESSED), (False, DeliveryState.EXPIRED)],
)
def test_one_that_never_left_counts_as_not_received(
    brings_the_issue: Site, leaves: bool, ends: DeliveryState
) -> None:
    site = brings_the_issue
    confirmed(site)
    through(site, "smtp://127.0.0.1:9")
    answered(site, now())
    if leaves:
        with site.context.database.writing() as session:
            person = find_person(session, ADDRESS)
            unsubscribe(session, person.id, site.list_id, Proof("person"), now=now())
    assert answered(site, now() + timedelta(days=2)) == 0
    assert [one.state for one in deliveries(site)] == [ends]


def test_an_issue_that_preflight_refuses_for_the_reader_is_left_out(
    brings_the_issue: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = brings_the_issue
    with site.context.database.writing() as session:
        find_newsletter(session).postal_address = ""
    confirmed(site)
    assert answered(site, now()) == 1
    assert "Bridge" not in text_of(letters(site)[-1])
    assert deliveries(site) == []


def test_the_letter_of_a_private_list_leads_to_a_page_that_its_reader_may_read(site: Site) -> None:
    with site.context.database.writing() as session:
        edit_list(find_list(session, "weekly"), {"welcome": "letter"})
        find_issue(session).state = IssueState.SENT
    site.client.post("/subscribe", data={"email": ADDRESS, "list": "weekly"})
    answered(site, now())
    with site.context.database.writing() as session:
        find_list(session, "weekly").public = False
    path = link(letters(site)[-1], "c")
    hidden = re.search(r'name="form" value="([^"]+)"', site.client.get(path).text)
    assert hidden
    site.client.post(path, data={"form": hidden[1]})
    answered(site, now())
    assert site.client.get(link(letters(site)[-1], "v")).status_code == 200
    assert site.client.get("/a/weekly/1").status_code == 404
