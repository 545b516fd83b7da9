"""A correction at the desk: it is looked at with who gets it, and leaves only as it was looked at."""

import asyncio

import pytest

from digest.actions.deliver import sender, settle
from digest.issues.corrections import Correction
from outbox.tables import Delivery

from .conftest import ANI, VERA, Browser, Desk, now, words

ISSUE = "/n/weekly/1"
TEXT = "The vote was on **Tuesday**."


def _sent(desk: Desk) -> Browser:
    """An issue that went to two readers."""
    ani = desk.signed_in()
    ani.see(ISSUE)
    ani.do(f"{ISSUE}/step", do="approve")
    ani.do(f"{ISSUE}/step", do="send")
    asyncio.run(sender(desk.context).run())
    settle(desk.context, now())
    return ani


def _corrections(desk: Desk) -> list[tuple[str, str, str]]:
    with desk.context.database.reading() as session:
        return [(one.subject, one.text, one.by) for one in session.query(Correction)]


def _handed_over(desk: Desk) -> int:
    with desk.context.database.reading() as session:
        return session.query(Delivery).count()


def _seen(page: object) -> str:
    (seen,) = page.xpath("//input[@name='seen']/@value")  # type: ignore[attr-defined]
    return str(seen)


def test_it_is_looked_at_with_who_gets_it_and_sent_after_a_question(desk: Desk) -> None:
    ani = _sent(desk)
    assert ani.see(ISSUE).xpath("//div[@class='steps']//a[text()='Correct …']")
    page = ani.see(f"{ISSUE}/correct")
    assert not page.xpath("//button[@value='send']")
    page = ani.press(f"{ISSUE}/correct", do="try", subject="", text=TEXT)
    assert "goes to 2 readers" in words(page)
    assert "It goes to 2 readers now, and cannot be called back." in words(page)
    (address,) = page.xpath("//iframe/@src")
    mail = ani.client.get(address)
    assert "The vote was on <strong>Tuesday</strong>." in mail.text
    assert "sandbox" in mail.headers["content-security-policy"]
    assert _corrections(desk) == []
    page = ani.press(f"{ISSUE}/correct", do="send", subject="", text=TEXT, seen=_seen(page))
    assert "is handed over to 2 readers" in words(page, "//p[@role='status']")
    ((subject, text, by),) = _corrections(desk)
    assert (text, by) == (TEXT, f"Ani <{ANI}>")
    assert subject.startswith("Correction: ")
    assert _handed_over(desk) == 4
    page = ani.see(f"{ISSUE}/correct")
    assert "by Ani" in words(page, "//ul[@class='plain-list']")
    assert page.xpath("//textarea")[0].text in (None, "")


def test_words_that_nobody_looked_at_do_not_leave_and_are_not_lost(sqlite_desk: Desk) -> None:
    ani = _sent(sqlite_desk)
    page = ani.press(f"{ISSUE}/correct", do="try", subject="", text=TEXT)
    page = ani.press(
        f"{ISSUE}/correct", 409, do="send", subject="Sorry", text="Other words.", seen=_seen(page)
    )
    assert "The words changed after you looked at them" in words(page, "//*[@role='alert']")
    assert page.xpath("//textarea")[0].text_content().strip() == "Other words."
    assert page.xpath("//input[@id='subject']/@value") == ["Sorry"]
    assert _corrections(sqlite_desk) == []
    ani.press(f"{ISSUE}/correct", do="send", subject="Sorry", text="Other words.", seen=_seen(page))
    assert _handed_over(sqlite_desk) == 4


def test_a_second_press_sends_nothing_twice(sqlite_desk: Desk) -> None:
    ani = _sent(sqlite_desk)
    seen = _seen(ani.press(f"{ISSUE}/correct", do="try", subject="", text=TEXT))
    for _ in range(2):
        ani.do(f"{ISSUE}/correct", do="send", subject="", text=TEXT, seen=seen)
    assert len(_corrections(sqlite_desk)) == 1
    assert _handed_over(sqlite_desk) == 4


@pytest.mark.parametrize(("text", "said"), [(" ", "The correction is empty"), ("x" * 5001, "5,001 letters")])
def test_words_that_cannot_be_sent_are_refused_in_words(sqlite_desk: Desk, text: str, said: str) -> None:
    ani = _sent(sqlite_desk)
    page = ani.press(f"{ISSUE}/correct", 422, do="try", subject="", text=text)
    assert said in words(page, "//*[@role='alert']")
    assert not page.xpath("//button[@value='send']")


def test_an_issue_that_has_not_left_is_edited_instead(sqlite_desk: Desk) -> None:
    ani = sqlite_desk.signed_in()
    assert not ani.see(ISSUE).xpath("//a[text()='Correct …']")
    assert "has not been sent" in words(ani.see(f"{ISSUE}/correct", 404))


def test_who_may_only_look_sees_what_was_sent_and_no_form(sqlite_desk: Desk) -> None:
    ani = _sent(sqlite_desk)
    seen = _seen(ani.press(f"{ISSUE}/correct", do="try", subject="", text=TEXT))
    ani.do(f"{ISSUE}/correct", do="send", subject="", text=TEXT, seen=seen)
    vera = sqlite_desk.signed_in(VERA)
    page = vera.see(f"{ISSUE}/correct")
    assert "Correction: " in words(page, "//ul[@class='plain-list']")
    assert not page.xpath("//textarea")
    assert vera.send(f"{ISSUE}/correct", do="send", subject="", text=TEXT, seen=seen).status_code == 403
