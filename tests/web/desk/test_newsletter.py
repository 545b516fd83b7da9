"""Sender and look: faults at their fields, colours that can be read, nothing lost, every theme tried on."""

import pytest

from digest.issues.finding import find_newsletter
from digest.issues.tables import Newsletter

from .conftest import Browser, Desk, words

PAGE = "/n/weekly"


def _filled(browser: Browser) -> dict[str, str]:
    (form,) = browser.see(PAGE).xpath("//form[contains(@class,'brand')]")
    return {str(key): str(value or "") for key, value in form.fields.items()}


def _stored(desk: Desk) -> Newsletter:
    with desk.context.database.reading() as session:
        return find_newsletter(session)


def test_everything_of_the_form_is_saved_and_shown_again(desk: Desk) -> None:
    ani = desk.signed_in()
    given = {
        "title": "Weekly News", "sender_name": "The desk", "sender_address": "desk@example.org",
        "reply_to": "answers@example.org", "postal_address": "2 Side Street\nYerevan", "theme": "brief", "comment_links": "every",
        "accent": "#0b5c8a", "ink": "#101010", "ground": "#eeeeee", "heading_font": "Georgia, serif",
        "text_font": "Arial", "header": "Every Thursday", "footer": "Printed on nothing",
        "card_image": "https://news.example.org/card.png", "logo_url": "https://news.example.org/logo.png",
        "logo_alt": "Weekly News", "logo_width": "200", "logo_height": "50",
        "logo_dark_url": "https://news.example.org/dark.png",
        "social_0_name": "Mastodon", "social_0_url": "https://social.example/@weekly",
    }  # fmt: skip
    page = ani.press(PAGE, **_filled(ani) | given, do="save")
    assert "Saved: title" in words(page, "//p[@role='status']")
    assert {name: text for name, text in _filled(ani).items() if name in given} == given
    newsletter = _stored(desk)
    assert (newsletter.title, newsletter.theme) == ("Weekly News", "brief")
    assert newsletter.brand["logo"] == {
        "url": "https://news.example.org/logo.png", "alt": "Weekly News", "width": 200, "height": 50,
        "dark_url": "https://news.example.org/dark.png",
    }  # fmt: skip
    assert newsletter.brand["social"] == [{"name": "Mastodon", "url": "https://social.example/@weekly"}]
    page = ani.press(PAGE, **_filled(ani), do="save")
    assert "Nothing is different now." in words(page)


def test_a_faint_colour_is_refused_with_the_nearest_that_passes_at_one_click(desk: Desk) -> None:
    ani = desk.signed_in()
    page = ani.press(PAGE, 422, **_filled(ani) | {"accent": "#ffcc66", "title": "Typed already"}, do="save")
    fault = words(page, "//div[@data-fault='accent']")
    assert "#ffcc66 has a contrast of 1." in fault
    (offer,) = page.xpath("//div[@data-fault='accent']//button/@value")
    assert _stored(desk).brand == {}
    (form,) = page.xpath("//form[contains(@class,'brand')]")
    typed = {str(key): str(value or "") for key, value in form.fields.items()}
    assert typed["title"] == "Typed already"
    page = ani.press(PAGE, **typed, do=offer)
    assert page.xpath("//input[@name='accent']/@value") == [offer.rpartition(":")[2]]
    assert page.xpath("//input[@name='title']/@value") == ["Typed already"]
    assert _stored(desk).brand == {}
    (form,) = page.xpath("//form[contains(@class,'brand')]")
    ani.do(PAGE, **{str(key): str(value or "") for key, value in form.fields.items()}, do="save")
    assert _stored(desk).brand == {"accent": offer.rpartition(":")[2]}
    assert _stored(desk).title == "Typed already"


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("title", " ", "title must be one line"),
        ("sender_address", "nobody", "sender address must be one email address"),
        ("theme", "nothing", "no theme"),
        ("accent", "red", "is not a colour"),
        ("ground", "#333333", "No dark text can be read on the ground"),
        ("heading_font", "x; } body { display: none", "not a list of font names"),
        ("logo_url", "javascript:alert(1)", "not a web address"),
        ("logo_alt", "A picture without an address", "needs the address of its picture"),
        ("social_3_url", "https://x.example/", "needs its name"),
        ("social_1_name", "X", "its address"),
        ("card_image", "card.png", "not a web address"),
    ],
)
def test_a_fault_is_said_at_its_field_in_plain_words_and_nothing_is_lost(
    sqlite_desk: Desk, field: str, value: str, said: str
) -> None:
    ani = sqlite_desk.signed_in()
    page = ani.press(PAGE, 422, **_filled(ani) | {field: value, "footer": "Typed"}, do="save")
    faults = [one for one in page.xpath("//div[@data-fault]") if one.text_content().strip()]
    assert len(faults) == 1
    assert said in words(page, f"//*[@data-fault='{faults[0].get('data-fault')}']")
    if field != "theme":
        kept = page.xpath(f"//*[@name='{field}']")[0]
        assert (kept.get("value") or kept.text_content()).strip() == value.strip()
    assert page.xpath("//textarea[@name='footer']")[0].text == "Typed"
    assert _stored(sqlite_desk).brand == {}


def test_every_theme_shows_the_stored_look_and_what_is_tried_on(sqlite_desk: Desk) -> None:
    ani = sqlite_desk.signed_in()
    ani.do(PAGE, **_filled(ani) | {"accent": "#0b5c8a"}, do="save")
    page = ani.press(PAGE, **_filled(ani) | {"accent": "#6b1a6b", "footer": "Tried on"}, do="try")
    frames = page.xpath("//iframe/@src")
    assert len(frames) >= 4
    for frame in frames:
        typed = ani.client.get(frame).text
        assert "#6b1a6b" in typed.lower()
        assert "Tried on" in typed
        assert "#0b5c8a" in ani.client.get(frame.removesuffix("?typed")).text.lower()
    assert _stored(sqlite_desk).brand == {"accent": "#0b5c8a"}
    bob = sqlite_desk.signed_in("bob@example.org")
    assert "Tried on" not in bob.client.get(frames[0]).text


def test_a_newsletter_without_an_issue_is_tried_on_with_the_sample(sqlite_desk: Desk) -> None:
    with sqlite_desk.context.database.writing() as session:
        weekly = find_newsletter(session)
        session.add(
            Newsletter(
                slug="daily",
                title="The Daily",
                sender_name="x",
                sender_address="x@example.org",
                list_id=weekly.list_id,
                postal_address="",
                policy={},
                brand={},
                language="hy",
                created_at=weekly.created_at,
            )
        )
    ani = sqlite_desk.signed_in()
    (first, *_) = ani.see("/n/daily").xpath("//iframe/@src")
    assert 'lang="hy"' in ani.client.get(first).text


def test_two_editors_of_one_look_do_not_write_over_each_other(desk: Desk) -> None:
    ani, bob = desk.signed_in(), desk.signed_in("bob@example.org")
    of_ani, of_bob = _filled(ani), _filled(bob)
    ani.do(PAGE, **of_ani | {"title": "Ani’s title"}, do="save")
    bob.do(PAGE, **of_bob | {"footer": "Bob’s footer"}, do="save")
    assert (_stored(desk).title, _stored(desk).brand["footer"]) == ("Ani’s title", "Bob’s footer")
    page = bob.press(PAGE, 409, **of_bob | {"title": "Bob’s title"}, do="save")
    assert "Somebody else changed the title" in words(page, "//div[@data-fault='title']")
    assert "“Ani’s title”" in words(page, "//div[@data-fault='title']")
    assert page.xpath("//input[@name='title']/@value") == ["Bob’s title"]
    assert _stored(desk).title == "Ani’s title"
