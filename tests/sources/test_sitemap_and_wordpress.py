"""Sitemaps and WordPress's REST answers."""

import gzip
from datetime import UTC, datetime
from typing import Any

import pytest

from digest.sources.errors import TooLarge, Unreadable
from digest.sources.sitemap import parse_sitemap
from digest.sources.wordpress import parse_posts, posts_address

URL = "https://valley.example/sitemap.xml"
NEWS = b"""<?xml version="1.0" encoding="UTF-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"
 xmlns:image="http://www.google.com/schemas/sitemap-image/1.1" xmlns:xhtml="http://www.w3.org/1999/xhtml">
<url><loc>https://valley.example/bridge</loc><lastmod>2026-11-05T06:00:00Z</lastmod>
<xhtml:link rel="alternate" hreflang="hy" href="https://valley.example/hy/bridge"/>
<xhtml:link rel="alternate" hreflang="en" href="https://valley.example/bridge"/>
<image:image><image:loc>https://valley.example/b.jpg</image:loc><image:caption>The bridge</image:caption></image:image>
<news:news><news:publication><news:name>V</news:name><news:language>en</news:language></news:publication>
<news:publication_date>2026-11-05T09:00:00+04:00</news:publication_date>
<news:title>Bridge &amp; road</news:title><news:keywords>Transport, Local</news:keywords></news:news></url>
<url><loc>javascript:x()</loc></url>
</urlset>"""


def test_a_news_sitemap_gives_every_field() -> None:
    (entry,) = parse_sitemap(NEWS, url=URL).entries
    assert (entry.url, entry.title, entry.language) == (
        "https://valley.example/bridge",
        "Bridge & road",
        "en",
    )
    assert entry.published == datetime(2026, 11, 5, 5, 0, tzinfo=UTC)
    assert entry.updated == datetime(2026, 11, 5, 6, 0, tzinfo=UTC)
    assert entry.categories == ("Transport", "Local")
    assert entry.alternates == ("https://valley.example/hy/bridge",)
    assert entry.image
    assert (entry.image.url, entry.image.alt) == ("https://valley.example/b.jpg", "The bridge")


def test_a_packed_sitemap_is_unpacked_within_the_limit() -> None:
    assert len(parse_sitemap(gzip.compress(NEWS), url=URL).entries) == 1
    with pytest.raises(TooLarge):
        parse_sitemap(gzip.compress(NEWS + b" " * 5_000_000), url=URL, limit=100_000)


def test_an_index_names_its_sitemaps() -> None:
    index = b"""<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><sitemap><loc>/news.xml</loc>
    <lastmod>2026-11-05</lastmod></sitemap><sitemap><loc>/old.xml</loc></sitemap></sitemapindex>"""
    assert parse_sitemap(index, url=URL).sitemaps == (
        ("https://valley.example/news.xml", datetime(2026, 11, 5, tzinfo=UTC)),
        ("https://valley.example/old.xml", None),
    )


def test_a_sitemap_cut_off_gives_what_is_whole() -> None:
    sitemap = parse_sitemap(NEWS[: NEWS.index(b"<url><loc>javascript")], url=URL)
    assert len(sitemap.entries) == 1
    assert "broken XML" in sitemap.warnings[0]


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"", "is not XML"),
        (b"words", "is not XML"),
        (b"<html><body/></html>", r"is XML \(<html>\)"),
        (
            b'<!DOCTYPE u [<!ENTITY x SYSTEM "file:///etc/passwd">]><urlset><url><loc>&x;</loc></url></urlset>',
            "attack",
        ),
    ],
)
def test_what_is_no_sitemap_is_told(content: bytes, what: str) -> None:
    with pytest.raises(Unreadable, match=what):
        parse_sitemap(content, url=URL)


def post(**facts: Any) -> dict[str, Any]:
    return {
        "id": 7,
        "date": "2026-11-05T09:00:00",
        "date_gmt": "2026-11-05T05:00:00",
        "modified_gmt": "2026-11-05T06:00:00",
        "guid": {"rendered": "https://valley.example/?p=7"},
        "link": "https://valley.example/bridge/",
        "status": "publish",
        "title": {"rendered": "Bridge &#038; road"},
        "content": {"rendered": '<p>It <a href="/x">opened</a>.</p>', "protected": False},
        "excerpt": {"rendered": "<p>Two lanes.</p>"},
        **facts,
    }


EMBEDDED = {
    "author": [{"id": 1, "name": "Ani Petrosyan"}],
    "wp:featuredmedia": [
        {
            "source_url": "https://valley.example/b.jpg",
            "alt_text": "The bridge",
            "media_details": {"width": 1600, "height": 900},
        }
    ],
    "wp:term": [[{"name": "Transport"}, {"name": "Uncategorized"}], [{"name": "Roads &amp; rail"}]],
    "replies": [[{"id": 1}, {"id": 2}]],
}


def test_a_post_gives_every_field() -> None:
    translations = {"hy": "https://valley.example/hy/bridge/", "en": "https://valley.example/bridge/"}
    (entry,) = parse_posts([post(_embedded=EMBEDDED, lang="en", translations=translations)], url=URL)
    assert (entry.url, entry.guid) == ("https://valley.example/bridge/", "https://valley.example/?p=7")
    assert (entry.title, entry.author, entry.summary) == ("Bridge & road", "Ani Petrosyan", "Two lanes.")
    assert entry.published == datetime(2026, 11, 5, 5, 0, tzinfo=UTC)
    assert entry.updated == datetime(2026, 11, 5, 6, 0, tzinfo=UTC)
    assert entry.html == '<p>It <a href="https://valley.example/x">opened</a>.</p>'
    assert (entry.language, entry.comments) == ("en", 2)
    assert entry.categories == ("Transport", "Roads & rail")
    assert entry.alternates == ("https://valley.example/hy/bridge/",)
    assert entry.image
    assert (entry.image.url, entry.image.width, entry.image.alt) == (
        "https://valley.example/b.jpg",
        1600,
        "The bridge",
    )


def test_an_excerpt_that_wordpress_cut_off_is_no_summary() -> None:
    (entry,) = parse_posts([post(excerpt={"rendered": "<p>It opened today and [&hellip;]</p>"})], url=URL)
    assert entry.summary is None


def test_drafts_and_protected_posts_are_left_out() -> None:
    secret = post(content={"rendered": "", "protected": True})
    assert parse_posts([post(status="draft"), secret], url=URL) == []


@pytest.mark.parametrize(
    ("document", "what"),
    [
        ({"code": "rest_forbidden", "message": "Sorry, you are not allowed."}, "Sorry, you are not allowed"),
        ({"namespaces": []}, "is not a list of WordPress posts"),
        ([1, 2], "is not a list of WordPress posts"),
        ("words", "is not a list of WordPress posts"),
    ],
)
def test_what_is_no_list_of_posts_is_told(document: object, what: str) -> None:
    with pytest.raises(Unreadable, match=what):
        parse_posts(document, url=URL)


@pytest.mark.parametrize(
    ("url", "start"),
    [
        ("https://v.example", "https://v.example/wp-json/wp/v2/posts?per_page=50&page=1&"),
        ("https://v.example/blog/", "https://v.example/blog/wp-json/wp/v2/posts?"),
        ("https://v.example/wp-json/", "https://v.example/wp-json/wp/v2/posts?"),
        (
            "https://v.example/wp-json/wp/v2/posts?lang=hy",
            "https://v.example/wp-json/wp/v2/posts?lang=hy&per_page",
        ),
        ("https://v.example/?rest_route=/", "https://v.example/?rest_route=/wp/v2/posts&per_page"),
    ],
)
def test_the_address_of_the_posts_is_found_from_any_spelling(url: str, start: str) -> None:
    assert posts_address(url).startswith(start)
