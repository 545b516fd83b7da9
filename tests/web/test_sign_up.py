"""Signing up and confirming: from the form to the list, and what strangers cannot do with it."""

import re
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from digest.actions import links
from digest.actions.confirm import Standing, confirm
from digest.issues import IssueState, find_issue
from digest.issues.finding import find_newsletter
from digest.signups.tables import SignUp
from subscribers.history import history
from subscribers.lists import add_list, edit_list, find_list
from subscribers.people import find_person
from subscribers.subscribing import Proof, complain, unsubscribe
from subscribers.tables import Subscriber, Subscription, SubscriptionState

from .conftest import NOW, Site
from .letters import answered, letters, link


def now() -> datetime:
    return datetime.now(UTC)


def _ask(site: Site, address: str, **form: Any) -> Any:
    return site.client.post(
        "/subscribe", data={"email": address, "list": "weekly", **form}, follow_redirects=False
    )


def _hidden(page: str) -> str:
    found = re.search(r'name="form" value="([^"]+)"', page)
    assert found
    return found[1]


def _press(site: Site, path: str, **form: Any) -> Any:
    return site.client.post(path, data={"form": _hidden(site.client.get(path).text), **form})


def _state(site: Site, address: str) -> str | None:
    with site.context.database.reading() as session:
        return session.scalar(
            select(Subscription.state)
            .join(Subscriber, Subscriber.id == Subscription.subscriber_id)
            .where(Subscriber.email == address, Subscription.list_id == site.list_id)
        )


def test_who_asks_and_confirms_is_on_the_list_with_the_proof_of_it(site: Site) -> None:
    answer = _ask(site, "New.Reader@Example.org", wording="1", language="fr")
    assert "Consultez" in answer.text or "mailbox" in answer.text
    assert answered(site, now()) == 1
    (letter,) = letters(site)
    assert letter["to"] == "New.Reader@example.org"
    assert letter["list-unsubscribe"] is None
    path = link(letter, "c")
    for method in ("GET", "HEAD"):
        assert site.client.request(method, path).status_code == 200
    assert _state(site, "new.reader@example.org") == SubscriptionState.UNCONFIRMED
    assert _press(site, path).status_code == 200
    assert _state(site, "new.reader@example.org") == SubscriptionState.CONFIRMED
    with site.context.database.reading() as session:
        person = find_person(session, "new.reader@example.org")
        asked, confirmed = history(session, person.id)
        assert (asked.change, asked.wording) == ("request", "1")
        assert "from testclient" in asked.evidence
        assert confirmed.change == "confirm"
        assert person.language == "fr"
        assert session.scalars(select(SignUp.address)).all() == [""]


def test_pressing_the_button_again_changes_nothing(site: Site) -> None:
    _ask(site, "new@example.org")
    answered(site, now())
    path = link(letters(site)[0], "c")
    form = {"form": _hidden(site.client.get(path).text)}
    for _ in range(2):
        assert site.client.post(path, data=form).status_code == 200
    assert _state(site, "new@example.org") == SubscriptionState.CONFIRMED


def test_two_presses_at_the_same_moment_are_one_consent_and_one_welcome(site: Site) -> None:
    with site.context.database.writing() as session:
        edit_list(find_list(session, "weekly"), {"welcome": "letter"})
    _ask(site, "new@example.org")
    answered(site, now())
    token = link(letters(site)[0], "c").removeprefix("/c/")
    with ThreadPoolExecutor(2) as pool:
        with site.context.database.writing() as session:  # both come while the membership is held by another
            person = find_person(session, "new@example.org")
            session.get(Subscription, (person.id, site.list_id), with_for_update=True)
            pressed = [pool.submit(confirm, site.context, token, (), "page", now()) for _ in range(2)]
            time.sleep(0.3)
        assert {one.result().standing for one in pressed} == {Standing.DONE}
    with site.context.database.reading() as session:
        changes = [one.change for one in history(session, person.id)]
    assert changes == ["request", "confirm"]
    assert answered(site, now()) == 1


def test_a_used_link_does_not_bring_back_who_has_left(site: Site) -> None:
    _ask(site, "new@example.org")
    answered(site, now())
    path = link(letters(site)[0], "c")
    form = {"form": _hidden(site.client.get(path).text)}
    site.client.post(path, data=form)
    with site.context.database.writing() as session:
        person = find_person(session, "new@example.org")
        later = now() + timedelta(seconds=2)
        unsubscribe(session, person.id, site.list_id, Proof("person"), now=later)
    assert site.client.post(path, data=form).status_code == 400
    assert _state(site, "new@example.org") == SubscriptionState.UNSUBSCRIBED


def test_every_address_gets_the_same_answer(site: Site) -> None:
    with site.context.database.writing() as session:
        gone = add_list(session, "other", now=NOW, public=False)
        assert gone.id
    _ask(site, "angry@example.org")
    answered(site, now())
    with site.context.database.writing() as session:
        complain(session, find_person(session, "angry@example.org").id, Proof("report"), now=now())
    answers = [_ask(site, address) for address in ("ani@example.org", "angry@example.org", "new@example.org")]
    bodies = {
        answer.text.replace(address, "X")
        for answer, address in zip(
            answers, ("ani@example.org", "angry@example.org", "new@example.org"), strict=True
        )
    }
    assert len(bodies) == 1
    assert {answer.status_code for answer in answers} == {200}
    written = len(letters(site))
    answered(site, now())
    assert sorted(str(letter["to"]) for letter in letters(site)[written:]) == [
        "ani@example.org",
        "new@example.org",
    ]


def test_who_is_on_the_list_already_is_told_so_by_mail_only(site: Site) -> None:
    _ask(site, "ani@example.org")
    assert answered(site, now()) == 1
    (letter,) = letters(site)
    assert "already" in letter["subject"]
    assert site.client.get(link(letter, "p")).status_code == 200
    assert site.state() == SubscriptionState.CONFIRMED


def test_an_address_gets_one_letter_a_day_however_often_it_is_typed(site: Site) -> None:
    for _ in range(4):
        _ask(site, "new@example.org")
        answered(site, now())
    assert len(letters(site)) == 1
    _ask(site, "new@example.org")
    answered(site, now() + timedelta(hours=25))
    assert len(letters(site)) == 2


def test_several_lists_are_one_letter_and_one_button(site: Site) -> None:
    with site.context.database.writing() as session:
        add_list(session, "daily", now=NOW, name="The Daily")
    site.client.post("/subscribe", data={"email": "new@example.org", "list": ["weekly", "daily"]})
    assert answered(site, now()) == 1
    _press(site, link(letters(site)[0], "c"))
    with site.context.database.reading() as session:
        confirmed = session.scalar(
            select(func.count()).where(Subscription.state == SubscriptionState.CONFIRMED)
        )
    assert confirmed == 3


def test_a_list_asked_for_later_is_offered_on_the_page_and_not_ticked(site: Site) -> None:
    with site.context.database.writing() as session:
        daily = add_list(session, "daily", now=NOW, name="The Daily").id
    _ask(site, "new@example.org")
    answered(site, now())
    _ask(site, "new@example.org", list="daily")
    answered(site, now())
    path = link(letters(site)[0], "c")
    assert "The Daily" in site.client.get(path).text
    _press(site, path, also=daily)
    with site.context.database.reading() as session:
        person = find_person(session, "new@example.org")
        assert session.get_one(Subscription, (person.id, daily)).state == SubscriptionState.CONFIRMED


def test_an_expired_link_changes_nothing_and_offers_a_new_one(site: Site) -> None:
    _ask(site, "new@example.org")
    answered(site, now() - timedelta(days=8))
    with site.context.database.writing() as session:
        for row in session.scalars(select(SignUp)):
            row.at = row.try_at = now() - timedelta(days=8)
    answered(site, now() - timedelta(days=8))
    path = link(letters(site)[0], "c")
    page = site.client.get(path)
    assert "too old" in page.text
    _press(site, path)
    assert _state(site, "new@example.org") == SubscriptionState.UNCONFIRMED
    assert "new link" in _press(site, path, do="again").text
    assert answered(site, now()) == 1
    _press(site, link(letters(site)[-1], "c"))
    assert _state(site, "new@example.org") == SubscriptionState.CONFIRMED


def test_a_welcome_goes_out_where_the_list_has_one(site: Site) -> None:
    with site.context.database.writing() as session:
        find_list(session, "weekly").welcome = True
    _ask(site, "new@example.org")
    answered(site, now())
    _press(site, link(letters(site)[0], "c"))
    assert answered(site, now()) == 1
    welcome = letters(site)[-1]
    assert "Welcome" in welcome["subject"]
    assert "/u/" in welcome["list-unsubscribe"]
    assert welcome["list-unsubscribe-post"] == "List-Unsubscribe=One-Click"


@pytest.mark.parametrize("address", ["", "nonsense", "a@b", "x@example.org\r\nBcc: y@example.org"])
def test_what_is_no_address_is_said_at_the_field(site: Site, address: str) -> None:
    answer = _ask(site, address)
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.text
    assert answered(site, now()) == 0


def test_a_private_or_unknown_list_cannot_be_joined(site: Site) -> None:
    with site.context.database.writing() as session:
        add_list(session, "staff", now=NOW, public=False)
    for slug in ("staff", "nothing"):
        assert _ask(site, "new@example.org", list=slug).status_code == 422
        assert site.client.get(f"/subscribe/{slug}").status_code == 404
    assert answered(site, now()) == 0


def test_what_fills_in_the_hidden_field_is_answered_alike_and_ignored(site: Site) -> None:
    person, machine = _ask(site, "a@example.org"), _ask(site, "b@example.org", website="buy")
    assert machine.text.replace("b@", "a@") == person.text
    assert answered(site, now()) == 1


def test_one_network_can_ask_only_so_often(site: Site) -> None:
    answers = [_ask(site, f"n{number}@example.org") for number in range(14)]
    assert [answer.status_code for answer in answers].count(200) == 12
    assert answers[-1].status_code == 429
    assert answers[-1].headers["retry-after"]


def test_an_embedded_form_leads_back_only_to_allowed_sites(site: Site) -> None:
    thanks = "https://www.example.org/thanks?from=form"
    answer = _ask(site, "a@example.org", thanks=thanks)
    assert (answer.status_code, answer.headers["location"]) == (303, thanks)
    for elsewhere in ("https://evil.example/", "//evil.example", "https://www.example.org@evil.example/",
                      "http://www.example.org/", "javascript:alert(1)", "https://[", "/relative"):  # fmt: skip
        assert _ask(site, "a@example.org", thanks=elsewhere).status_code == 200


def test_a_relay_that_is_away_loses_no_letter(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    _ask(site, "new@example.org")
    smtp = site.context.settings.smtp.model_copy(update={"url": "smtp://127.0.0.1:9"})
    away = site.context.settings.model_copy(update={"smtp": smtp})
    object.__setattr__(site.context, "settings", away)
    assert answered(site, now()) == 0
    folder = smtp.model_copy(update={"url": "folder:outbox-mail/"})
    object.__setattr__(site.context, "settings", away.model_copy(update={"smtp": folder}))
    assert answered(site, now()) == 0
    assert answered(site, now() + timedelta(minutes=5)) == 1


def test_a_new_address_is_used_once_it_has_confirmed(site: Site) -> None:
    path = f"/p/{site.token(links.PREFERENCES, site.reader_id)}"
    wrong = _press(site, path, do="move", address="nonsense")
    assert wrong.status_code == 422
    assert "address-error" in wrong.text
    assert "new address" in _press(site, path, do="move", address="ani.new@example.org").text
    answered(site, now())
    letter = letters(site)[-1]
    assert letter["to"] == "ani.new@example.org"
    move = link(letter, "m")
    site.client.get(move)
    with site.context.database.reading() as session:
        assert session.get_one(Subscriber, site.reader_id).address == "ani@example.org"
    assert _press(site, move).status_code == 200
    with site.context.database.reading() as session:
        assert session.get_one(Subscriber, site.reader_id).address == "ani.new@example.org"
    assert site.client.get(move).status_code == 400


def test_nobody_can_move_to_an_address_that_is_somebody_elses(site: Site) -> None:
    _ask(site, "other@example.org")
    answered(site, now())
    path = f"/p/{site.token(links.PREFERENCES, site.reader_id)}"
    assert "new address" in _press(site, path, do="move", address="other@example.org").text
    assert answered(site, now()) == 0


def test_a_letter_that_cannot_be_written_yet_keeps_no_other_waiting(site: Site) -> None:
    with site.context.database.writing() as session:
        find_newsletter(session).sender_address = "not an address"
    _ask(site, "new@example.org")
    assert answered(site, now()) == 0
    with site.context.database.writing() as session:
        find_newsletter(session).sender_address = "news@example.org"
    _ask(site, "other@example.org")
    assert answered(site, now()) == 1
    assert answered(site, now() + timedelta(hours=2)) == 1


def test_the_page_of_a_newsletter_is_that_of_its_list_with_a_sample_of_the_last_issue(site: Site) -> None:
    with site.context.database.writing() as session:
        newsletter = find_newsletter(session)
        newsletter.slug = "thursday"
        issue = find_issue(session)
        issue.state, issue.items[0].topics = IssueState.SENT, ["politics"]
        issue.built_at = now()
    page = site.client.get("/subscribe/thursday").text
    assert page == site.client.get("/subscribe/weekly").text
    assert 'value="weekly"' in page
    assert "Bridge {{ opens }}" in page
    assert "The stone bridge over the river" in page
    assert 'href="/a/thursday/1"' in page
    assert 'name="topic" value="politics"' in page
    _ask(site, "new@example.org", topic="politics")
    answered(site, now())
    with site.context.database.reading() as session:
        assert find_person(session, "new@example.org").topics == ["politics"]
