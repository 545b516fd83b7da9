"""Correcting an issue: words, places, blocks; two editors at once; nothing that was typed is lost."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from digest.issues import Item
from digest.issues.tables import IssueChange

from .conftest import ITEMS, STORIES, Browser, Desk, words

ISSUE = "/n/weekly/1"


def _form(browser: Browser, place: int) -> dict[str, str]:
    """The edit form of the item at this place, as its page has filled it in."""
    page = browser.see(ISSUE)
    (form,) = page.xpath("//li[contains(@class,'row item')]")[place - 1].xpath(
        ".//details[@class='edit']//form"
    )
    return {str(key): str(value or "") for key, value in form.fields.items()}


def test_an_editor_corrects_an_item_and_it_is_marked_and_signed(desk: Desk) -> None:
    ani = desk.signed_in()
    page = ani.press(
        f"{ISSUE}/item", **_form(ani, 1) | {"headline": "A better one", "section": "Town"}, do="save"
    )
    assert "Headline of 1: A better one; section of 1: Town." in words(page, "//p[@role='status']")
    item = desk.issue().items[0]
    assert (item.headline, item.section, sorted(item.edited)) == (
        "A better one",
        "Town",
        ["headline", "section"],
    )
    with desk.context.database.reading() as session:
        (change,) = session.query(IssueChange).all()
        assert (change.by, change.article_id) == ("Ani <ani@example.org>", item.article_id)
    assert "Who did what (1" in words(page)
    assert "role='status'" not in ani.client.get(f"/desk{ISSUE}").text.replace('"', "'")


def test_what_nobody_touched_is_not_marked_as_edited(desk: Desk) -> None:
    ani = desk.signed_in()
    page = ani.press(f"{ISSUE}/item", **_form(ani, 2), do="save")
    assert "Nothing is different now." in words(page)
    assert desk.issue().items[1].edited == []


def test_two_editors_of_different_fields_both_get_theirs(desk: Desk) -> None:
    ani, bob = desk.signed_in(), desk.signed_in("bob@example.org")
    of_ani, of_bob = _form(ani, 1), _form(bob, 1)
    ani.do(f"{ISSUE}/item", **of_ani | {"headline": "Ani’s headline"}, do="save")
    bob.do(f"{ISSUE}/item", **of_bob | {"summary": "Bob’s summary."}, do="save")
    item = desk.issue().items[0]
    assert (item.headline, item.summary) == ("Ani’s headline", "Bob’s summary.")


def test_the_second_of_two_editors_of_one_field_is_told_and_loses_nothing(desk: Desk) -> None:
    ani, bob = desk.signed_in(), desk.signed_in("bob@example.org")
    of_ani, of_bob = _form(ani, 1), _form(bob, 1)
    ani.do(f"{ISSUE}/item", **of_ani | {"summary": "Ani’s summary."}, do="save")
    page = bob.press(
        f"{ISSUE}/item", 409, **of_bob | {"summary": "Bob’s summary.", "headline": "Bob’s"}, do="save"
    )
    assert desk.issue().items[0].summary == "Ani’s summary."
    (form,) = page.xpath("//details[@open]//form[.//textarea]")
    assert form.fields["summary"] == "Bob’s summary."
    assert form.fields["headline"] == "Bob’s"
    assert "Ani’s summary." in words(page, "//div[@class='theirs']")
    assert "Somebody else changed the summary" in words(page, "//*[@role='alert']")
    again = {str(key): str(value or "") for key, value in form.fields.items()}
    bob.do(f"{ISSUE}/item", **again, do="save")
    assert desk.issue().items[0].summary == "Bob’s summary."


def test_a_version_in_another_language_is_corrected_by_itself(desk: Desk) -> None:
    told = {"article_id": 7, "url": "x", "title": "x", "source": "", "language": "hy", "method": "extract"}
    with desk.context.database.writing() as session:
        item = session.query(Item).filter(Item.position == 1).one()
        item.translations = [told | {"headline": "Կամուրջ", "summary": "Քաղաքը։"}]
    ani, bob = desk.signed_in(), desk.signed_in("bob@example.org")
    forms = {}
    for browser in (ani, bob):
        (form,) = browser.see(ISSUE).xpath("//form[input[@name='language'][@value='hy']]")
        forms[browser.token] = {str(key): str(value or "") for key, value in form.fields.items()}
    page = ani.press(f"{ISSUE}/item", **forms[ani.token] | {"headline": "Նոր կամուրջ"}, do="save")
    assert "Headline of 1 in hy: Նոր կամուրջ." in words(page, "//p[@role='status']")
    item = desk.issue().items[0]
    assert (item.translations[0]["headline"], item.edited) == ("Նոր կամուրջ", ["headline:hy"])
    assert item.headline in STORIES
    late = bob.press(f"{ISSUE}/item", 409, **forms[bob.token] | {"headline": "Ուրիշ"}, do="save")
    assert "Նոր կամուրջ" in words(late, "//div[@class='theirs']")
    (form,) = late.xpath("//form[input[@name='language'][@value='hy']]")
    assert form.fields["headline"] == "Ուրիշ"
    assert late.xpath("//form[.//input[@name='section']]")[0].fields["headline"] == item.headline


_ANYTHING = st.dictionaries(
    st.sampled_from(
        ["do", "article", "seen", "headline", "summary", "section", "language", "subject", "intro", "kind", "after",
         "number", "when", "url", "at", "why", "title", "accent", "logo_width", "theme", "override-x"]
    ),
    st.one_of(
        st.text(max_size=40),
        st.sampled_from(["save", "release:position", "use:1", "add", "pin", "try", "1", "2026-12-03T19:00", "event"]),
    ),
)  # fmt: skip


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(["/item", "/lines", "/story", "/block", "/step", ""]), _ANYTHING)
def test_whatever_a_form_holds_is_answered_in_words(
    sqlite_desk: Desk, form: str, fields: dict[str, str]
) -> None:
    browser = _one_browser(sqlite_desk)
    path = f"{ISSUE}{form}" if form else "/n/weekly"
    assert browser.send(path, follow=False, **fields).status_code in (303, 200, 400, 409, 422)


_browsers: dict[int, Browser] = {}


def _one_browser(desk: Desk) -> Browser:
    if id(desk) not in _browsers:
        _browsers[id(desk)] = desk.signed_in()
        _browsers[id(desk)].see(ISSUE)
    return _browsers[id(desk)]


def test_a_field_that_is_wrong_is_said_there_and_kept(desk: Desk) -> None:
    ani = desk.signed_in()
    page = ani.press(f"{ISSUE}/item", 422, **_form(ani, 1) | {"headline": " ", "summary": "Mine."}, do="save")
    assert "A headline has 1 to 500 letters" in words(page, "//*[@role='alert']")
    (form,) = page.xpath("//details[@open]//form[.//textarea]")
    assert form.fields["summary"] == "Mine."
    assert desk.issue().items[0].edited == []


def test_items_move_are_pinned_dropped_and_put_back(desk: Desk) -> None:
    ani = desk.signed_in()
    ani.see(ISSUE)
    first, second = (str(one.article_id) for one in desk.issue().items[:2])
    ani.do(f"{ISSUE}/item", article=first, do="down")
    assert [str(one.article_id) for one in desk.issue().items[:2]] == [second, first]
    ani.do(f"{ISSUE}/item", article=first, do="up")
    ani.do(f"{ISSUE}/item", article=second, do="pin")
    assert desk.issue().items[1].pinned
    ani.do(f"{ISSUE}/item", article=second, do="unpin")
    assert not desk.issue().items[1].pinned
    page = ani.press(f"{ISSUE}/item", article=second, do="drop")
    assert len(desk.issue().items) == ITEMS - 1
    assert "Dropped" in words(page, "//h3")
    ani.press(f"{ISSUE}/item", 422, article=second, do="up")
    ani.do(f"{ISSUE}/story", article=second, do="restore")
    assert str(desk.issue().items[-1].article_id) == second
    ani.press(f"{ISSUE}/item", 422, article=first, do="up")


def test_a_candidate_is_added_last_or_pinned_first_and_never_twice(desk: Desk) -> None:
    ani = desk.signed_in()
    out = [
        row.get("id").removeprefix("candidate-")
        for row in ani.see(ISSUE).xpath("//li[contains(@class,'row out')]")
    ]
    ani.do(f"{ISSUE}/story", article=out[0], do="add")
    page = ani.press(f"{ISSUE}/story", article=out[1], do="pin")
    items = desk.issue().items
    assert [str(items[-1].article_id), str(items[0].article_id)] == out[:2]
    assert items[0].pinned
    assert items[-1].pinned
    assert "put in by an editor" in words(page).lower()
    assert "in the issue already" in words(ani.press(f"{ISSUE}/story", 422, article=out[0], do="add"))
    assert "There is no candidate 999" in words(ani.press(f"{ISSUE}/story", 422, article="999", do="add"))


def test_the_machines_words_come_back_at_once(desk: Desk) -> None:
    ani = desk.signed_in()
    before = desk.issue().items[0]
    ani.do(f"{ISSUE}/item", **_form(ani, 1) | {"headline": "Mine", "summary": "Mine."}, do="save")
    ani.do(f"{ISSUE}/item", article=str(before.article_id), do="release:summary")
    item = desk.issue().items[0]
    assert (item.summary, item.method, item.headline) == (before.summary, before.method, "Mine")
    ani.do(f"{ISSUE}/item", article=str(before.article_id), do="release:headline")
    assert desk.issue().items[0].headline == before.headline
    assert desk.issue().items[0].edited == []


def test_an_edit_survives_a_rebuild(desk: Desk) -> None:
    ani = desk.signed_in()
    ani.do(f"{ISSUE}/item", **_form(ani, 3) | {"headline": "Mine"}, do="save")
    page = ani.press(f"{ISSUE}/step", do="rebuild")
    assert "is built anew" in words(page, "//p[@role='status']")
    assert "Mine" in [one.headline for one in desk.issue().items]


def test_subject_and_preheader_are_proposed_chosen_and_written(desk: Desk) -> None:
    ani = desk.signed_in()
    page = ani.see(ISSUE)
    proposals = page.xpath("//ol[@class='proposals']/li")
    assert len(proposals) == 3
    for one in proposals:
        subject = one.xpath(".//strong")[0].text
        assert str(len(subject)) in one.xpath(".//span[contains(@class,'number')]")[0].text
    page = ani.press(f"{ISSUE}/lines", do="use:2")
    chosen = desk.issue().issue
    assert chosen.subject == proposals[2].xpath(".//strong")[0].text
    assert "edited" in words(page, "//label[@for='subject']")
    (form,) = page.xpath("//div[@id='lines']//form")
    filled = {str(key): str(value or "") for key, value in form.fields.items()}
    ani.press(
        f"{ISSUE}/lines", **filled | {"subject": "By hand", "intro": "**Good morning.**\r\nHello."}, do="save"
    )
    assert (desk.issue().issue.subject, desk.issue().issue.intro) == ("By hand", "**Good morning.**\nHello.")
    ani.do(f"{ISSUE}/lines", do="release")
    assert desk.issue().issue.edited == ["intro"]
    for nonsense in ("use:99", "use:x", "nothing"):
        assert ani.send(f"{ISSUE}/lines", **filled, do=nonsense).status_code in (200, 409)


def test_a_block_is_put_in_changed_and_taken_out(desk: Desk) -> None:
    ani = desk.signed_in()
    ani.see(ISSUE)
    event = {"kind": "event", "after": "2", "title": "Concert", "when": "2026-12-03T19:00"}
    page = ani.press(f"{ISSUE}/block", **event, do="add")
    (block,) = desk.issue().issue.blocks
    assert block["when"] == "2026-12-03T19:00:00+04:00"
    (form,) = page.xpath("//li[@id='block-1']//form")
    assert form.fields["when"] == "2026-12-03T19:00"
    filled = {str(key): str(value or "") for key, value in form.fields.items()}
    ani.do(f"{ISSUE}/block", **filled | {"title": "Big concert"}, do="save")
    assert desk.issue().issue.blocks[0]["title"] == "Big concert"
    late = ani.press(f"{ISSUE}/block", 409, **filled | {"title": "Small concert"}, do="save")
    assert "Small concert" in [one.get("value") for one in late.xpath("//li[@id='block-1']//input")]
    ani.do(f"{ISSUE}/block", number="1", do="remove")
    assert desk.issue().issue.blocks == []


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"kind": "button", "title": "Press", "url": "javascript:alert(1)"}, "not a web address"),
        ({"kind": "poll", "title": "Yes?"}, "needs url"),
        ({"kind": "event", "title": "Concert", "when": "soon"}, "not a time"),
        ({"kind": "note", "markdown": "x", "after": "77"}, "no item 77"),
    ],
)
def test_a_wrong_block_is_said_there_and_kept(desk: Desk, fields: dict[str, str], said: str) -> None:
    ani = desk.signed_in()
    ani.see(ISSUE)
    page = ani.press(f"{ISSUE}/block", 422, **{"after": "1"} | fields, do="add")
    assert said in words(page, "//*[@role='alert']")
    assert "--" not in words(page, "//*[@role='alert']")
    kept = page.xpath("//details[@id='blocks'][@open]//form")[0].fields
    assert {name: kept[name] for name in fields if name != "after"} == {
        name: text for name, text in fields.items() if name != "after"
    }
    assert desk.issue().issue.blocks == []


def test_an_approved_issue_has_no_form_to_edit_it_and_refuses_one(desk: Desk) -> None:
    ani = desk.signed_in()
    filled = _form(ani, 1)
    ani.do(f"{ISSUE}/step", do="approve")
    page = ani.see(ISSUE)
    assert page.xpath("//textarea") == []
    assert "Take the approval back to change it" in words(page)
    refused = ani.press(f"{ISSUE}/item", 422, **filled | {"headline": "Late"}, do="save")
    assert "is approved and cannot be edited" in words(refused)
    assert desk.issue().items[0].headline in STORIES
