"""A walk over every page that a reader can meet, in one language."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import select

from digest.actions import links
from digest.actions.confirm import confirm_url
from digest.actions.move import move_url
from digest.issues import IssueState, find_issue
from digest.signups.tables import SignUp
from subscribers.lists import add_list, find_list
from subscribers.people import describe, find_person
from subscribers.subscribing import Proof, bounce
from subscribers.tables import Subscription

from .world import World

Look = Callable[[str], None]
DESCRIPTION = {
    "en": "One mail on Thursdays: what happened, what it means, and one story worth a walk.",
    "hy": "Մեկ նամակ ամեն հինգշաբթի՝ ինչ եղավ, ինչ է դա նշանակում, և մեկ պատմություն, որ արժե կարդալ։",
    "ar": "رسالة واحدة كل خميس: ما الذي حدث، وماذا يعني، وقصة تستحق القراءة.",
}
TITLES = {
    "en": ("The Weekly", "Bridge opens after four years of work"),
    "hy": ("Շաբաթաթերթ", "Կամուրջը բացվեց չորս տարվա շինարարությունից հետո"),
    "ar": ("الأسبوعية", "افتتاح الجسر بعد أربع سنوات من الأعمال"),
}


def dress(world: World, language: str) -> None:
    """Names, words and a second list in the language, and two issues sent."""
    title, headline = TITLES[language]
    with world.context.database.writing() as session:
        weekly = find_list(session, "weekly")
        weekly.name, weekly.description = title, DESCRIPTION
        if session.scalar(select(Subscription.list_id).limit(1)) is not None:
            add_list(session, "daily", now=datetime.now(UTC), name=f"{title} +", description=DESCRIPTION)
        for number in (1, 2):
            issue = find_issue(session, f"weekly/{number}")
            issue.state, issue.sent_at, issue.subject = IssueState.SENT, datetime.now(UTC), headline
            issue.newsletter.title, issue.newsletter.language = title, language
            issue.preheader = DESCRIPTION[language]
            issue.html = (issue.html or "").replace('lang="en"', f'lang="{language}"')
            if language == "ar":
                issue.html = issue.html.replace('dir="ltr"', 'dir="rtl"')
            for item in issue.items:
                item.headline, item.topics = headline, ["politics", "culture", "sport"]
        describe(session, find_person(session, "faithful@example.org").id, language=language)


def walk(world: World, page: Any, language: str, look: Look) -> None:
    """Open every page, as a reader comes to it, and `look` at each by its name."""
    base, signer = world.context.settings.public_url, world.context.signer
    now = datetime.now(UTC)
    with world.context.database.writing() as session:
        person, weekly = find_person(session, "faithful@example.org").id, find_list(session, "weekly").id
        daily = find_list(session, "daily").id

    page.goto(f"{base}/subscribe/weekly?language={language}")
    look("sign-up")
    page.evaluate("document.querySelector('main form').noValidate = true")
    page.select_option("#language", language)
    page.fill("#email", "nonsense")
    page.click("main form button")
    look("sign-up-wrong")
    page.fill("#email", f"new.{language}@example.org")
    page.select_option("#language", language)
    page.click("main form button")
    look("asked")
    world.mail(f"new.{language}@example.org", 0)
    with world.context.database.reading() as session:
        newcomer = find_person(session, f"new.{language}@example.org").id

    page.goto(confirm_url(world.context, newcomer, [weekly], now - timedelta(days=8)))
    look("expired")
    page.click("main button")
    look("new-link")
    page.goto(confirm_url(world.context, newcomer, [weekly], now))
    look("confirm")
    page.click("main button")
    look("confirmed")

    choices = links.preferences_url(base, signer, person)
    page.goto(choices)
    look("preferences")
    page.select_option(f"#pause-{weekly}", "2w")
    page.check(f"input[name=list][value='{daily}']")
    page.click("main form:first-of-type button")
    look("preferences-saved")
    for summary in page.locator("summary").all():
        summary.click()
    look("preferences-open")
    page.fill("#address", f"moved.{language}@example.org")
    page.click("button[value=move]")
    look("preferences-move")
    world.mail(f"moved.{language}@example.org", 0)
    with world.context.database.reading() as session:
        row = session.scalars(
            select(SignUp.id).where(SignUp.kind == "move").order_by(SignUp.id.desc())
        ).first()
    assert row is not None
    page.goto(move_url(world.context, row, person))
    look("move")
    page.click("main button")
    look("moved")

    page.goto(links.leave_url(base, signer, weekly, person))
    look("leave")
    page.click("main button")
    look("left")
    page.click("button[value=undo]")
    look("stayed")
    page.goto(links.leave_url(base, signer, weekly, person))
    page.click("main button")
    page.click("button[value=all]")
    look("left-all")
    page.check("input[value=too-many]")
    page.click("button[value=reason]")
    look("thank-you")
    page.goto(links.leave_url(base, signer, weekly, person))
    look("not-on-it")
    page.goto(links.leave_url(base, signer, 0, 0))
    look("nothing-to-leave")
    with world.context.database.writing() as session:
        bounce(session, newcomer, Proof("test"), now=now)
    page.goto(links.preferences_url(base, signer, newcomer))
    look("preferences-bounced")
    for summary in page.locator("summary").all():
        summary.click()
    page.check("input[name=sure]")
    page.click("button[value=erase]")
    look("erased")

    page.goto(f"{base}/a/weekly")
    look("archive")
    page.goto(f"{base}/a/weekly/1")
    look("issue")
    page.goto(f"{base}/a/weekly?q=xyz")
    look("archive-nothing")
    page.goto(f"{base}/nothing")
    look("missing")
    page.goto(f"{base}/u")
    look("own-link")
