"""Sitemaps (sitemaps.org 0.9) with Google's news extension, and the indexes that name them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from digest.sources.dates import read_date
from digest.sources.declarations import check_entities
from digest.sources.entry import Entry, language_tag, web_address
from digest.sources.errors import Unreadable, shown
from digest.sources.images import picture
from digest.sources.markup import plain
from digest.sources.unpack import unpacked

if TYPE_CHECKING:
    from lxml.etree import _Element


@dataclass(frozen=True)
class Sitemap:
    """A sitemap's entries, or, of an index, the sitemaps it names with the time each last changed."""

    entries: tuple[Entry, ...]
    sitemaps: tuple[tuple[str, datetime | None], ...]
    warnings: tuple[str, ...] = ()


def parse_sitemap(content: bytes, *, url: str, limit: int = 50_000_000) -> Sitemap:
    """Read a sitemap or a sitemap index, gzip or not; one that is cut off gives what is whole.

    Raises Unreadable for anything else.
    """
    from lxml import etree

    content = unpacked(content, url, limit).removeprefix(b"\xef\xbb\xbf").lstrip()
    check_entities(content, url)
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        recover=True,
        remove_comments=True,
    )
    try:
        root = etree.fromstring(content, parser) if content else None
    except (etree.XMLSyntaxError, ValueError):
        root = None
    name = _name(root) if root is not None else ""
    if root is None or name not in ("urlset", "sitemapindex"):
        what = f"is XML (<{name}>)" if name else "is not XML"
        raise Unreadable(
            f"{shown(url)} {what}, not a sitemap.",
            "Give the address of its sitemap.xml.",
            url=url,
            permanent=True,
        )
    warnings = () if not parser.error_log else (f"{shown(url)} is broken XML; what is whole was read.",)
    if name == "sitemapindex":
        named = (
            (web_address(_text(child, "loc"), url), read_date(_text(child, "lastmod"))) for child in root
        )
        return Sitemap((), tuple((address, changed) for address, changed in named if address), warnings)
    return Sitemap(tuple(_entries(root, url)), (), warnings)


def _name(element: "_Element") -> str:
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def _children(element: "_Element", name: str) -> Iterator["_Element"]:
    return (child for child in element if _name(child) == name)


def _text(element: "_Element | None", name: str) -> str | None:
    found = next(_children(element, name), None) if element is not None else None
    return "".join(str(part) for part in found.itertext()).strip() if found is not None else None


def _entries(root: "_Element", url: str) -> Iterator[Entry]:
    for element in _children(root, "url"):
        address = web_address(_text(element, "loc"), url)
        if address is None:
            continue
        news = next(_children(element, "news"), None)
        publication = next(_children(news, "publication"), None) if news is not None else None
        changed = read_date(_text(element, "lastmod"))
        image = next(_children(element, "image"), None)
        keywords = _text(news, "keywords") or ""
        yield Entry(
            url=address,
            guid=address,
            title=plain(_text(news, "title") or "", is_html=False),
            published=read_date(_text(news, "publication_date")) or changed,
            updated=changed,
            language=language_tag(_text(publication, "language")),
            image=picture(
                _text(image, "loc"), base=url, alt=_text(image, "caption") or _text(image, "title")
            ),
            categories=tuple(dict.fromkeys(word.strip() for word in keywords.split(",") if word.strip())),
            alternates=tuple(_alternates(element, address, url)),
        )


def _alternates(element: "_Element", mine: str, url: str) -> Iterator[str]:
    for link in _children(element, "link"):
        address = web_address(link.get("href"), url)
        if link.get("rel") == "alternate" and link.get("hreflang") and address and address != mine:
            yield address
