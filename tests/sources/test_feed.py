"""Feeds of every format, and every field of their entries."""

import gzip
from datetime import UTC, datetime

import pytest

from digest.sources.feed import parse_feed
from tests.sources.written import URL, atom, only, rss


def test_rss_gives_every_field_of_an_entry() -> None:
    feed = parse_feed(
        rss(
            "<title>Bridge &amp; road open</title><link>https://valley.example/bridge</link>"
            '<guid isPermaLink="false">b1</guid><pubDate>Thu, 05 Nov 2026 09:00:00 +0400</pubDate>'
            "<dc:creator>Ani Petrosyan</dc:creator><category>Transport</category><category>Local</category>"
            "<slash:comments>12</slash:comments>"
            "<description>It carries &lt;b&gt;two&lt;/b&gt; lanes.</description>"
            "<content:encoded><![CDATA[<p>The bridge opened.</p>]]></content:encoded>"
            '<media:content url="/img/bridge.jpg" medium="image" width="1200" height="675"/>',
            channel="<language>en-us</language>",
        ),
        url=URL,
    )
    assert (feed.format, feed.title, feed.home, feed.language) == (
        "rss2.0", "The Valley", "https://valley.example/", "en-US",
    )  # fmt: skip
    (entry,) = feed.entries
    assert entry.url == "https://valley.example/bridge"
    assert entry.title == "Bridge & road open"
    assert entry.guid == "b1"
    assert entry.published == datetime(2026, 11, 5, 5, 0, tzinfo=UTC)
    assert entry.author == "Ani Petrosyan"
    assert entry.categories == ("Transport", "Local")
    assert entry.comments == 12
    assert entry.summary == "It carries two lanes."
    assert entry.html == "<p>The bridge opened.</p>"
    assert entry.language == "en-US"
    assert entry.image
    assert (entry.image.url, entry.image.width, entry.image.height) == (
        "https://valley.example/img/bridge.jpg", 1200, 675,
    )  # fmt: skip


def test_atom_gives_every_field_of_an_entry() -> None:
    entry = only(
        atom(
            "<title>Bridge opens</title><link href='/bridge'/><link rel='replies' href='/c' thr:count='3'/>"
            "<link rel='alternate' hreflang='hy' href='https://valley.example/hy/bridge'/>"
            "<published>2026-11-05T09:00:00+04:00</published><updated>2026-11-05T12:30:00Z</updated>"
            "<author><name>Ani</name></author><author><name>Aram</name></author>"
            "<category term='t' label='Transport'/>"
            "<summary>Two lanes.</summary><content type='html' xml:lang='hy'>&lt;p>Բացվեց&lt;/p></content>"
        )
    )
    assert entry.url == "https://valley.example/bridge"
    assert entry.published == datetime(2026, 11, 5, 5, 0, tzinfo=UTC)
    assert entry.updated == datetime(2026, 11, 5, 12, 30, tzinfo=UTC)
    assert (entry.author, entry.categories, entry.comments) == ("Ani, Aram", ("Transport",), 3)
    assert (entry.html, entry.summary, entry.language) == ("<p>Բացվեց</p>", "Two lanes.", "hy")
    assert entry.alternates == ("https://valley.example/hy/bridge",)


def test_an_atom_entry_without_author_has_the_feeds_author() -> None:
    assert only(atom("<title>x</title>", feed="<author><name>The Desk</name></author>")).author == "The Desk"


def test_rdf_is_read_and_its_date_is_the_published_one() -> None:
    feed = parse_feed(
        b'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" '
        b'xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>Old</title></channel>'
        b'<item rdf:about="https://o.example/1"><title>One</title><link>https://o.example/1</link>'
        b"<dc:date>2026-11-05T05:00:00Z</dc:date></item></rdf:RDF>",
        url=URL,
    )
    assert feed.format == "rdf1.0"
    assert feed.entries[0].published == datetime(2026, 11, 5, 5, 0, tzinfo=UTC)


def test_old_rss_with_its_doctype_is_read() -> None:
    content = (
        b'<?xml version="1.0"?><!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN" '
        b'"http://my.netscape.com/publish/formats/rss-0.91.dtd"><rss version="0.91"><channel>'
        b"<title>Old</title><item><title>One</title><link>https://o.example/1</link></item></channel></rss>"
    )
    feed = parse_feed(content, url=URL)
    assert (feed.format, len(feed.entries)) == ("rss0.91", 1)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("Thu, 05 Nov 2026 09:00:00 EST", datetime(2026, 11, 5, 14, 0, tzinfo=UTC)),
        ("Thu, 05 Nov 2026 09:00:00 PDT", datetime(2026, 11, 5, 16, 0, tzinfo=UTC)),
        ("Thu, 5 Nov 26 09:00 GMT", datetime(2026, 11, 5, 9, 0, tzinfo=UTC)),
        ("2026-11-05 09:00:00 +0400", datetime(2026, 11, 5, 5, 0, tzinfo=UTC)),
        ("2026-11-05T09:00:00.123Z", datetime(2026, 11, 5, 9, 0, tzinfo=UTC)),
        ("yesterday", None),
        ("Thu, 05 Fog 2026 09:00:00 GMT", None),
        ("Thu, 01 Jan 1970 00:00:00 GMT", None),
    ],
)
def test_dates_become_utc_and_what_is_no_date_becomes_none(written: str, read: datetime | None) -> None:
    published = only(rss(f"<title>x</title><pubDate>{written}</pubDate>")).published
    assert (published.replace(microsecond=0) if published else None) == read


def test_an_entry_without_a_date_has_none() -> None:
    assert only(rss("<title>x</title>")).published is None


def test_the_publishers_link_is_taken_instead_of_feedburners() -> None:
    entry = only(
        rss(
            "<title>x</title><link>http://feedproxy.google.com/~r/v/~3/1</link>"
            "<feedburner:origLink>https://valley.example/x</feedburner:origLink>"
        )
    )
    assert entry.url == "https://valley.example/x"


def test_a_guid_that_is_an_address_stands_in_for_a_missing_link() -> None:
    assert (
        only(rss("<title>x</title><guid>https://valley.example/g</guid>")).url == "https://valley.example/g"
    )


@pytest.mark.parametrize(
    "link", ["javascript:alert(1)", "mailto:a@b.example", "file:///etc/passwd", "data:text/html,x"]
)
def test_a_link_that_is_no_web_address_is_none(link: str) -> None:
    assert only(rss(f"<title>x</title><link>{link}</link>")).url is None


def test_a_description_that_is_the_whole_story_is_its_text() -> None:
    story = "<p>" + "The council met on Monday and voted. " * 40 + "</p>"
    entry = only(rss(f"<title>x</title><description><![CDATA[{story}]]></description>"))
    assert entry.html
    assert entry.html.startswith("<p>The council")
    assert entry.summary is None


def test_the_syndication_note_of_wordpress_is_left_out() -> None:
    note = '<p>The post <a href="https://v.example/x">X</a> appeared first on <a href="https://v.example">V</a>.</p>'
    entry = only(
        rss(
            f"<title>x</title><description><![CDATA[<p>Teaser.</p>\n{note}]]></description>"
            f"<content:encoded><![CDATA[<p>Whole.</p>\n{note}]]></content:encoded>"
        )
    )
    assert (entry.summary, entry.html) == ("Teaser.", "<p>Whole.</p>")


def test_mail_addresses_of_authors_are_left_out() -> None:
    assert (
        only(rss("<title>x</title><author>ani@valley.example (Ani Petrosyan)</author>")).author
        == "Ani Petrosyan"
    )
    assert only(rss("<title>x</title><author>desk@valley.example</author>")).author is None


def test_xml_base_and_relative_addresses_are_resolved_in_links_and_content() -> None:
    entry = only(
        b'<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://cdn.example/a/"><title>t</title><entry><id>1</id>'
        b'<title>x</title><link href="one"/><content type="html">&lt;img src="p.jpg" width="600">'
        b'&lt;a href="/z">z&lt;/a></content></entry></feed>'
    )
    assert entry.url == "https://cdn.example/a/one"
    assert entry.html
    assert 'src="https://cdn.example/a/p.jpg"' in entry.html
    assert 'href="https://cdn.example/z"' in entry.html
    assert entry.image
    assert entry.image.url == "https://cdn.example/a/p.jpg"


def test_an_id_stays_letter_for_letter() -> None:
    assert only(atom("<title>x</title>").replace(b"tag:v,2026:1", b"t3_abc")).guid == "t3_abc"


@pytest.mark.parametrize(
    ("content", "charset"),
    [
        (rss("<title>Ընդունվեց</title>").decode().replace("UTF-8", "utf-16").encode("utf-16"), None),
        (rss("<title>Ընդունվեց</title>").replace(b' encoding="UTF-8"', b""), None),
        (b"\xef\xbb\xbf" + rss("<title>Ընդունվեց</title>"), None),
        (b"\n\n " + rss("<title>Ընդունվեց</title>"), "utf-8"),
        (gzip.compress(rss("<title>Ընդունվեց</title>"), mtime=0), None),
    ],
)
def test_the_encoding_is_found_out(content: bytes, charset: str | None) -> None:
    (entry,) = parse_feed(content, url=URL, charset=charset).entries
    assert entry.title == "Ընդունվեց"


def test_http_charset_counts_when_the_xml_says_none() -> None:
    content = rss("<title>Новости</title>").decode().replace(' encoding="UTF-8"', "").encode("koi8-r")
    assert parse_feed(content, url=URL, charset="koi8-r").entries[0].title == "Новости"


def test_markup_that_acts_is_taken_out_and_text_around_it_stays() -> None:
    hostile = (
        "<p onclick=\"x()\">One<script>alert(1)</script></p><iframe src='//e.example'/><p>Two</p>"
        '<a href="javascript:x()">three</a><svg onload=x()></svg><img src=x onerror=x() width=500>'
        "<style>p{}</style><mj-text>four</mj-text>{{ five }}"
    )
    html = only(rss(f"<title>x</title><content:encoded><![CDATA[{hostile}]]></content:encoded>")).html or ""
    for gone in ("script", "onclick", "onerror", "iframe", "svg", "javascript", "style", "mj-text"):
        assert gone not in html
    for kept in ("One", "Two", "three", "four", "{{ five }}"):
        assert kept in html


def test_ten_thousand_nested_elements_are_read() -> None:
    deep = "<div>" * 10_000 + "deep" + "</div>" * 10_000
    entry = only(rss(f"<title>x</title><content:encoded><![CDATA[{deep}]]></content:encoded>"))
    assert "deep" in (entry.html or "")
