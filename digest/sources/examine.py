"""What an address or a path is, as a source: asked once, when it is added."""

import asyncio
import re
from dataclasses import dataclass
from pathlib import Path

from digest.sources.discover import discover
from digest.sources.entry import Feed
from digest.sources.errors import SourceError, Unreadable, shown
from digest.sources.feed import parse_feed
from digest.sources.fetcher import Fetched, Fetcher
from digest.sources.jsonfeed import load
from digest.sources.page import page_entry
from digest.sources.sitemap import parse_sitemap
from digest.sources.tables import SourceKind
from digest.sources.wordpress import parse_posts, posts_address


@dataclass(frozen=True)
class Examined:
    """The kind, address, name and language to add a source with, and how many entries it has now."""

    kind: SourceKind
    url: str
    name: str
    language: str | None
    entries: int


def folder_path(address: str) -> Path | None:
    """The folder that an address means, or None if it is a web address."""
    if re.match(r"[a-z][a-z0-9+.-]+://", address, re.IGNORECASE) and not address.lower().startswith(
        "file://"
    ):
        return None
    path = Path(address.removeprefix("file://")).expanduser()
    looks_like_host = re.fullmatch(r"[\w-]+(?:\.[\w-]+)+(?:/.*)?", address)
    return None if looks_like_host and not path.exists() else path


async def examine(address: str, fetcher: Fetcher, kind: SourceKind | None = None) -> Examined:
    """Find out what a person's address is: a folder, a feed, a sitemap, a site that names its feed.

    A page that names no feed but is a WordPress site becomes that. With `kind` the address is read as that
    kind and nothing else. Raises a SourceError if there is nothing to read.
    """
    if kind not in (None, SourceKind.FEED, SourceKind.FOLDER):
        return await _as_kind(kind, address if "://" in address else f"https://{address}", fetcher)
    path = Path(address) if kind is SourceKind.FOLDER else folder_path(address)
    if path is not None and kind is not SourceKind.FEED:
        if not path.is_dir():
            what = "is a file, not a folder" if path.exists() else "does not exist"
            raise Unreadable(
                f"The folder {address!r} {what}.",
                "Give a folder, or a web address such as https://example.org/feed.",
                url=address,
                permanent=True,
            )
        return Examined(SourceKind.FOLDER, str(path.resolve()), path.resolve().name, None, 0)
    url = address if "://" in address else f"https://{address}"
    answer = await fetcher.fetch(url)
    try:
        return _as_feed(answer, await _parsed(answer, fetcher))
    except Unreadable as error:
        if kind is SourceKind.FEED:
            raise
        if "is a sitemap" in error.message:
            return Examined(SourceKind.SITEMAP, answer.url, _host(answer.url), None, 0)
        site = discover(answer.content, answer.url, answer.charset)
        for found in site.feeds[:3]:
            try:
                named = await fetcher.fetch(found.url)
                feed = _as_feed(named, await _parsed(named, fetcher))
            except SourceError:
                continue
            return (
                feed
                if feed.name
                else Examined(feed.kind, feed.url, site.name or _host(feed.url), feed.language, feed.entries)
            )
        if site.wordpress:
            return Examined(
                SourceKind.WORDPRESS, site.wordpress, site.name or _host(site.wordpress), site.language, 0
            )
        raise error from None


async def _as_kind(kind: SourceKind | None, url: str, fetcher: Fetcher) -> Examined:
    """A page, sitemap or WordPress site named by its page or host; its answer must be readable."""
    if kind is SourceKind.WORDPRESS:
        answer = await fetcher.fetch(posts_address(url), accept="application/json")
        posts = parse_posts(load(answer.content, answer.url), url=answer.url)
        return Examined(kind, url, _host(url), None, len(posts))
    answer = await fetcher.fetch(url)
    if kind is SourceKind.SITEMAP:
        sitemap = parse_sitemap(answer.content, url=answer.url, limit=fetcher.limits.bytes)
        return Examined(kind, answer.url, _host(answer.url), None, len(sitemap.entries))
    entry = page_entry(answer.content, answer.url, answer.charset, answer.content_type)
    return Examined(SourceKind.PAGE, answer.url, entry.title or _host(answer.url), entry.language, 1)


async def _parsed(answer: Fetched, fetcher: Fetcher) -> Feed:
    return await asyncio.to_thread(
        parse_feed, answer.content, url=answer.url, charset=answer.charset, limit=fetcher.limits.bytes
    )


def _as_feed(answer: Fetched, feed: Feed) -> Examined:
    return Examined(
        SourceKind.FEED, answer.url, feed.title or _host(answer.url), feed.language, len(feed.entries)
    )


def _host(url: str) -> str:
    from urllib.parse import urlsplit

    return (urlsplit(url).hostname or shown(url)).removeprefix("www.")
