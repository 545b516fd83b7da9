"""Read a source of any kind: one visit, its entries, and what to remember for the next."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from digest.sources.entry import Entry, Feed
from digest.sources.errors import SourceError, shown
from digest.sources.feed import parse_feed
from digest.sources.fetcher import FEED_TYPES, PAGE_TYPES, Fetched, Fetcher
from digest.sources.folder import read_folder
from digest.sources.jsonfeed import load
from digest.sources.page import page_entry
from digest.sources.sitemap import Sitemap, parse_sitemap
from digest.sources.tables import Source, SourceKind
from digest.sources.wordpress import parse_posts, posts_address

RECENT = timedelta(days=30)
"""How far back a sitemap or a WordPress site, which name everything they have, is read."""

_SITEMAPS = 3
_POST_PAGES = 4
_MOST = 2000


@dataclass(frozen=True)
class SourceFacts:
    """What a visit needs to know of a source; `url` is a path for a folder."""

    kind: SourceKind
    url: str
    language: str | None = None
    etag: str | None = None
    last_modified: str | None = None


@dataclass(frozen=True)
class Reading:
    """What a visit gave. With `not_modified` there is nothing new and `entries` is empty.

    `etag` and `last_modified` are to be kept for the next visit; `moved_to` is the feed's new address if the
    site says that it moved for good; `title` is the source's own name, if it has one.
    """

    entries: tuple[Entry, ...] = ()
    etag: str | None = None
    last_modified: str | None = None
    not_modified: bool = False
    warnings: tuple[str, ...] = ()
    moved_to: str | None = None
    title: str = ""


def facts(source: Source) -> SourceFacts:
    """The facts of a stored source, free of its session."""
    return SourceFacts(
        SourceKind(source.kind), source.url, source.language, source.etag, source.last_modified
    )


async def read_source(source: SourceFacts, fetcher: Fetcher, now: datetime) -> Reading:
    """Visit a source. Raises a SourceError, with the reason in plain words, if it gives nothing readable.

    Each entry has an address and appears once; entries without one are left out with a warning. The source's
    language stands in where an entry says none.
    """
    match source.kind:
        case SourceKind.FEED:
            reading = await _read_feed(source, fetcher)
        case SourceKind.PAGE:
            reading = await _read_page(source, fetcher)
        case SourceKind.FOLDER:
            entries, warnings = await asyncio.to_thread(read_folder, Path(source.url), fetcher.limits.bytes)
            reading = Reading(tuple(entries), warnings=tuple(warnings))
        case SourceKind.SITEMAP:
            reading = await _read_sitemap(source, fetcher, now)
        case SourceKind.WORDPRESS:
            reading = await _read_wordpress(source, fetcher, now)
    return _tidy(reading, source)


def _tidy(reading: Reading, source: SourceFacts) -> Reading:
    by_url: dict[str, Entry] = {}
    for entry in reading.entries:
        if entry.url:
            by_url.setdefault(
                entry.url, entry if entry.language else replace(entry, language=source.language)
            )
    missing = sum(1 for entry in reading.entries if not entry.url)
    warnings = reading.warnings
    if missing:
        lot = "entry has no link and was" if missing == 1 else "entries have no link and were"
        warnings += (f"{shown(source.url)}: {missing} {lot} left out.",)
    return replace(reading, entries=tuple(by_url.values())[:_MOST], warnings=warnings)


async def _fetch(source: SourceFacts, fetcher: Fetcher, accept: str = FEED_TYPES) -> Fetched:
    return await fetcher.fetch(
        source.url, etag=source.etag, last_modified=source.last_modified, accept=accept
    )


def _kept(source: SourceFacts, answer: Fetched, reading: Reading) -> Reading:
    """The reading with what the answer's headers say; a 304 often repeats only a part of them."""
    if answer.not_modified:
        return Reading(
            etag=answer.etag or source.etag,
            last_modified=answer.last_modified or source.last_modified,
            not_modified=True,
            moved_to=answer.moved_to,
        )
    return replace(reading, etag=answer.etag, last_modified=answer.last_modified, moved_to=answer.moved_to)


async def _read_feed(source: SourceFacts, fetcher: Fetcher) -> Reading:
    answer = await _fetch(source, fetcher)
    if answer.not_modified:
        return _kept(source, answer, Reading())
    feed: Feed = await asyncio.to_thread(
        parse_feed, answer.content, url=answer.url, charset=answer.charset, limit=fetcher.limits.bytes
    )
    return _kept(source, answer, Reading(feed.entries, warnings=feed.warnings, title=feed.title))


async def _read_page(source: SourceFacts, fetcher: Fetcher) -> Reading:
    answer = await _fetch(source, fetcher, PAGE_TYPES)
    if answer.not_modified:
        return _kept(source, answer, Reading())
    entry = await asyncio.to_thread(
        page_entry, answer.content, answer.url, answer.charset, answer.content_type
    )
    return _kept(source, answer, Reading((entry,), title=entry.title))


async def _read_sitemap(source: SourceFacts, fetcher: Fetcher, now: datetime) -> Reading:
    answer = await _fetch(source, fetcher)
    if answer.not_modified:
        return _kept(source, answer, Reading())
    sitemap = await _parsed(answer, fetcher)
    if not sitemap.sitemaps:
        entries, warnings = list(sitemap.entries), list(sitemap.warnings)
        return _kept(source, answer, _recent(entries, warnings, source, now))
    entries, warnings = [], list(sitemap.warnings)
    for address in _promising(sitemap.sitemaps, now):
        try:
            part = await _parsed(await fetcher.fetch(address), fetcher)
        except SourceError as error:
            warnings.append(error.message)
            continue
        entries.extend(part.entries)
        warnings.extend(part.warnings)
    # An index may stay the same while its sitemaps change: its ETag must not be kept.
    return _recent(entries, warnings, source, now)


async def _parsed(answer: Fetched, fetcher: Fetcher) -> Sitemap:
    return await asyncio.to_thread(parse_sitemap, answer.content, url=answer.url, limit=fetcher.limits.bytes)


def _promising(sitemaps: Iterable[tuple[str, datetime | None]], now: datetime) -> list[str]:
    """News sitemaps first, then those of posts, each the last changed first; long unchanged ones never."""
    fresh = [(url, changed) for url, changed in sitemaps if changed is None or changed > now - RECENT]
    fresh.sort(key=lambda named: named[1].timestamp() if named[1] else 0.0, reverse=True)
    fresh.sort(key=lambda named: 0 if "news" in named[0] else 1 if "post" in named[0] else 2)
    return [url for url, _ in fresh[:_SITEMAPS]]


def _recent(entries: list[Entry], warnings: list[str], source: SourceFacts, now: datetime) -> Reading:
    dated = [entry for entry in entries if entry.published is not None]
    if entries and not dated:
        warnings.append(
            f"{shown(source.url)} says no dates, so nothing can be told to be new; add the site's feed."
        )
    fresh = [entry for entry in dated if entry.published is not None and entry.published > now - RECENT]
    fresh.sort(key=lambda entry: entry.published or now, reverse=True)
    return Reading(tuple(fresh), warnings=tuple(warnings))


async def _read_wordpress(source: SourceFacts, fetcher: Fetcher, now: datetime) -> Reading:
    answer = await fetcher.fetch(
        posts_address(source.url),
        etag=source.etag,
        last_modified=source.last_modified,
        accept="application/json",
    )
    if answer.not_modified:
        return _kept(source, answer, Reading())
    first = answer
    entries: list[Entry] = []
    for page in range(1, _POST_PAGES + 1):
        if page > 1:
            answer = await fetcher.fetch(posts_address(source.url, page), accept="application/json")
        document = load(answer.content, answer.url)
        posts = await asyncio.to_thread(parse_posts, document, url=answer.url, language=source.language)
        entries.extend(posts)
        pages = answer.headers.get("x-wp-totalpages", "1")
        oldest = min((entry.published for entry in posts if entry.published), default=now - RECENT)
        if oldest <= now - RECENT or not pages.isdigit() or page >= int(pages):
            break
    return replace(_kept(source, first, Reading(tuple(entries))), moved_to=None)
