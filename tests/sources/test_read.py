"""A visit to a source of each kind, against a real server."""

import asyncio
import gzip
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from digest.sources.errors import BadAnswer, SourceError, Unreadable
from digest.sources.examine import Examined, examine
from digest.sources.fetcher import Limits
from digest.sources.read import Reading, SourceFacts, read_source
from digest.sources.tables import SourceKind
from tests.sources.loopback import Request, Site, answer, reaching, serving

NOW = datetime(2026, 11, 10, 12, 0, tzinfo=UTC)
ITEM = "<item><title>{0}</title><link>https://valley.example/{0}</link></item>"


def rss(*names: str) -> str:
    items = "".join(ITEM.format(name) for name in names)
    return (
        f'<?xml version="1.0"?><rss version="2.0"><channel><title>The Valley</title>{items}</channel></rss>'
    )


def visit(kind: SourceKind, set_up: Callable[[Site], str], **facts: str) -> tuple[Reading, list[Request]]:
    async def run() -> tuple[Reading, list[Request]]:
        async with serving() as site, reaching(site, Limits(seconds=5, bytes=1_000_000)) as fetcher:
            reading = await read_source(SourceFacts(kind, set_up(site), **facts), fetcher, NOW)
            return reading, site.requests

    return asyncio.run(run())


def looked_at(set_up: Callable[[Site], str], kind: SourceKind | None = None) -> Examined:
    async def run() -> Examined:
        async with serving() as site, reaching(site) as fetcher:
            return await examine(set_up(site), fetcher, kind)

    return asyncio.run(run())


def test_a_feed_gives_its_entries_once_each_with_the_sources_language() -> None:
    reading, _ = visit(
        SourceKind.FEED,
        lambda site: site.gives("/feed", rss("one", "two", "one"), ETag='"5"'),
        language="hy",
    )
    assert [(entry.title, entry.language) for entry in reading.entries] == [("one", "hy"), ("two", "hy")]
    assert (reading.title, reading.etag, reading.not_modified) == ("The Valley", '"5"', False)


def test_entries_without_a_link_are_left_out_with_a_warning() -> None:
    body = rss("one").replace("</channel>", "<item><title>x</title></item></channel>")
    reading, _ = visit(SourceKind.FEED, lambda site: site.gives("/feed", body))
    assert len(reading.entries) == 1
    assert reading.warnings[0].endswith("/feed: 1 entry has no link and was left out.")


def test_a_feed_that_has_not_changed_keeps_what_it_was_known_by() -> None:
    reading, requests = visit(
        SourceKind.FEED,
        lambda site: site.gives("/feed", b"", status=304),
        etag='"5"',
        last_modified="Thu, 05 Nov 2026 05:00:00 GMT",
    )
    assert requests[0].headers["if-none-match"] == '"5"'
    assert reading == Reading(etag='"5"', last_modified="Thu, 05 Nov 2026 05:00:00 GMT", not_modified=True)


def test_a_feed_that_moved_for_good_says_where() -> None:
    def set_up(site: Site) -> str:
        site.gives("/new", rss("one"))
        return site.redirects("/old", "/new", 308)

    reading, _ = visit(SourceKind.FEED, set_up)
    assert (reading.moved_to or "").endswith("/new")


def test_a_feed_of_too_many_megabytes_stores_nothing_and_says_so() -> None:
    with pytest.raises(SourceError, match="is 200 MB; at most 1 MB are read"):
        visit(SourceKind.FEED, lambda site: site.gives("/feed", b"<rss>", Content_Length="200000000"))


def test_a_packed_feed_file_is_read() -> None:
    reading, _ = visit(
        SourceKind.FEED,
        lambda site: site.gives("/feed.xml.gz", gzip.compress(rss("one").encode()), "application/gzip"),
    )
    assert len(reading.entries) == 1


def test_a_page_gives_itself() -> None:
    page = "<html lang='en'><title>Bridge</title><body>It opened.</body></html>"
    reading, _ = visit(SourceKind.PAGE, lambda site: site.gives("/bridge", page, "text/html"))
    assert [(entry.title, entry.document) for entry in reading.entries] == [("Bridge", page.encode())]


def test_a_folder_gives_its_files(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("# Bridge\n\nIt opened.", "utf-8")
    reading, _ = visit(SourceKind.FOLDER, lambda site: str(tmp_path), language="en")
    assert [(entry.title, entry.language) for entry in reading.entries] == [("Bridge", "en")]


def sitemap(*urls: tuple[str, str]) -> str:
    inner = "".join(f"<url><loc>{url}</loc><lastmod>{changed}</lastmod></url>" for url, changed in urls)
    return f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{inner}</urlset>'


def test_a_sitemap_gives_what_is_recent_newest_first() -> None:
    body = sitemap(
        ("https://v.example/a", "2026-11-01"),
        ("https://v.example/b", "2026-11-09"),
        ("https://v.example/old", "2025-01-01"),
    )
    reading, _ = visit(SourceKind.SITEMAP, lambda site: site.gives("/sitemap.xml", body))
    assert [entry.url for entry in reading.entries] == ["https://v.example/b", "https://v.example/a"]


def test_a_sitemap_index_is_followed_to_fresh_sitemaps_and_one_that_fails_is_only_a_warning() -> None:
    def set_up(site: Site) -> str:
        site.gives("/posts.xml", sitemap(("https://v.example/p", "2026-11-08")))
        site.gives("/news.xml.gz", gzip.compress(sitemap(("https://v.example/n", "2026-11-09")).encode()))
        entries = [("/posts.xml", "2026-11-08"), ("/news.xml.gz", "2026-11-09"), ("/gone.xml", "2026-11-09"),
                   ("/old.xml", "2020-01-01")]  # fmt: skip
        inner = "".join(f"<sitemap><loc>{u}</loc><lastmod>{c}</lastmod></sitemap>" for u, c in entries)
        return site.gives("/index.xml", f"<sitemapindex>{inner}</sitemapindex>", ETag='"i"')

    reading, requests = visit(SourceKind.SITEMAP, set_up)
    assert [entry.url for entry in reading.entries] == ["https://v.example/n", "https://v.example/p"]
    assert reading.warnings[0].endswith("/gone.xml answered 404 Not Found.")
    assert "/old.xml" not in [request.path for request in requests]
    assert reading.etag is None


def test_a_sitemap_without_dates_is_of_no_use_and_says_so() -> None:
    body = "<urlset><url><loc>https://v.example/a</loc></url></urlset>"
    reading, _ = visit(SourceKind.SITEMAP, lambda site: site.gives("/sitemap.xml", body))
    assert reading.entries == ()
    assert "says no dates" in reading.warnings[0]


def post(number: int, day: str) -> dict[str, object]:
    return {
        "id": number,
        "link": f"https://v.example/{number}",
        "date_gmt": f"{day}T05:00:00",
        "title": {"rendered": f"Post {number}"},
        "content": {"rendered": "<p>Text.</p>"},
    }


def test_a_wordpress_site_is_paged_until_its_posts_are_old() -> None:
    pages = [
        [post(5, "2026-11-09"), post(4, "2026-11-08")],
        [post(3, "2026-11-07"), post(2, "2026-09-01")],
        [post(1, "2026-08-01")],
    ]

    async def posts(request: Request, writer: asyncio.StreamWriter) -> None:
        page = int(request.path.partition("&page=")[2].partition("&")[0])
        body = json.dumps(pages[page - 1]).encode()
        await answer(writer, 200, body, {"Content-Type": "application/json", "X-WP-TotalPages": "3"})

    def set_up(site: Site) -> str:
        site.paths["/wp-json/wp/v2/posts"] = posts
        return site.url("/")

    reading, requests = visit(SourceKind.WORDPRESS, set_up, language="en")
    assert [entry.title for entry in reading.entries] == ["Post 5", "Post 4", "Post 3", "Post 2"]
    assert len(requests) == 2
    assert "_embed=author" in requests[0].path


@pytest.mark.parametrize(
    ("status", "body", "what"),
    [(404, "", "404 Not Found"), (500, "", "500 Internal"), (200, "<html>x</html>", "web page")],
)
def test_a_feed_that_cannot_be_read_is_an_error_with_its_address(status: int, body: str, what: str) -> None:
    with pytest.raises(SourceError, match=what) as caught:
        visit(SourceKind.FEED, lambda site: site.gives("/feed", body, status=status))
    assert caught.value.url.endswith("/feed")


def test_an_address_of_a_feed_is_a_feed_named_by_its_title() -> None:
    found = looked_at(lambda site: site.gives("/feed", rss("one", "two")))
    assert (found.kind, found.name, found.entries) == (SourceKind.FEED, "The Valley", 2)


def test_an_address_of_a_site_leads_to_its_feed() -> None:
    def set_up(site: Site) -> str:
        site.gives("/feed", rss("one"))
        link = '<link rel="alternate" type="application/rss+xml" href="{}">'
        return site.gives(
            "/", f"<html>{link.format('/gone')}{link.format('/feed')}<body>x</body></html>", "text/html"
        )

    found = looked_at(set_up)
    assert (found.kind, found.url.endswith("/feed")) == (SourceKind.FEED, True)


def test_a_wordpress_site_without_a_feed_is_read_by_its_rest_interface() -> None:
    page = '<html><title>V</title><link rel="https://api.w.org/" href="/wp-json/"><body>x</body></html>'
    found = looked_at(lambda site: site.gives("/", page, "text/html"))
    assert (found.kind, found.url.endswith("/wp-json/")) == (SourceKind.WORDPRESS, True)


def test_a_sitemap_is_recognised_and_a_page_only_when_asked_for() -> None:
    assert looked_at(lambda site: site.gives("/s.xml", sitemap())).kind == SourceKind.SITEMAP
    page = "<html><title>Bridge</title><body>It opened.</body></html>"
    assert looked_at(lambda site: site.gives("/p", page, "text/html"), SourceKind.PAGE).name == "Bridge"
    with pytest.raises(Unreadable, match="add it with --kind page"):
        looked_at(lambda site: site.gives("/p", page, "text/html"))


def test_a_kind_that_is_named_is_held_to() -> None:
    with pytest.raises(Unreadable, match="is a web page, not a feed"):
        looked_at(lambda site: site.gives("/p", "<html><body>x</body></html>", "text/html"), SourceKind.FEED)
    with pytest.raises(BadAnswer):
        looked_at(lambda site: site.url("/"), SourceKind.WORDPRESS)


def test_a_folder_is_recognised_by_its_path(tmp_path: Path) -> None:
    assert looked_at(lambda site: str(tmp_path)) == Examined(
        SourceKind.FOLDER, str(tmp_path), tmp_path.name, None, 0
    )
    with pytest.raises(Unreadable, match="does not exist"):
        looked_at(lambda site: str(tmp_path / "gone"))
