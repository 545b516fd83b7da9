"""From approval to sent at the desk: what is asked first, what is refused and why, who it was."""

import asyncio
import socket
import threading
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from digest.actions.deliver import sender, settle
from digest.issues import IssueState
from digest.issues.tables import Issue, IssueChange
from digest.web.desk import issue_steps

from .conftest import ANI, Desk, now, words

ISSUE = "/n/weekly/1"


def _fault(desk: Desk) -> None:
    """A postal address is missing, which preflight does not let pass."""
    with desk.context.database.writing() as session:
        session.query(Issue).one().newsletter.postal_address = ""


def test_what_was_seen_is_approved_by_name(desk: Desk) -> None:
    ani = desk.signed_in()
    (seen,) = ani.see(ISSUE).xpath("//div[@class='steps']//input[@name='seen']/@value")
    page = ani.press(f"{ISSUE}/step", do="approve", seen=seen)
    assert "is approved" in words(page, "//p[@role='status']")
    issue = desk.issue().issue
    assert (issue.state, issue.approved_by) == ("approved", f"Ani <{ANI}>")
    assert "approved by Ani" in words(page, "//header[@class='head']")


def test_nobody_approves_what_changed_after_they_looked(desk: Desk) -> None:
    ani, bob = desk.signed_in(), desk.signed_in("bob@example.org")
    (seen,) = ani.see(ISSUE).xpath("//div[@class='steps']//input[@name='seen']/@value")
    bob.see(ISSUE)
    bob.do(f"{ISSUE}/item", article=str(desk.issue().items[0].article_id), do="drop")
    page = ani.press(f"{ISSUE}/step", 409, do="approve", seen=seen)
    assert "Somebody else changed this" in words(page, "//*[@role='alert']")
    assert desk.issue().issue.state == "draft"


def test_an_error_is_overridden_only_with_a_reason_which_is_recorded(desk: Desk) -> None:
    _fault(desk)
    ani = desk.signed_in()
    rules = [one.removeprefix("override-") for one in ani.see(ISSUE).xpath("//input[@type='checkbox']/@name")]
    assert rules
    assert "must not go out" in words(ani.press(f"{ISSUE}/step", 409, do="approve"), "//*[@role='alert']")
    ticked = {f"override-{rule}": "on" for rule in rules}
    page = ani.press(f"{ISSUE}/step", 409, do="approve", **ticked)
    assert "Say why" in words(page, "//*[@role='alert']")
    assert len(page.xpath("//input[@type='checkbox'][@checked]")) == len(rules)
    page = ani.press(f"{ISSUE}/step", do="approve", why="A test of the desk", **ticked)
    overrides = desk.issue().issue.overrides
    assert {(one["rule"], one["by"], one["why"]) for one in overrides} == {
        (rule, f"Ani <{ANI}>", "A test of the desk") for rule in rules
    }
    assert "by Ani: A test of the desk" in words(page)


def test_an_approved_issue_is_scheduled_in_the_newsletters_zone_and_reopened(desk: Desk) -> None:
    ani = desk.signed_in()
    ani.see(ISSUE)
    ani.do(f"{ISSUE}/step", do="approve")
    local = (now() + timedelta(days=2)).astimezone(ZoneInfo("Asia/Yerevan")).replace(minute=30, second=0)
    page = ani.press(f"{ISSUE}/step", do="schedule", at=f"{local:%Y-%m-%dT%H:%M}")
    assert f"{local:%H:%M}" in words(page, "//p[@role='status']")
    issue = desk.issue().issue
    assert issue.state == IssueState.SCHEDULED
    assert issue.slot == local.replace(microsecond=0)
    page = ani.press(f"{ISSUE}/step", do="reopen")
    assert desk.issue().issue.state == IssueState.DRAFT
    ani.do(f"{ISSUE}/step", do="approve")
    for wrong in ("2020-01-01T09:00", "soon", ""):
        refused = ani.press(f"{ISSUE}/step", 409, do="schedule", at=wrong)
        assert refused.xpath("//details[@open]//input[@id='at']")
    assert desk.issue().issue.state == IssueState.APPROVED


def test_sending_asks_first_hands_over_once_and_can_be_paused_and_cancelled(desk: Desk) -> None:
    ani = desk.signed_in()
    ani.see(ISSUE)
    page = ani.press(f"{ISSUE}/step", do="approve")
    assert "It goes to 2 readers now, and cannot be called back." in words(page)
    page = ani.press(f"{ISSUE}/step", do="send")
    assert "handed over to 2 readers" in words(page, "//p[@role='status']")
    assert "0 of 2 have left, 2 wait" in words(page)
    page = ani.press(f"{ISSUE}/step", do="pause")
    assert "held: nothing leaves until somebody resumes it" in words(page)
    assert f"Paused by Ani <{ANI}>." in words(page)
    ani.do(f"{ISSUE}/step", do="resume")
    page = ani.press(f"{ISSUE}/step", do="pause")
    assert "2 readers do not get it. There is no way back." in words(page)
    page = ani.press(f"{ISSUE}/step", do="cancel")
    assert "is cancelled; 2 readers do not get it." in words(page, "//p[@role='status']")
    assert page.xpath("//div[@class='steps']//form") == []
    with desk.context.database.reading() as session:
        what = [one.what for one in session.query(IssueChange).order_by(IssueChange.id)]
    assert what == ["approved", "sent", "paused", "resumed", "paused", "cancelled"]


def test_a_sent_issue_shows_that_everything_has_left(desk: Desk) -> None:
    ani = desk.signed_in()
    ani.see(ISSUE)
    ani.do(f"{ISSUE}/step", do="approve")
    ani.do(f"{ISSUE}/step", do="send")
    asyncio.run(sender(desk.context).run())
    settle(desk.context, now())
    page = ani.see(ISSUE)
    assert "2 of 2 have left." in words(page)
    assert "sent" in words(page, "//span[contains(@class,'state')]")


def test_a_step_that_the_state_does_not_allow_is_refused_in_words(desk: Desk) -> None:
    ani = desk.signed_in()
    ani.see(ISSUE)
    for step, said in (
        ("send", "has not been approved"), ("pause", "is not being sent"), ("reopen", "is a draft already"),
        ("nonsense", "There is no step 'nonsense'"),
    ):  # fmt: skip
        assert said in words(ani.press(f"{ISSUE}/step", 409, do=step), "//*[@role='alert']")
    assert desk.issue().issue.state == "draft"


def test_a_test_mail_goes_to_whoever_asks_for_it(desk: Desk) -> None:
    ani = desk.signed_in()
    ani.see(ISSUE)
    page = ani.press(f"{ISSUE}/test")
    assert f"as it stands went to {ANI}." in words(page, "//p[@role='status']")
    (mail,) = (desk.context.settings.folder / "mail").rglob("*.eml")
    assert b"[Test] " in mail.read_bytes()
    assert desk.issue().issue.state == "draft"


def test_a_test_mail_that_cannot_leave_says_why(desk: Desk) -> None:
    broken = desk.context.settings.smtp.model_copy(
        update={"url": "smtp://127.0.0.1:9", "relay_patience_seconds": 0.1}
    )
    away = desk.context.settings.model_copy(update={"smtp": broken})
    desk.app.state.context = type(desk.context)(away, desk.context.database, desk.context.signer)
    ani = desk.signed_in()
    ani.see(ISSUE)
    answer = ani.send(f"{ISSUE}/test")
    assert answer.status_code in (200, 409)
    assert "127.0.0.1:9" in answer.text
    assert desk.issue().issue.state == "draft"


def test_a_relay_that_is_slow_holds_no_page(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(issue_steps, "PATIENCE_SECONDS", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        slow = desk.context.settings.smtp.model_copy(
            update={"url": f"smtp://127.0.0.1:{silent.getsockname()[1]}", "relay_patience_seconds": 0}
        )
        settings = desk.context.settings.model_copy(update={"smtp": slow})
        desk.app.state.context = type(desk.context)(settings, desk.context.database, desk.context.signer)
        ani = desk.signed_in()
        ani.see(ISSUE)
        page = ani.press(f"{ISSUE}/test")
        assert "is handed over, and the relay is slow" in words(page, "//p[@role='status']")
        answered, _ = silent.accept()
        answered.close()
    for thread in threading.enumerate():
        if thread.name == issue_steps.SENDING:
            thread.join(30)
            assert not thread.is_alive()


def test_a_second_draft_is_built_from_the_home_page(desk: Desk) -> None:
    ani = desk.signed_in()
    ani.see(ISSUE)
    ani.do(f"{ISSUE}/step", do="cancel")
    page = ani.press("/n/weekly/build")
    assert "No. 2 is built" in words(page, "//p[@role='status']")
    assert "The Weekly · No. 2" in words(page, "//h1")
    refused = ani.press(f"{ISSUE}/step", 409, do="rebuild")
    assert "Only the newest draft is built anew" in words(refused)
