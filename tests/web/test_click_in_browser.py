"""A counted link in Debian's chromium: the reader arrives where the story is, with nothing lost and nothing told."""

from typing import Any

import pytest
from sqlalchemy import select

from digest.actions import track
from digest.actions.compose import compose
from digest.issues import Issue
from digest.tracking.tables import TrackedLink

from .world import CHROMIUM, World

pytestmark = [pytest.mark.browser, pytest.mark.skipif(CHROMIUM is None, reason="needs Debian's chromium")]


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize("mode", ["counts", "persons"])
def test_a_click_arrives_with_query_and_fragment_and_without_a_referrer(
    world: World, browser: Any, mode: str
) -> None:
    story = f"{world.site}/story?list=a&q=%D5%AF%D5%A1%D5%B4#part-2"
    with world.context.database.writing() as session:
        issue = session.scalars(select(Issue).order_by(Issue.id)).first()
        assert issue
        issue.clicks = issue.newsletter.clicks = mode
        rendered = compose(world.context, session, issue)
        track.tracked(world.context, session, issue, rendered.html, rendered.text)
        link = session.scalars(select(TrackedLink)).first()
        assert link
        link.url = story
        address = f"{world.context.settings.public_url}/r/{world.context.signer.sign(track.LINK, link.id)}"
        if mode == "persons":
            address += f"/{track.reader_token(world.context, issue.id, 1)}"
    page = browser.new_context().new_page()
    page.goto(f"{world.site}/mail")
    page.set_content(f'<a href="{address}">Bridge opens</a>')
    page.click("a")
    page.wait_for_url(story)
    assert page.evaluate("location.href") == story
    assert page.evaluate("document.referrer") == ""
    assert page.context.cookies() == []
