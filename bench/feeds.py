"""Feeds, sitemaps and WordPress answers of the wild, read by us and by others: every difference counted
(part of make bench).

Usage: python bench/feeds.py [DATA] [--all] [--only PART]
DATA defaults to $DIGEST_BENCH_DATA or ../shared/data beside the checkout.

Fields that carry markup are compared by the text a reader sees; addresses, names, dates and counts exactly.
A difference with a known reason is counted under that reason; `open` must be 0. Nothing is fetched.
"""

import argparse
import gzip
import json
import os
import re
import sys
import tarfile
import time
from collections.abc import Callable, Iterator
from html import escape
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from feed_assertions import assertions, translated
from feed_differences import (
    BASE,
    Tally,
    body_of,
    image_of,
    moment,
    why_author,
    why_date,
    why_link,
    why_text,
    why_title,
    within,
)

from digest.sources.entry import Entry, Feed, web_address
from digest.sources.errors import SourceError
from digest.sources.feed import parse_feed
from digest.sources.sitemap import parse_sitemap
from digest.sources.syndication import parse as bare_feedparser
from digest.sources.wordpress import parse_posts

EXECUTES = re.compile(
    r"<(?:script|style|iframe|object|form|svg|math)\b|\son\w+\s*=|javascript:", re.IGNORECASE
)


def archive(path: Path) -> dict[str, bytes]:
    with tarfile.open(path) as files:
        held = ((member.name, files.extractfile(member)) for member in files)
        return {name.removeprefix("./"): file.read() for name, file in held if file is not None}


def lines(path: Path) -> Iterator[Any]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        yield from map(json.loads, file)


def read(
    tally: Tally, name: str, content: bytes, charset: str | None = None, base: str = BASE
) -> Feed | None:
    """Our reading, or None for one refused with a reason; anything else raised is a crash."""
    try:
        return parse_feed(content, url=base, charset=charset)
    except SourceError as error:
        tally.refused[error.message.removeprefix(f"{base} ")[:60]] += 1
    except Exception as error:
        tally.crashes.append(f"{name}: {error!r}")
    return None


def real_feeds(data: Path) -> Iterator[Tally]:
    """127 real files against feedparser 6.0.14, which reads the XML for us too; the rest is ours."""
    tally = Tally("real feeds", "feedparser 6.0.14 with its own sanitiser; JSON Feeds read directly")
    files = archive(data / "feeds/real-feeds.tar.gz")
    for reference in lines(data / "feeds/real-feeds-reference.jsonl.gz"):
        name = reference["file"]
        feed = read(tally, name, files[name])
        is_feed = reference["format"] not in ("not-a-feed", "sitemap", "unknown")
        tally.compare("is a feed", name, is_feed, feed is not None)
        if feed is None or not is_feed:
            continue
        tally.compare("feed title", name, reference["title"], feed.title, why_title)
        tally.compare("feed home", name, reference["home"], feed.home, why_link)
        tally.compare("entries", name, reference["n"], len(feed.entries))
        bodies = [] if reference["format"].startswith("json") else default_bodies(files[name])
        for index, (theirs, ours) in enumerate(zip(reference["entries"], feed.entries, strict=False)):
            where = f"{name}[{index}]"
            tally.compare("id", where, theirs["id"], ours.guid)
            tally.compare("link", where, theirs["link"], ours.url, why_link)
            tally.compare("title", where, theirs["title"], ours.title, why_title)
            if "author" in theirs:
                tally.compare("author", where, theirs["author"], ours.author, why_author)
            tally.compare("published", where, theirs["published"], ours.published, why_date)
            tally.compare("updated", where, theirs["updated"], ours.updated, why_date)
            if index < len(bodies):
                tally.compare("text", where, bodies[index], body_of(ours), why_text)
    yield tally


def default_bodies(content: bytes) -> list[str]:
    """What feedparser as it comes, with its sanitiser on, gives as the longest text of each entry."""
    import feedparser

    readable = ("text/html", "application/xhtml+xml", "text/plain")
    found = []
    for entry in feedparser.parse(content).entries:
        contents = [part.value for part in entry.get("content", ()) if part.get("type") in readable]
        found.append(max(contents, key=len, default="") or entry.get("summary", ""))
    return found


def json_feeds(data: Path) -> Iterator[Tally]:
    """Every JSON Feed among the files, field by field against the document itself."""
    tally = Tally("JSON Feeds", "the documents themselves")
    for name, content in archive(data / "feeds/real-feeds.tar.gz").items():
        if not name.endswith(".json") or b"jsonfeed.org" not in content:
            continue
        feed = read(tally, name, content)
        items = json.loads(content)["items"]
        for index, (theirs, ours) in enumerate(zip(items, feed.entries if feed else (), strict=True)):
            where = f"{name}[{index}]"
            tally.compare("link", where, theirs.get("url") or theirs.get("external_url"), ours.url, why_link)
            tally.compare("title", where, escape(theirs.get("title") or ""), ours.title, why_title)
            body = theirs.get("content_html") or escape(theirs.get("content_text") or "")
            tally.compare("text", where, body, body_of(ours), why_text)
            for key, mine in (("date_published", ours.published), ("date_modified", ours.updated)):
                if theirs.get(key):
                    tally.compare(key, where, theirs[key], mine, why_date)
            if theirs.get("tags"):
                tally.compare("categories", where, theirs["tags"], ours.categories, within)
    yield tally


def conformance(data: Path) -> Iterator[Tally]:
    """feedparser's own one-point files; assertions on what an Entry or a Feed has, translated."""
    tally = Tally("feedparser conformance", "feedparser 6.0.14 itself: all hold")
    files = archive(data / "feeds/feedparser-conformance.tar.gz")
    untranslated = 0
    for case in lines(data / "feeds/feedparser-conformance.jsonl.gz"):
        name, content = case["file"], files[case["file"]]
        found = re.findall(
            r"^Header:\s*([\w-]+)\s*:\s*(.+?)\s*$", content[:3000].decode("latin-1"), re.M | re.I
        )
        headers = {key.lower(): value for key, value in found}
        charset = re.search(r"charset=[\"']?([\w.:-]+)", headers.get("content-type", ""))
        base = web_address(headers.get("content-location"), BASE) or BASE
        feed = read(tally, name, content, charset[1] if charset else None, base)
        for path, expected in assertions(case["expect"]):
            field, get, why = translated(path)
            if not field:
                untranslated += 1
            elif feed is not None:
                tally.compare(field, name, expected, get(feed), why)
        if feed is not None:
            markup = "".join(entry.html or "" for entry in feed.entries)
            tally.compare("harmless", name, None, EXECUTES.search(markup))
    tally.baseline += f"; {untranslated} assertions are of fields that an Entry does not have"
    yield tally


def gofeed(data: Path) -> Iterator[Tally]:
    """Inputs of gofeed with the JSON it makes of them, beside them."""
    tally = Tally("gofeed pairs", "gofeed (Go) as in its own expected files")
    files = archive(data / "feeds/gofeed-pairs.tar.gz")
    for name in sorted(files):
        beside = f"{name[:-4]}.json" if name.endswith(".xml") else f"{name[:-5]}_expected.json"
        if beside not in files:
            continue
        try:
            expected = json.loads(files[beside])
        except ValueError:
            continue
        feed = read(tally, name, files[name])
        if feed is None or not isinstance(expected, dict):
            continue
        items = expected.get("items") or expected.get("entries") or []
        tally.compare("entries", name, len(items), len(feed.entries))
        if expected.get("title"):
            tally.compare("feed title", name, expected["title"], feed.title, why_title)
        for index, (theirs, ours) in enumerate(zip(items, feed.entries, strict=False)):
            compare_item(tally, f"{name}[{index}]", theirs, ours)
    yield tally


def rss_parser(data: Path) -> Iterator[Tally]:
    """The expected output of rss-parser for its files among the real feeds."""
    tally = Tally("rss-parser", "rss-parser (JavaScript) as in its own expected files")
    files = archive(data / "feeds/real-feeds.tar.gz")
    stems = {Path(name).stem: name for name in files if name.startswith("rss-parser/")}
    for expected, content in archive(data / "feeds/rss-parser-expected.tar.gz").items():
        name = stems[Path(expected).stem]
        feed = read(tally, name, files[name])
        items = json.loads(content)["feed"].get("items", [])
        entries = feed.entries if feed else ()
        tally.compare("entries", name, len(items), len(entries))
        for index, (theirs, ours) in enumerate(zip(items, entries, strict=False)):
            compare_item(tally, f"{name}[{index}]", theirs, ours)
    yield tally


def compare_item(tally: Tally, where: str, theirs: dict[str, Any], ours: Entry) -> None:
    """One item of another program's JSON, for the fields both have."""
    if isinstance(theirs.get("title"), str):
        tally.compare("title", where, theirs["title"], ours.title, why_title)
    if isinstance(theirs.get("link"), str):
        tally.compare("link", where, theirs["link"].strip(), ours.url, why_link)
    guid = theirs.get("guid") or theirs.get("id")
    guid = guid.get("value") if isinstance(guid, dict) else guid
    if isinstance(guid, str):
        tally.compare("id", where, guid, ours.guid)
    dated = next(
        (theirs[k] for k in ("publishedParsed", "pubDateParsed", "isoDate") if moment(theirs.get(k))), None
    )
    if dated:
        tally.compare("published", where, dated, ours.published, why_date)
    if moment(theirs.get("updatedParsed")):
        tally.compare("updated", where, theirs["updatedParsed"], ours.updated, why_date)
    people = [person.get("name") for person in theirs.get("authors") or () if isinstance(person, dict)]
    author = ", ".join(filter(None, people)) or theirs.get("creator")
    if isinstance(author, str) and author:
        tally.compare("author", where, author, ours.author, why_author)
    content = theirs.get("content")
    content = content.get("value") if isinstance(content, dict) else content
    content = theirs.get("content:encoded") or content or theirs.get("description")
    if isinstance(content, str):
        tally.compare("text", where, content, body_of(ours), why_text)
    terms = [
        term
        if isinstance(term, str)
        else next((term[k] for k in ("label", "term", "value", "_") if term.get(k)), "")
        for term in theirs.get("categories") or ()
    ]
    if any(terms):
        tally.compare("categories", where, terms, ours.categories, within)
    image = theirs.get("image")
    if isinstance(image, dict) and image.get("url"):
        tally.compare("image", where, image["url"], image_of(ours), why_link)


def sitemap(data: Path) -> Iterator[Tally]:
    """117 entries of a news sitemap, all fields."""
    tally = Tally("news sitemap", "the expected file beside it")
    found = parse_sitemap((data / "feeds/news-sitemap-ozark.xml").read_bytes(), url=BASE).entries
    expected = json.loads((data / "feeds/news-sitemap-ozark.expected.json").read_text("utf-8"))
    tally.compare("entries", "sitemap", len(expected), len(found))
    for index, (theirs, ours) in enumerate(zip(expected, found, strict=False)):
        tally.compare("link", f"[{index}]", theirs["loc"], ours.url)
        tally.compare("title", f"[{index}]", theirs["title"], ours.title)
        tally.compare("published", f"[{index}]", theirs["published"], ours.published, why_date)
        tally.compare("language", f"[{index}]", theirs["language"], ours.language)
    yield tally


def wordpress(data: Path) -> Iterator[Tally]:
    """REST answers of three WordPress sites: every post complete, as the pairs say."""
    for stem in ("unitingnc-en", "kcua-ja", "ptom-ja"):
        tally = Tally(f"WordPress REST {stem}", "the pairs file, and the answer's own content.rendered")
        files = archive(data / f"wordpress/{stem}.tar.gz")
        for pair in json.loads((data / f"wordpress/{stem}-pairs.json").read_text("utf-8")):
            document = json.loads(files[pair["json"]])
            (entry,) = parse_posts(document, url=BASE)
            where = str(pair["id"])
            tally.compare("link", where, pair["link"], entry.url, why_link)
            tally.compare("title", where, pair["title"], entry.title, why_title)
            tally.compare("published", where, pair["date_gmt"], entry.published, why_date)
            tally.compare("text", where, document["content"]["rendered"], entry.html, why_text)
        for name, content in files.items():
            if name.startswith("collections/"):
                document = json.loads(content)
                posts = parse_posts(document, url=BASE)
                complete = [bool(post.url and post.title and post.published and post.html) for post in posts]
                written = [bool(post["content"]["rendered"]) for post in document]
                tally.compare("complete", name, written, complete)
        yield tally


def speed() -> None:
    """2,000 items of 4 kB: ours beside feedparser as it comes and with both of its passes off."""
    import feedparser

    paragraph = (
        "<p>"
        + "The council met on Monday and voted for the bridge. " * 38
        + "<img src='/a.jpg' width='640'></p>"
    )
    items = "".join(
        f"<item><title>Story {n}</title><link>https://valley.example/{n}</link><guid>{n}</guid>"
        f"<pubDate>Thu, 05 Nov 2026 09:{n % 60:02}:00 +0400</pubDate><description>Short.</description>"
        f"<content:encoded><![CDATA[{paragraph * 2}]]></content:encoded></item>"
        for n in range(2000)
    )
    feed = (
        '<?xml version="1.0"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/">'
        f"<channel><title>x</title><link>https://valley.example/</link>{items}</channel></rss>"
    ).encode()
    contenders: dict[str, Callable[[], int]] = {
        "ours (read, sanitised, absolute links)": lambda: len(parse_feed(feed, url=BASE).entries),
        "feedparser as it comes": lambda: len(feedparser.parse(feed).entries),
        "feedparser, no sanitiser, no resolver": lambda: len(bare_feedparser(feed, None)["entries"]),
    }
    print(f"\nspeed: 2,000 items, {len(feed) / 1e6:.1f} MB, best of 3, taken in turn")
    best = dict.fromkeys(contenders, float("inf"))
    for _ in range(3):
        for label, run in contenders.items():
            began = time.perf_counter()
            assert run() == 2000
            best[label] = min(best[label], time.perf_counter() - began)
    for label, seconds in best.items():
        print(f"  {label:<40} {seconds:6.2f} s  {2000 / seconds:8,.0f} items a second")


PARTS = {
    "real": real_feeds,
    "json": json_feeds,
    "conformance": conformance,
    "gofeed": gofeed,
    "rss-parser": rss_parser,
    "sitemap": sitemap,
    "wordpress": wordpress,
}


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("data", nargs="?", default=os.environ.get("DIGEST_BENCH_DATA"))
    parser.add_argument("--all", action="store_true", help="print every difference, also the explained ones")
    parser.add_argument("--only", choices=[*PARTS, "speed"])
    options = parser.parse_args()
    data = Path(options.data) if options.data else Path(__file__).resolve().parents[1] / "../shared/data"
    if options.only == "speed":
        speed()
        return 0
    if not (data / "feeds").is_dir():
        print(f"No measurement data in {data}; name its folder, or set DIGEST_BENCH_DATA.", file=sys.stderr)
        return 1
    chosen = [part for name, part in PARTS.items() if options.only in (None, name)]
    bad = sum(tally.report(options.all) for part in chosen for tally in part(data))
    if options.only is None:
        speed()
    print(f"\n{bad} open differences and crashes")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
