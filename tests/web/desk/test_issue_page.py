"""The page of an issue: everything an editor must see, in words, and nothing of it alive that should not be."""

from lxml import html as parser

from digest.issues import Item
from digest.issues.tables import Issue

from .conftest import ITEMS, STORIES, VERA, Desk, now, words

ISSUE = "/n/weekly/1"
HOSTILE = "<script>alert(1)</script> {{ 7*7 }} </textarea><img src=x onerror=alert(1)> \u202egnp.exe"


def _change(desk: Desk, **values: object) -> None:
    with desk.context.database.writing() as session:
        item = session.query(Item).filter(Item.position == 1).one()
        for name, value in values.items():
            setattr(item, name, value)


def test_the_head_says_what_it_is_and_when_it_leaves(sqlite_desk: Desk) -> None:
    head = words(sqlite_desk.signed_in().see(ISSUE), "//header[@class='head']")
    assert "The Weekly · No. 1" in head
    assert "draft" in head
    assert "once approved, leaves Thu" in head
    assert "09:00, Yerevan time (in" in head
    assert "2 readers" in head


def test_every_candidate_has_its_score_the_parts_of_it_and_the_reason(sqlite_desk: Desk) -> None:
    page = sqlite_desk.signed_in().see(ISSUE)
    rows = page.xpath("//section[contains(@class,'candidates')]//li[@data-row]")
    assert len(rows) == len(STORIES)
    assert sum("in the issue" in row.text_content() for row in rows) == ITEMS
    for row in rows:
        shown = [float(cell.text_content()) for cell in row.xpath(".//td")]
        assert abs(sum(shown[:-1]) - shown[-1]) < 0.03
        assert row.xpath(".//details/p")[0].text_content().strip()
    assert "places went to stories with higher scores" in words(
        page, "//li[contains(@class,'row out')]//details/p"
    )


def test_candidates_are_found_by_word_section_and_state(sqlite_desk: Desk) -> None:
    ani = sqlite_desk.signed_in()
    for query, left in (("q=winter+OVENS", 1), ("q=nothing", 0), ("state=out", 3), ("state=in&q=the", 2)):
        page = ani.see(f"{ISSUE}?{query}")
        assert len(page.xpath("//section[contains(@class,'candidates')]//li[@data-row]")) == left, query
    assert "No candidate is like that" in words(ani.see(f"{ISSUE}?q=nothing"))


def test_items_stand_in_their_order_with_words_and_marks(sqlite_desk: Desk) -> None:
    _change(sqlite_desk, pinned=True, edited=["pinned", "summary"], method="editor", follow_up_of=7)
    page = sqlite_desk.signed_in().see(ISSUE)
    items = page.xpath("//li[contains(@class,'row item')]")
    assert [one.xpath(".//span")[0].text for one in items] == ["1", "2", "3", "4"]
    marks = " ".join(items[0].xpath(".//p[contains(@class,'marks')]")[0].text_content().split())
    for mark in ("pinned", "summary edited", "follow-up to No. 7", "by an editor"):
        assert mark in marks
    assert f"({ITEMS} items," in words(page, "//h2")


def test_what_a_model_said_and_why_it_is_not_used_is_shown(sqlite_desk: Desk) -> None:
    refused = {"answer": "The bridge cost 900 million.", "reasons": ["900 is not in the article"]}
    _change(sqlite_desk, refused=refused)
    shown = words(sqlite_desk.signed_in().see(ISSUE), "//li[contains(@class,'row item')]")
    assert "model refused" in shown
    assert "The bridge cost 900 million." in shown
    assert "900 is not in the article" in shown


def test_a_hostile_headline_is_shown_literally_everywhere(sqlite_desk: Desk) -> None:
    _change(sqlite_desk, headline=HOSTILE, summary=HOSTILE, section=HOSTILE[:60])
    with sqlite_desk.context.database.writing() as session:
        issue = session.query(Issue).one()
        issue.verdicts = [{**one, "title": HOSTILE, "reason": HOSTILE} for one in issue.verdicts]
        issue.subject = HOSTILE
    ani = sqlite_desk.signed_in()
    answer = ani.client.get(f"/desk{ISSUE}")
    assert "<script>alert" not in answer.text
    assert "onerror=alert(1)>" not in answer.text
    page = ani.see(ISSUE)
    assert [one.partition("?")[0] for one in page.xpath("//script/@src")] == ["/desk/desk.js"]
    assert page.xpath("//script[text()]") == []
    assert page.xpath("//img") == []
    assert page.xpath("//textarea[@name='headline']")[0].text == HOSTILE
    assert page.xpath("//input[@name='subject']/@value") == [HOSTILE]
    frame = ani.client.get(f"/desk{ISSUE}/frame").text
    mail = parser.document_fromstring(frame)
    assert mail.xpath("//script | //*[@onerror]") == []
    assert "<script>alert(1)</script>" in mail.text_content()


def test_the_looks_are_a_phone_a_desktop_the_dark_and_the_text(sqlite_desk: Desk) -> None:
    ani = sqlite_desk.signed_in()
    for look in ("phone", "desktop", "dark"):
        page = ani.see(f"{ISSUE}?look={look}")
        (source,) = page.xpath("//iframe/@src")
        assert f"look={look}" in source
        assert page.xpath("//iframe/@sandbox") == ["allow-popups allow-popups-to-escape-sandbox"]
    light = ani.client.get(f"/desk{ISSUE}/frame").text
    assert "prefers-color-scheme" not in light
    assert "@media not all" in light
    dark = ani.client.get(f"/desk{ISSUE}/frame?look=dark").text
    assert "prefers-color-scheme" not in dark
    assert "@media all" in dark
    text = ani.see(f"{ISSUE}?look=text").xpath("//pre")[0].text_content()
    assert STORIES[0] in text
    assert "[1]" in text


def test_preflight_is_beside_the_preview(sqlite_desk: Desk) -> None:
    with sqlite_desk.context.database.writing() as session:
        session.query(Issue).one().newsletter.postal_address = ""
    page = sqlite_desk.signed_in().see(ISSUE)
    assert "must not go out yet" in words(page)
    errors = page.xpath("//ul[@class='findings']/li[@class='error']")
    assert any("postal" in one.text_content().lower() for one in errors)


def test_an_issue_with_nothing_in_it_says_so_in_every_pane(sqlite_desk: Desk) -> None:
    with sqlite_desk.context.database.writing() as session:
        issue = session.query(Issue).one()
        issue.items, issue.verdicts = [], []
    shown = words(sqlite_desk.signed_in().see(ISSUE))
    for sentence in ("There was no candidate", "Nothing is in it", "There is nothing to show yet"):
        assert sentence in shown


def test_a_view_is_kept_by_the_forms_and_nonsense_is_left_out(sqlite_desk: Desk) -> None:
    page = sqlite_desk.signed_in().see(f"{ISSUE}?pane=preview&look=dark&q=x&evil=%22%3E")
    for action in page.xpath("//main//form[@method='post']/@action"):
        assert "pane=preview" in action
        assert "look=dark" in action
        assert "evil" not in action
    page = sqlite_desk.signed_in().see(f"{ISSUE}?pane=%22%3E&look=nothing")
    assert page.xpath("//div[contains(@class,'panes')]/@class") == ["panes issue"]


def test_the_home_page_says_what_is_open_and_what_was_sent(sqlite_desk: Desk) -> None:
    shown = words(sqlite_desk.signed_in(VERA).see())
    assert "2 readers. Leaves every Thursday at 09:00 (Yerevan time)" in shown
    assert "No. 1" in shown
    assert "It must be approved to leave" in shown
    with sqlite_desk.context.database.writing() as session:
        issue = session.query(Issue).one()
        issue.state, issue.sent_at = "sent", now()
    shown = words(sqlite_desk.signed_in().see())
    assert "No issue is open." in shown
    assert "Last issues" in shown
    assert "Build a draft now" in shown
