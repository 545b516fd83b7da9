"""Links led past us: which, and nothing else in the page."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digest import slots
from digest.tracking.rewriting import as_ascii, countable, rewritten, with_pixel

PUBLIC = "https://news.example.org/digest"
STORY = "https://www.example.org/story?a=1&b=2#comments"


def link(href: str, words: str = "Read it") -> str:
    return f'<td><a class="x" href="{href.replace("&", "&amp;")}" style="color:#000">{words}</a></td>'


def test_a_story_is_counted_once_with_query_and_fragment() -> None:
    page = link(STORY) + link(STORY, "<b>Again</b>") + link("https://www.example.org/other")
    assert countable(page, PUBLIC) == [STORY, "https://www.example.org/other"]


@pytest.mark.parametrize(
    "href",
    [
        "mailto:editor@example.org",
        "tel:+37410000000",
        "javascript:alert(1)",
        "#top",
        "https://user@evil.example/",
        "https://news.example.org/digest/u/token",
        "https://news.example.org/digest/p/token",
        "https://NEWS.example.org/digest/v/token",
        "https://news.example.org/digest/a/weekly/3",
        "https://news.example.org/digest/style/weekly.css",
        slots.marker("unsubscribe_url"),
        slots.marker("preferences_url"),
        slots.marker("web_url"),
        f"https://www.example.org/?who={slots.marker('address')}",
        "https://[broken/",
        "https://www.example.org/" + "x" * 2100,
    ],
)
def test_leaving_choosing_reading_and_what_is_no_web_address_are_never_counted(href: str) -> None:
    assert countable(link(href), PUBLIC) == []


def test_the_sites_own_pages_beside_ours_are_counted() -> None:
    assert countable(link("https://news.example.org/digest-of-the-week"), PUBLIC)
    assert countable(link("https://news.example.org/economy/1"), "https://news.example.org")
    assert countable(link("https://news.example.org/u/1"), "https://news.example.org") == []


@pytest.mark.parametrize("words", ["https://www.example.org/story", "www.example.org", "example.org/story"])
def test_a_link_whose_words_are_an_address_still_goes_where_it_says(words: str) -> None:
    assert countable(link(STORY, words) + link(STORY, "Read it"), PUBLIC) == []


def test_both_parts_lead_past_us_and_prose_stays() -> None:
    html = link(STORY) + '<!--[if mso]><v:rect href="' + STORY.replace("&", "&amp;") + '"><![endif]-->'
    text = f"Story\n[1] {STORY}\nmore (see {STORY}). Not {STORY}x\n"
    new_html, new_text = rewritten(html, text, {STORY: "https://news.example.org/r/1"})
    assert new_html.count('href="https://news.example.org/r/1"') == 2
    assert STORY.replace("&", "&amp;") not in new_html
    assert new_text == (
        f"Story\n[1] https://news.example.org/r/1\nmore (see https://news.example.org/r/1). Not {STORY}x\n"
    )


def test_pictures_and_style_sheets_are_left_alone() -> None:
    page = f'<link rel="x" href="{STORY}"><img src="{STORY}" alt="">'
    assert rewritten(page, "", {STORY: "https://news.example.org/r/1"})[0] == page


def test_the_pixel_stands_at_the_end_and_is_one_dot() -> None:
    page = with_pixel("<body><p>x</p></body></html>", "https://news.example.org/o/1")
    assert page.startswith(
        '<body><p>x</p><img src="https://news.example.org/o/1" alt="" width="1" height="1"'
    )
    assert page.endswith("</body></html>")


def test_a_location_is_ascii_whatever_the_address_was() -> None:
    assert as_ascii("https://www.հայ.example/էջ?q=ա#բ") == (
        "https://www.xn--y9a3aq.example/%D5%A7%D5%BB?q=%D5%A1#%D5%A2"
    )
    assert as_ascii("https://example.org:8443/a%20b?c=d&e#f") == "https://example.org:8443/a%20b?c=d&e#f"
    assert as_ascii("https://example.org/\r\nSet-Cookie: x") == "https://example.org/%0D%0ASet-Cookie:%20x"


@settings(max_examples=50)
@given(st.text(max_size=80), st.text(max_size=80))
def test_a_page_without_counted_links_is_not_changed_by_a_letter(html: str, text: str) -> None:
    assert rewritten(html, text, {}) == (html, text)
