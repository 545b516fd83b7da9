"""From a source's entry to an article: which text is taken, the page's or the entry's own."""

import asyncio
from dataclasses import dataclass, replace

from digest.articles.extracted import Alternate, Extracted, Hints
from digest.articles.extraction import extract, extract_fragment, extract_text
from digest.articles.problem import ArticleError
from digest.settings_model import Settings
from digest.sources.entry import Entry
from digest.sources.errors import SourceError
from digest.sources.fetcher import PAGE_TYPES, Fetcher, Limits


@dataclass(frozen=True)
class Found:
    """An article and the address it was asked under."""

    url: str
    extracted: Extracted


def fetcher_for(settings: Settings) -> Fetcher:
    """The fetcher with this installation's limits."""
    fetch = settings.fetch
    return Fetcher(
        Limits(seconds=fetch.timeout_seconds, bytes=fetch.max_bytes, in_all=fetch.concurrency),
        allow_private_networks=fetch.allow_private_networks,
        contact=settings.public_url,
    )


async def read_entry(entry: Entry, fetcher: Fetcher) -> Found | str:
    """The entry's article, or one sentence that says why there is none.

    The page is read where there is one, since it knows byline, picture and time better than a feed; the
    text that the entry carries stands in when the page cannot be had or holds no article.
    """
    assert entry.url is not None, "read_source gives no entry without an address"
    try:
        extracted = await _from_page(entry, entry.url, fetcher)
    except (SourceError, ArticleError) as error:
        try:
            extracted = await asyncio.to_thread(_carried, entry)
        except ArticleError:
            return error.message
    told = tuple(Alternate("und", url) for url in entry.alternates)
    return Found(entry.url, replace(extracted, alternates=extracted.alternates + told))


async def _from_page(entry: Entry, url: str, fetcher: Fetcher) -> Extracted:
    if entry.document is not None:
        return await asyncio.to_thread(extract, entry.document, url, _hints(entry))
    if url.startswith("file:"):
        return await asyncio.to_thread(_carried, entry)
    answer = await fetcher.fetch(url, accept=PAGE_TYPES)
    return await asyncio.to_thread(extract, answer.content, answer.url, _hints(entry, answer.charset))


def _carried(entry: Entry) -> Extracted:
    """The article of the text that the entry itself carries; ArticleError when it carries none."""
    hints = _hints(entry)
    if entry.html:
        return extract_fragment(entry.html, entry.url, hints)
    return extract_text(entry.text or "", entry.url, hints, where=entry.url or "the entry")


def _hints(entry: Entry, charset: str | None = None) -> Hints:
    return Hints(
        title=entry.title or None,
        byline=entry.author,
        published=entry.published,
        updated=entry.updated,
        language=entry.language,
        image_url=entry.image.url if entry.image else None,
        section=entry.categories[0] if entry.categories else None,
        topics=entry.categories,
        comments=entry.comments,
        charset=charset or entry.charset,
    )
