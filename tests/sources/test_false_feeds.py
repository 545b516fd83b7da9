"""Feeds that are cut off, broken, hostile, or no feeds at all."""

import gzip
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digest.sources.entry import Feed
from digest.sources.errors import SourceError, TooLarge, Unreadable
from digest.sources.feed import parse_feed
from tests.sources.written import URL, only, rss


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


@pytest.mark.parametrize(
    "content",
    [b"", b"  \n\t ", b"\xef\xbb\xbf", gzip.compress(b"", mtime=0)],
    ids=["nothing", "blanks", "a mark", "packed nothing"],
)
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
