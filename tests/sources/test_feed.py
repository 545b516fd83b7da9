"""Feeds of every format, whole, broken and false."""

import gzip
import time
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digest.sources.entry import Entry, Feed
from digest.sources.errors import SourceError, TooLarge, Unreadable
from digest.sources.feed import parse_feed

URL = "https://valley.example/news/feed"
NAMESPACES = (
    'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/" '
    'xmlns:media="http://search.yahoo.com/mrss/" xmlns:slash="http://purl.org/rss/1.0/modules/slash/" '
    'xmlns:atom="http://www.w3.org/2005/Atom" xmlns:feedburner="http://rssnamespace.org/feedburner/ext/1.0"'
)


def rss(*items: str, channel: str = "") -> bytes:
    inner = "".join(f"<item>{item}</item>" for item in items)
    text = f'<?xml version="1.0" encoding="UTF-8"?><rss version="2.0" {NAMESPACES}><channel>'
    head = f"<title>The Valley</title><link>https://valley.example/</link>{channel}"
    return f"{text}{head}{inner}</channel></rss>".encode()


def atom(*entries: str, feed: str = "") -> bytes:
    inner = "".join(f"<entry><id>tag:v,2026:1</id>{entry}</entry>" for entry in entries)
    return (
        '<feed xmlns="http://www.w3.org/2005/Atom" xmlns:thr="http://purl.org/syndication/thread/1.0">'
        f"<title>The Valley</title>{feed}{inner}</feed>"
    ).encode()


def only(content: bytes) -> Entry:
    (entry,) = parse_feed(content, url=URL).entries
    return entry


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
        (gzip.compress(rss("<title>Ընդունվեց</title>")), None),
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


def test_a_feed_cut_off_gives_its_whole_entries_and_a_warning() -> None:
    whole = rss(*(f"<title>Story {n}</title><description>{'text ' * 50}</description>" for n in range(5)))
    feed = parse_feed(whole[: whole.index(b"Story 3") + 60], url=URL)
    assert [entry.title for entry in feed.entries] == ["Story 0", "Story 1", "Story 2"]
    assert feed.warnings == (f"{URL} is cut off; 3 whole entries were read.",)


def test_a_feed_cut_off_between_entries_keeps_them_all() -> None:
    whole = rss("<title>One</title>", "<title>Two</title>")
    feed = parse_feed(whole[: whole.rindex(b"</channel>")], url=URL)
    assert len(feed.entries) == 2
    assert "is cut off" in feed.warnings[0]


@given(st.integers(min_value=0, max_value=900))
@settings(max_examples=50, deadline=None)
def test_wherever_a_feed_is_cut_only_whole_entries_come_out(length: int) -> None:
    whole = rss(
        *(f"<title>T{n}</title><description>Text of story number {n}.</description>" for n in range(8))
    )
    try:
        feed = parse_feed(whole[:length], url=URL)
    except Unreadable:
        return
    for number, entry in enumerate(feed.entries):
        assert (entry.title, entry.summary) == (f"T{number}", f"Text of story number {number}.")


def test_broken_xml_is_read_leniently_with_the_line_of_the_fault() -> None:
    feed = parse_feed(rss("<title>Fish & chips</title>\n<link>https://valley.example/f</link>"), url=URL)
    assert feed.entries[0].title == "Fish & chips"
    assert "is not well-formed XML (line 1" in feed.warnings[0]


@pytest.mark.parametrize("content", [b"", b"  \n\t ", b"\xef\xbb\xbf", gzip.compress(b"")])
def test_an_empty_feed_is_an_error(content: bytes) -> None:
    with pytest.raises(Unreadable, match=r"/feed is empty\."):
        parse_feed(content, url=URL)


def test_a_page_instead_of_a_feed_is_named_with_the_feed_it_advertises() -> None:
    page = (
        b'<!doctype html><html><head><title>V</title><link rel="alternate" type="application/rss+xml" '
        b'href="/rss.xml"></head><body><p>Hello</p></body></html>'
    )
    with pytest.raises(Unreadable) as caught:
        parse_feed(page, url=URL)
    assert caught.value.message == f"{URL} is a web page, not a feed."
    assert caught.value.hint == "The page names this feed: https://valley.example/rss.xml"
    assert caught.value.permanent


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"<html><body>Not Found</body></html>", "is a web page, not a feed. The page names no feed"),
        (b'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"/>', "is a sitemap, not a feed"),
        (b'<?xml version="1.0"?><opml version="2.0"><body/></opml>', "is XML (<opml>), but not a feed"),
        (b'{"error": "gone"}', "is JSON, but not a JSON Feed"),
        (b'[{"id": 1, "title": {"rendered": "x"}}]', "is WordPress's own JSON, not a feed"),
        (b'{"title": ', "is broken JSON in line 1"),
        (b"Service unavailable", "is plain text, not a feed"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "is not text at all, not a feed"),
        (b"%PDF-1.7\n%", "is plain text, not a feed"),
        (b"\x1f\x8b" + b"rubbish", "is gzip that cannot be unpacked"),
    ],
)
def test_what_is_no_feed_is_named(content: bytes, what: str) -> None:
    with pytest.raises(Unreadable) as caught:
        parse_feed(content, url=URL)
    assert what in str(caught.value)


def test_a_gzip_bomb_in_a_file_is_refused() -> None:
    with pytest.raises(TooLarge, match="unpacks to more than 1 MB"):
        parse_feed(gzip.compress(b"<rss>" + b" " * 50_000_000), url=URL, limit=1_000_000)


LEVELS = ["lol", *(f"&l{n};" * 10 for n in range(9))]
DECLARED = "".join(f'<!ENTITY l{n} "{value}">' for n, value in enumerate(LEVELS))
LAUGHS = (
    f'<?xml version="1.0"?><!DOCTYPE rss [{DECLARED}]><rss version="2.0"><channel><title>&l9;</title>'
    "<item><title>&l9;</title></item></channel></rss>"
)
REST = b']><rss version="2.0"><channel><title>&x;&x;</title></channel></rss>'


@pytest.mark.parametrize(
    "content",
    [
        LAUGHS.encode(),
        LAUGHS.encode("utf-16"),
        ("<!-- <rss -->" + LAUGHS.removeprefix('<?xml version="1.0"?>')).encode(),
        LAUGHS.replace("</rss>", "").encode(),
        b'<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">' + REST,
        b'<!DOCTYPE r [<!ENTITY x "' + b"A" * 50_000 + b'">' + REST,
        b'<!DOCTYPE r [<!ENTITY % p "x">%p;' + REST,
    ],
    ids=["laughs", "UTF-16", "behind a comment", "in broken XML", "external", "quadratic", "parameter"],
)  # fmt: skip
def test_entity_attacks_are_refused_at_once(content: bytes) -> None:
    began = time.process_time()
    with pytest.raises(Unreadable, match="a way to attack readers"):
        parse_feed(content, url=URL)
    assert time.process_time() - began < 1


def test_entities_of_single_characters_are_allowed() -> None:
    content = (
        b'<?xml version="1.0"?><!DOCTYPE rss [\n<!ENTITY nbsp "&#160;">\n]><rss version="2.0">'
        b"<channel><title>t</title><item><title>a&nbsp;b</title></item></channel></rss>"
    )
    assert only(content).title == "a b"


def test_an_article_about_entities_is_no_attack() -> None:
    text = "<pre>&lt;!ENTITY x SYSTEM 'file:///etc/passwd'&gt;</pre>"
    entry = only(rss(f"<title>x</title><content:encoded><![CDATA[{text}]]></content:encoded>"))
    assert "&lt;!ENTITY x SYSTEM" in (entry.html or "")


@given(
    st.binary(max_size=300),
    st.sampled_from([b"", b"<rss>", b"{", b'<feed xmlns="http://www.w3.org/2005/Atom">', b"<html>"]),
)
@settings(max_examples=150, deadline=None)
def test_any_bytes_give_a_feed_or_a_source_error(content: bytes, start: bytes) -> None:
    try:
        assert isinstance(parse_feed(start + content, url=URL), Feed)
    except SourceError as error:
        if error.url != URL:
            pytest.fail(f"an error without its address: {error}")


def test_two_thousand_items_are_read_in_seconds() -> None:
    item = (
        "<title>Story</title><link>https://valley.example/{}</link><description>"
        + "Text of it. " * 30
        + "</description>"
    )
    content = rss(*(item.format(n) for n in range(2000)))
    began = time.process_time()
    assert len(parse_feed(content, url=URL).entries) == 2000
    assert time.process_time() - began < 5


def test_a_feed_of_more_entries_than_anyone_writes_is_refused() -> None:
    with pytest.raises(TooLarge, match="holds 100,000 entries; at most 20,000 are read"):
        parse_feed(b'<rss version="2.0"><channel>' + b"<item>" * 100_000, url=URL)


@pytest.mark.parametrize("piece", ["<p ", "<iframe ", '<p a="', "&#x", "<!ENTITY ", "a@b.", "The post <a "])
def test_text_made_to_be_slow_is_not(piece: str) -> None:
    body = (piece * (100_000 // len(piece))).replace("&", "&amp;").replace("<", "&lt;")
    began = time.process_time()
    parse_feed(rss(f"<title>{body}</title><author>{body}</author><description>{body}</description>"), url=URL)
    assert time.process_time() - began < 5


GEOMETRY = "<georss:where><gml:Polygon><gml:posList>1 x</gml:posList></gml:Polygon></georss:where>"


@pytest.mark.parametrize("broken", ["&#x110000;", "&#55296;", "&#xD800;", GEOMETRY])
def test_what_the_library_stumbles_over_costs_no_entries(broken: str) -> None:
    spaces = ' xmlns:georss="http://www.georss.org/georss" xmlns:gml="http://www.opengis.net/gml"><channel>'
    content = rss("<title>One</title>", f"<title>Two</title>{broken} & ").replace(
        b"><channel>", spaces.encode()
    )
    assert [entry.title for entry in parse_feed(content, url=URL).entries] == ["One", "Two"]


def test_an_encoding_name_that_is_no_text_costs_nothing() -> None:
    content = rss("<title>One</title>").replace(b"UTF-8", b"UTF\xa08")
    assert parse_feed(content, url=URL).entries[0].title == "One"
