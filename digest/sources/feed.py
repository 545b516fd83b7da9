"""Bytes that should be a feed → the feed, or a clear word on what they are instead."""

import re
from collections.abc import Mapping
from typing import Any

from digest.sources import jsonfeed, syndication
from digest.sources.declarations import check_entities
from digest.sources.discover import discover
from digest.sources.entry import Entry, Feed, language_tag, web_address
from digest.sources.errors import TooLarge, Unreadable, shown
from digest.sources.markup import plain
from digest.sources.unpack import unpacked

_FAMILIES = {"rss090": "rdf0.90", "rss10": "rdf1.0", "rss": "rss", "cdf": "cdf"}
_ROOT = re.compile(rb"<([A-Za-z_][\w.-]*:)?([A-Za-z_][\w.-]*)[\s>/]")
_OPENED = re.compile(rb"<(?:\w+:)?(?:item|entry)[\s>]")
_CLOSED = re.compile(rb"</(?:\w+:)?(?:item|entry)\s*>")
_MOST_ENTRIES = 20_000
_ENDED = re.compile(rb"</(?:\w+:)?(?:rss|feed|RDF|channel)\s*>", re.IGNORECASE)


def parse_feed(content: bytes, *, url: str, charset: str | None = None, limit: int = 50_000_000) -> Feed:
    """Read RSS 0.9 to 2.0, RDF, Atom or JSON Feed from the bytes an address gave.

    `charset` is what HTTP said. Gzip is unpacked, to at most `limit` bytes. A feed that is cut off gives its
    whole entries and a warning; broken XML is read leniently, with a warning. Raises Unreadable for anything
    that is not a feed, saying what it is.
    """
    content = unpacked(content, url, limit)
    if not content.strip(b"\0 \t\r\n\xef\xbb\xbf\xfe\xff"):
        raise Unreadable(f"{shown(url)} is empty.", "Check the address; the site may be in trouble.", url=url)
    start = content.removeprefix(b"\xef\xbb\xbf").lstrip()
    if start[:1] in (b"{", b"["):
        document = jsonfeed.load(content, url)
        if jsonfeed.is_json_feed(document):
            return jsonfeed.read(document, url)
        raise _not_json_feed(document, url)
    if start[:5] == b"<?xml":
        content = start  # white space before the declaration is the commonest fault, and harmless
    check_entities(content, url)
    _check_count(content, url)
    try:
        parsed = syndication.parse(content, charset)
    except ValueError:
        raise Unreadable(f"{shown(url)} is broken in a way that cannot be read.", url=url) from None
    if not parsed["entries"] and (not parsed.get("version") or _is_page(content)):
        raise _not_a_feed(content, url, charset)
    entries, warnings = _whole(content, tuple(syndication.entries(parsed, url)), parsed, url)
    feed = parsed["feed"]
    return Feed(
        format=_format(str(parsed.get("version") or "")),
        title=plain(feed.get("title") or ""),
        home=web_address(feed.get("link"), url),
        language=language_tag(feed.get("language")),
        entries=entries,
        warnings=warnings,
    )


def _check_count(content: bytes, url: str) -> None:
    """Refuse what would become far more entries in memory than any newsroom writes."""
    count = sum(1 for _ in _OPENED.finditer(content))
    if count > _MOST_ENTRIES:
        raise TooLarge(
            f"{shown(url)} holds {count:,} entries; at most {_MOST_ENTRIES:,} are read.",
            "Give the address of a feed of what is new.",
            url=url,
            permanent=True,
        )


def _format(version: str) -> str:
    if version in _FAMILIES:
        return _FAMILIES[version]
    found = re.fullmatch(r"(rss|atom)(\d)(\d+)\w?", version)
    return f"{found[1]}{found[2]}.{found[3]}" if found else version or "unknown"


def _whole(
    content: bytes, entries: tuple[Entry, ...], parsed: Mapping[str, Any], url: str
) -> tuple[tuple[Entry, ...], tuple[str, ...]]:
    """The entries without one that the end of the bytes cut in two, and what to say about the XML."""
    problem = parsed.get("bozo_exception")
    broken_xml = parsed.get("bozo") and hasattr(problem, "getLineNumber")
    if not broken_xml:
        return entries, ()
    opened = max((found.start() for found in _OPENED.finditer(content)), default=-1)
    closed = max((found.start() for found in _CLOSED.finditer(content)), default=-1)
    if entries and not _ENDED.search(content, max(closed, opened, 0)):
        whole = entries[:-1] if opened > closed else entries
        return whole, (f"{shown(url)} is cut off; {len(whole)} whole entries were read.",)
    line, message = problem.getLineNumber(), problem.getMessage()  # type: ignore[union-attr]
    return entries, (f"{shown(url)} is not well-formed XML (line {line}: {message}); it was read leniently.",)


def _is_page(content: bytes) -> bool:
    root = _ROOT.search(content)
    return bool(root and root[2].lower() == b"html")


def _not_json_feed(document: object, url: str) -> Unreadable:
    posts = document if isinstance(document, list) else ()
    if posts and isinstance(posts[0], Mapping) and "rendered" in str(posts[0].get("title", "")):
        return Unreadable(
            f"{shown(url)} is WordPress's own JSON, not a feed.",
            "Add the site as a WordPress source: --kind wordpress.",
            url=url,
            permanent=True,
        )
    return Unreadable(
        f"{shown(url)} is JSON, but not a JSON Feed.", "Give the address of a feed.", url=url, permanent=True
    )


def _not_a_feed(content: bytes, url: str, charset: str | None) -> Unreadable:
    """What was found instead, and where the feed is if the page says so."""
    root = _ROOT.search(content)
    name = root[2].decode("ascii", "replace") if root else ""
    if name.lower() == "html" or re.match(rb"\s*<!doctype\s+html", content, re.IGNORECASE):
        site = discover(content, url, charset)
        feeds = [feed.url for feed in site.feeds[:3]]
        named = "this feed" if len(feeds) == 1 else "these feeds"
        nothing = "The page names no feed; add it with --kind page."
        hint = f"The page names {named}: {', '.join(feeds)}" if feeds else nothing
        return Unreadable(f"{shown(url)} is a web page, not a feed.", hint, url=url, permanent=True)
    if name in ("urlset", "sitemapindex"):
        return Unreadable(
            f"{shown(url)} is a sitemap, not a feed.", "Add it with --kind sitemap.", url=url, permanent=True
        )
    if name and re.match(rb"[\s\xef\xbb\xbf]*<", content):
        return Unreadable(
            f"{shown(url)} is XML (<{name}>), but not a feed.",
            "Give the address of a feed.",
            url=url,
            permanent=True,
        )
    what = "plain text" if b"\0" not in content[:1000] else "not text at all"
    return Unreadable(
        f"{shown(url)} is {what}, not a feed.", "Give the address of a feed.", url=url, permanent=True
    )
