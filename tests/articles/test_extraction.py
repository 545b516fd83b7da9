"""Pages as newsrooms serve them, and what is no article."""

from contextlib import suppress
from datetime import UTC, datetime

import pytest
from newsroom_pages import ARABIC, ARMENIAN, ENGLISH

from digest.articles import extract, extract_bytes, extract_fragment, extract_text
from digest.articles.extracted import Hints
from digest.articles.identity import identity
from digest.articles.problem import NoArticle

URL = "https://courier.example/2026/05/bridge/?utm_source=x"


def test_the_text_holds_the_article_and_nothing_around_it() -> None:
    found = extract(ENGLISH, URL)
    assert found.paragraphs == [
        "The bridge over the Debed closes on Monday for five weeks, the ministry of roads said.",
        "Buses will go round by Odzun, and the fare of 200 drams will not change, the ministry said in a "
        "letter to the town council.",
        "What drivers should know",
        "Lorries over ten tons are sent through Vanadzor.",
        "The footbridge stays open day and night.",
        "“We have waited for these repairs for eleven years,” said Hasmik Alaverdyan, who keeps the shop "
        "at the southern end of it.",
        "The mayor, Karen Melkumyan, said that the work would be paid by the region and that it would be "
        "finished before the harvest.",
    ]


def test_what_the_page_says_about_itself_is_read() -> None:
    found = extract(ENGLISH, URL)
    assert found.title == "Bridge over the Debed closes"
    assert found.byline == "Ani Petrosyan"
    assert (found.dateline, found.credit, found.dateline_line) == (
        "ALAVERDI",
        "Courier News",
        "ALAVERDI (Courier News)",
    )
    assert found.published == datetime(2026, 5, 7, 6, 30, tzinfo=UTC)
    assert found.published is not None
    assert found.published.isoformat() == "2026-05-07T10:30:00+04:00"
    assert found.updated == datetime(2026, 5, 7, 8, 0, tzinfo=UTC)
    assert (found.language, found.section, found.topics, found.comments) == (
        "en",
        "Roads",
        ("bridge", "roads"),
        3,
    )
    assert found.image is not None
    assert (found.image.url, found.image.alt, found.image.width) == (
        "https://courier.example/i/bridge.jpg",
        "The bridge",
        1200,
    )


def test_addresses_lead_to_one_identity() -> None:
    found = extract(ENGLISH, URL)
    assert found.url == "https://courier.example/2026/05/bridge/"
    assert "courier.example?p=41" in found.aliases
    assert [(a.language, a.url) for a in found.alternates] == [
        ("hy", "https://courier.example/hy/2026/05/bridge/")
    ]
    assert identity(found.url) == identity("http://www.courier.example/2026/05/bridge")


def test_the_titles_of_the_related_block_are_kept_apart() -> None:
    assert [(s.title, s.url) for s in extract(ENGLISH, URL).related] == [
        ("Trout return to the upper Debed", "https://courier.example/2026/04/fish/"),
        ("Night train to Tbilisi runs again", "https://courier.example/2026/04/train/"),
    ]


def test_an_armenian_page_that_declares_english_is_armenian() -> None:
    found = extract(ARMENIAN, "https://courier.example/hy/2026/05/bridge/")
    assert (found.language, found.title) == ("hy", "Դեբեդի կամուրջը փակվում է")
    assert (found.dateline, found.credit) == ("ԱԼԱՎԵՐԴԻ", "ԱՐՄԵՆՊՐԵՍ")
    assert found.text.startswith("Դեբեդի վրայի կամուրջը")
    assert found.text.endswith("Հասմիկ Ալավերդյանը։")
    assert [s.title for s in found.related] == ["Ձկները վերադառնում են Դեբեդի վերին հոսանք"]


def test_an_arabic_page_in_a_legacy_charset_is_read() -> None:
    found = extract(ARABIC.encode("windows-1256"), None)
    assert (found.language, found.title, found.byline) == ("ar", "إغلاق الجسر فوق نهر ديبيد", "ليلى حداد")
    assert (found.dateline, found.credit) == ("القاهرة", "رويترز")
    assert found.text.startswith("يغلق الجسر")
    assert found.text.endswith("أحد عشر عاما.")
    assert found.published == datetime(2026, 5, 7, 9, 0, tzinfo=UTC)


def test_the_charset_of_the_http_header_counts_before_that_of_the_page() -> None:
    page = ARABIC.replace("windows-1256", "utf-8").encode("windows-1256")
    assert extract(page, None, Hints(charset="windows-1256")).title == "إغلاق الجسر فوق نهر ديبيد"


def test_hints_fill_what_the_page_leaves_open_and_overrule_nothing() -> None:
    hints = Hints(
        title="From the feed",
        byline="Feed Author",
        published=datetime(2026, 5, 1, tzinfo=UTC),
        section="Feed",
    )
    found = extract(ENGLISH, URL, hints)
    assert (found.title, found.byline, found.section) == (
        "Bridge over the Debed closes",
        "Ani Petrosyan",
        "Roads",
    )
    assert found.published == datetime(2026, 5, 7, 6, 30, tzinfo=UTC)
    armenian = extract(ARMENIAN, None, hints)
    assert (armenian.byline, armenian.section) == ("Feed Author", "Feed")


def test_a_fragment_of_a_feed_is_the_article_whole() -> None:
    body = ENGLISH[ENGLISH.index('<div class="entry-content">') : ENGLISH.index("</article>")]
    found = extract_fragment(body, URL, Hints(title="Bridge over the Debed closes"))
    assert found.text == extract(ENGLISH, URL).text
    assert found.url == "https://courier.example/2026/05/bridge/"


def test_plain_text_loses_the_form_the_sign_up_and_the_related_block() -> None:
    text = "\n\n".join(
        [
            "ODZUN (Courier News) — Trout have come back to the upper Debed, fishermen of the village said "
            "on Thursday.",
            "“They were gone for nine years,” said Vardan Sargsyan, who mends nets at the old mill and "
            "counts the fish each spring.",
            "The river was cleaned after the copper works closed their pond, and the water is now fit for "
            "fish, the province said.",
            "Leave a Reply",
            "Your email address will not be published. Required fields are marked *",
            "Sign Up for Our Newsletters",
            "Get notified of the latest updates from The Courier.",
            "You May Also Like",
            "Night train to Tbilisi runs again",
            "AYRUM — After a winter without a train…",
        ]
    )
    found = extract_text(text)
    assert found.text.startswith("Trout have come back")
    assert found.text.endswith("the province said.")
    assert (found.dateline, found.credit) == ("ODZUN", "Courier News")
    assert [s.title for s in found.related] == ["Night train to Tbilisi runs again"]


def test_markdown_with_front_matter_is_read() -> None:
    text = (
        "---\ntitle: Trout return\nauthor: Ani Petrosyan\ndate: 2026-05-07T10:30:00+04:00\nlang: en\n"
        "tags: river, fish\n---\n\n# Ignored?\n\nFirst *paragraph* of it.\n\n- one\n- two\n"
    )
    found = extract_bytes(text.encode(), "trout.md")
    assert (found.title, found.byline, found.topics) == ("Trout return", "Ani Petrosyan", ("river", "fish"))
    assert found.published == datetime(2026, 5, 7, 6, 30, tzinfo=UTC)
    assert found.paragraphs == ["First paragraph of it.", "one", "two"]


def test_a_paragraph_stands_once_though_the_page_shows_it_twice() -> None:
    lead = "<p>The bridge over the Debed closes on Monday for five weeks, the ministry of roads said.</p>"
    page = ENGLISH.replace(
        '<div class="entry-content">', f'<div class="summary">{lead}</div><div class="entry-content">{lead}'
    )
    text = extract(page, URL).text
    assert text.count("closes on Monday") == 1


NO_ARTICLES = {
    "an empty page": "",
    "no running text": "<html><body><nav><a href='/'>Home</a></nav></body></html>",
    "only": "<html><body><nav>"
    + "<a href='/x'>Section of the site</a> " * 40
    + "</nav><p>Sign in to go on.</p></body></html>",
    "a feed": "<rss><channel><item><title>One</title></item></channel></rss>",
    "an error page": "<html><head><title>Page not found</title></head><body><p>"
    + "The page that you look for is gone. " * 8
    + "</p></body></html>",
}


@pytest.mark.parametrize("found", NO_ARTICLES)
def test_what_is_no_article_is_named(found: str) -> None:
    with pytest.raises(NoArticle, match=found) as caught:
        extract(NO_ARTICLES[found], "https://courier.example/x")
    assert "https://courier.example/x" in str(caught.value)


def test_hostile_depth_and_size_end_in_a_sentence_or_a_text() -> None:
    page = (
        "<html><body>"
        + "<div>" * 10_000
        + "<p>"
        + "A long sentence about the river and its fish. " * 20
        + "</p></body></html>"
    )
    with suppress(NoArticle):
        assert "river" in extract(page, None).text
    with pytest.raises(NoArticle, match="MB"):
        extract(b" " * 20_000_001, None)


def test_slot_markers_never_survive() -> None:
    page = ENGLISH.replace("eleven years", "eleven\ue000address\ue001 years").replace(
        "Bridge over", "Bridge \ue000name\ue001 over"
    )
    found = extract(page, URL)
    assert not set("\ue000\ue001") & set(found.text + found.title)


@pytest.mark.parametrize(
    ("page", "what"),
    [
        (
            "<html><body><form><label>Name <input></label><button>Go</button></form></body></html>",
            "running text",
        ),
        (
            "<html><body><ul>"
            + "".join(f'<li><a href="/{n}">Department number {n}</a></li>' for n in range(40))
            + "</ul><p>Write to us at any hour, or call.</p></body></html>",
            "a page of links",
        ),
    ],
)
def test_a_form_or_a_menu_is_no_article(page: str, what: str) -> None:
    with pytest.raises(NoArticle, match=what):
        extract(page, "https://news.example/contact/")
