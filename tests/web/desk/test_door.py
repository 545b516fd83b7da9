"""Who comes in at the desk, and whose forms act: links, cookies, foreign sites, viewers."""

import asyncio
from datetime import timedelta
from email import message_from_bytes, policy

import pytest

from digest.access import editors
from digest.access.tables import SignIn
from digest.actions import sign_in
from digest.web.desk import door

from .conftest import ANI, SITE, VERA, Desk, now, words

ISSUE = "/n/weekly/1"
PAGES = ("", "/n/weekly", ISSUE, f"{ISSUE}/frame", "/n/weekly/theme/classic")
FORMS = (
    "/sign-out", "/n/weekly", "/n/weekly/build", f"{ISSUE}/item", f"{ISSUE}/lines", f"{ISSUE}/story",
    f"{ISSUE}/block", f"{ISSUE}/step", f"{ISSUE}/test",
)  # fmt: skip


def test_a_stranger_is_sent_to_sign_in_and_changes_nothing(desk: Desk) -> None:
    stranger = desk.browser()
    for path in PAGES:
        answer = stranger.client.get(f"/desk{path}", follow_redirects=False)
        assert (answer.status_code, answer.headers["location"]) == (303, "/desk/sign-in")
    for path in FORMS:
        assert "Nothing was changed" in stranger.send(path, follow=False, do="cancel").text
    assert desk.issue().issue.state == "draft"


def test_a_link_from_the_mail_lets_in_once(desk: Desk) -> None:
    browser = desk.browser()
    page = browser.press("/sign-in", address=" ANI@example.org ")
    assert "Look into your mail" in words(page)
    mails = list((desk.context.settings.folder / "mail").rglob("*.eml"))
    (mail,) = [message_from_bytes(one.read_bytes(), policy=policy.default) for one in mails]
    assert mail["to"] == f"Ani <{ANI}>"
    body = mail.get_body(("plain",))
    assert body is not None
    found = next(line for line in body.get_content().splitlines() if line.startswith(f"{SITE}/desk/in/"))
    path = found.removeprefix(f"{SITE}/desk")
    for _ in range(2):  # programs that look at mails open every link
        assert "Welcome, Ani" in words(browser.see(path))
    browser.press(path)
    assert "The Weekly" in words(browser.see())
    assert "no longer good" in words(desk.browser().see(path, 410))
    assert desk.browser().send(path).status_code == 410


def test_every_address_is_answered_alike_and_only_an_editors_gets_a_mail(desk: Desk) -> None:
    answers = {
        address: desk.browser().send("/sign-in", address=address) for address in (ANI, "x@example.org")
    }
    known, unknown = answers.values()
    assert (known.status_code, known.text) == (unknown.status_code, unknown.text) == (200, known.text)
    assert len(list((desk.context.settings.folder / "mail").rglob("*.eml"))) == 1
    with desk.context.database.reading() as session:
        assert session.query(SignIn).count() == 2


def test_asking_too_often_is_refused_for_everybody_alike(desk: Desk) -> None:
    browser = desk.browser()
    for number in range(12):
        assert browser.send("/sign-in", address=f"{number}@example.org").status_code == 200
    for address in (ANI, "x@example.org"):
        assert "Too many links" in browser.send("/sign-in", address=address).text


def test_a_relay_that_is_away_tells_no_stranger(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    broken = desk.context.settings.smtp.model_copy(update={"url": "smtp://127.0.0.1:9"})
    away = desk.context.settings.model_copy(update={"smtp": broken})
    desk.app.state.context = type(desk.context)(away, desk.context.database, desk.context.signer)
    answer = desk.browser().send("/sign-in", address=ANI)
    assert answer.status_code == 200
    assert "could not be mailed" in caplog.text


def test_the_cookie_is_strict_secret_and_for_the_desk_only(desk: Desk) -> None:
    browser = desk.browser()
    path = sign_in.link(desk.context, ANI, now()).removeprefix(f"{SITE}/desk")
    header = (
        browser.client.post(f"/desk{path}", headers={"Origin": SITE}, follow_redirects=False)
        .headers["set-cookie"]
        .lower()
    )
    for part in ("httponly", "samesite=strict", "secure", "path=/desk", "max-age=1209600"):
        assert part in header


def test_a_cookie_stolen_before_signing_out_opens_nothing_after_it(desk: Desk) -> None:
    ani = desk.signed_in()
    ani.see()
    thief = desk.browser()
    thief.client.cookies.set(door.COOKIE, ani.client.cookies[door.COOKIE])
    assert "The Weekly" in words(thief.see())
    assert "signed out" in words(ani.press("/sign-out"))
    assert "Sign in to the desk" in words(thief.see())
    assert "Sign in to the desk" in words(ani.see())


def test_an_idle_session_is_asked_to_sign_in_again(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    ani = desk.signed_in()
    monkeypatch.setattr("digest.access.sessions.IDLE", timedelta(0))
    assert "Sign in to the desk" in words(ani.see())


def test_a_form_of_another_site_or_session_acts_for_nobody(desk: Desk) -> None:
    ani, bob = desk.signed_in(), desk.signed_in("bob@example.org")
    ani.see(ISSUE)
    bob.see(ISSUE)
    fields = {"do": "cancel", "article": "1", "title": "Stolen"}
    for path in FORMS:
        for origin in (
            "https://evil.example",
            "null",
            "http://news.example.org",
            f"{SITE}.evil.example",
            None,
        ):
            assert ani.send(path, origin, **fields).status_code == 403
        for token in ("", "x", bob.token, "k1.0.AAAAAAAAAAAAAAAAAAAAAA"):
            assert ani.send(path, form=token, **fields).status_code == 403
    assert desk.issue().issue.state == "draft"
    assert "The Weekly" in words(ani.see())


def test_a_link_pressed_from_another_site_lets_nobody_in(desk: Desk) -> None:
    path = sign_in.link(desk.context, ANI, now()).removeprefix(f"{SITE}/desk")
    browser = desk.browser()
    assert browser.send(path, "https://evil.example").status_code == 403
    assert "Sign in to the desk" in words(browser.see())
    assert browser.send("/sign-in", "https://evil.example", address=ANI).status_code == 403


def test_a_viewer_sees_everything_and_changes_nothing(desk: Desk) -> None:
    vera = desk.signed_in(VERA)
    page = vera.see(ISSUE)
    assert "looks only" in words(page, "//header")
    assert page.xpath("//main//form[@method='post']") == []
    for path in FORMS[1:]:
        assert "You may look, not change" in words(vera.press(path, 403, do="cancel"))
    assert desk.issue().issue.state == "draft"
    assert "signed out" in words(vera.press("/sign-out"))


def test_what_was_typed_into_a_page_of_a_session_that_is_over_is_not_lost(desk: Desk) -> None:
    ani = desk.signed_in()
    ani.see(ISSUE)
    old = ani.token
    ani.send("/sign-out")
    page = ani.press(f"{ISSUE}/item", 403, form=old, article="1", summary="Two hours <b>of work</b>")
    assert [one.text for one in page.xpath("//pre")] == ["Two hours <b>of work</b>"]
    again = desk.signed_in()
    again.see(ISSUE)
    page = again.press(f"{ISSUE}/item", 403, form=old, article="1", summary="Two hours of work")
    assert "you have signed in anew since" in words(page)


def test_an_editor_who_is_removed_is_out_at_the_next_click(desk: Desk) -> None:
    ani = desk.signed_in()
    ani.see()
    with desk.context.database.writing() as session:
        editors.remove(session, ANI)
    assert "Sign in to the desk" in words(ani.see())


def test_every_page_is_kept_by_nobody_framed_by_nobody_and_runs_no_script_in_it(desk: Desk) -> None:
    ani = desk.signed_in()
    for path in ("", "/n/weekly", ISSUE, "/sign-in", "/in/x"):
        answer = ani.client.get(f"/desk{path}")
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "script-src 'self'" in policy
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["referrer-policy"] == "same-origin"
        assert "style=" not in answer.text
        assert "onclick" not in answer.text
    for path in (f"{ISSUE}/frame", "/n/weekly/theme/plain"):
        policy = ani.client.get(f"/desk{path}").headers["content-security-policy"]
        assert "script-src" not in policy
        assert "sandbox" in policy
        assert "frame-ancestors 'self'" in policy


def test_an_unknown_page_is_said_in_words(desk: Desk) -> None:
    ani = desk.signed_in()
    assert "no issue No. 99" in words(ani.see("/n/weekly/99", 404))
    assert "There is no newsletter 'nothing'" in words(ani.see("/n/nothing", 404))


def test_the_mail_with_the_link_says_what_it_is(desk: Desk) -> None:
    asked = sign_in.ask(desk.context, ANI, "127.0.0.1", now())
    asyncio.run(sign_in.mail(desk.context, asked, now()))
    (file,) = (desk.context.settings.folder / "mail").rglob("*.eml")
    mail = message_from_bytes(file.read_bytes(), policy=policy.default)
    assert mail["subject"] == "Your link to the desk"
    body = mail.get_body(("html",))
    assert body is not None
    assert asked.url in body.get_content()
    assert "fifteen minutes" in body.get_content()
