"""Single pages, and what a site's page says of the site."""

import pytest

from digest.sources.discover import FoundFeed, Site, discover
from digest.sources.errors import Unreadable
from digest.sources.page import page_entry

URL = "https://www.valley.example/news/"
HOME = """<!doctype html><html lang="en-US"><head><meta charset="utf-8"><title>Home – The Valley</title>
<link rel="alternate" type="application/rss+xml" title="Comments" href="/comments/feed/">
<link rel="alternate" type="application/rss+xml" title="The Valley » Feed" href="/feed/">
<link rel="alternate" type="application/feed+json" href="/feed.json">
<link rel="alternate" type="application/json" href="/wp-json/wp/v2/pages/2">
<link rel="https://api.w.org/" href="https://www.valley.example/wp-json/">
<link rel="icon" sizes="32x32" href="/i32.png"><link rel="icon" sizes="192x192" href="/i192.png">
<link rel="apple-touch-icon" sizes="180x180" href="/touch.png">
<meta name="theme-color" content="#0A5E9C"><meta property="og:site_name" content="The Valley &amp; Hills">
<meta name="description" content="News of the valley."></head>
<body><header><img src="/wide-banner.jpg"><img class="custom-logo" src="/logo.svg" alt="The Valley"></header>
<p>Hello</p></body></html>"""


def test_a_site_is_described_by_its_page() -> None:
    assert discover(HOME, URL) == Site(
        url=URL,
        name="The Valley & Hills",
        feeds=(
            FoundFeed("https://www.valley.example/feed/", "The Valley » Feed", "rss"),
            FoundFeed("https://www.valley.example/feed.json", "", "json"),
            FoundFeed("https://www.valley.example/comments/feed/", "Comments", "rss"),
        ),
        wordpress="https://www.valley.example/wp-json/",
        logo="https://www.valley.example/logo.svg",
        favicon="https://www.valley.example/i192.png",
        colour="#0a5e9c",
        language="en-US",
        description="News of the valley.",
    )


def test_the_logo_of_the_publisher_in_json_ld_comes_first() -> None:
    graph = (
        '{"@graph": [{"@type": "NewsMediaOrganization", "logo": {"@type": "ImageObject", "url": "/ld.png"}}]}'
    )
    page = HOME.replace("</head>", f'<script type="application/ld+json">{graph}</script></head>')
    assert discover(page, URL).logo == "https://www.valley.example/ld.png"


def test_a_title_loses_its_home_and_the_touch_icon_is_the_last_logo() -> None:
    page = HOME.replace("og:site_name", "og:x").replace("<img ", "<i ").replace("The Valley » Feed", "Feed")
    site = discover(page, "https://www.valley.example/")
    assert (site.name, site.logo) == ("The Valley", "https://www.valley.example/touch.png")


def test_the_name_is_taken_from_the_feeds_title_or_the_end_of_an_articles() -> None:
    page = HOME.replace("og:site_name", "og:x").replace("Home – The Valley", "A bridge | The Valley Today")
    assert discover(page, URL).name == "The Valley"
    assert discover(page.replace(" » Feed", ""), URL).name == "The Valley Today"


def test_links_that_look_like_feeds_stand_in_when_none_is_declared() -> None:
    site = discover('<body><a href="/about">About</a><a href="/rss.xml">RSS</a></body>', URL)
    assert site.feeds == (FoundFeed("https://www.valley.example/rss.xml", "RSS", "rss"),)


@pytest.mark.parametrize(
    "content", [b"", b"plain words", b"\0\xff\xfe", b"<", b"<html><head>" + b"<div>" * 5000]
)
def test_a_page_of_rubbish_says_nothing_and_breaks_nothing(content: bytes) -> None:
    assert discover(content, URL).feeds == ()


def test_hostile_values_are_dropped() -> None:
    page = (
        '<html lang="not a language"><head><meta name="theme-color" content="red;}body{"><link rel="icon" '
        'href="javascript:x()"><link rel="alternate" type="application/rss+xml" href="file:///etc/passwd"></head></html>'
    )
    site = discover(page, URL)
    assert (site.language, site.colour, site.favicon, site.feeds) == (None, None, None, ())


def test_the_charset_of_http_goes_before_the_pages() -> None:
    page = HOME.replace("The Valley &amp; Hills", "Долина").encode("windows-1251")
    assert discover(page, URL, "windows-1251").name == "Долина"


def test_a_page_is_an_entry_with_the_page_in_it() -> None:
    page = HOME.replace(
        "</head>", '<link rel="canonical" href="https://valley.example/story"></head>'
    ).encode()
    entry = page_entry(page, URL, "utf-8", "text/html")
    assert (entry.url, entry.title, entry.language) == (
        "https://valley.example/story",
        "Home – The Valley",
        "en-US",
    )
    assert entry.document == page


def test_a_canonical_address_of_another_site_is_not_believed() -> None:
    page = b'<head><link rel="canonical" href="https://bank.example/"></head><body>x</body>'
    assert page_entry(page, URL).url == URL


@pytest.mark.parametrize(
    ("content", "kind", "what"),
    [
        (b"%PDF", "application/pdf", "is application/pdf, not a web page"),
        (b" ", "text/html", "is empty"),
        (b"<html><body> </body></html>", "text/html", "is not a web page with text"),
        (b"\0\1\2", "", "is not a web page with text"),
    ],
)
def test_what_is_no_page_is_told(content: bytes, kind: str, what: str) -> None:
    with pytest.raises(Unreadable, match=what):
        page_entry(content, URL, None, kind)
