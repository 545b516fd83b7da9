"""What a site's page says of the site: its feeds, name, logo, colour, language."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from digest.sources.entry import language_tag, web_address
from digest.sources.markup import plain

if TYPE_CHECKING:
    from lxml.html import HtmlElement

FEED_TYPES = {
    "application/rss+xml": "rss",
    "application/atom+xml": "atom",
    "application/rdf+xml": "rdf",
    "application/feed+json": "json",
    "application/json": "json",
}
_COMMENTS = re.compile(r"/comments/feed|comments?[-_]?(?:rss|feed)|wp-json|oembed", re.IGNORECASE)
_HOME = ("home", "home page", "homepage", "main page")
_COLOUR = re.compile(r"#(?:[0-9a-f]{3}|[0-9a-f]{6})", re.IGNORECASE)


@dataclass(frozen=True)
class FoundFeed:
    """A feed that a page names: address, title as given there, and rss, atom, rdf or json."""

    url: str
    title: str
    kind: str


@dataclass(frozen=True)
class Site:
    """A site as its page describes it; what the page does not say is None. The first feed is the main one."""

    url: str
    name: str | None
    feeds: tuple[FoundFeed, ...]
    wordpress: str | None
    logo: str | None
    favicon: str | None
    colour: str | None
    language: str | None
    description: str | None


def discover(content: bytes | str, url: str, charset: str | None = None) -> Site:
    """Read a page, given as fetched or as text; never fails, a page that is no HTML just says nothing."""
    page = parse_page(content, charset)
    if page is None:
        return Site(url, None, (), None, None, None, None, None, None)
    base = web_address(_first(page.xpath("//base/@href")), url) or url
    meta = _meta(page)
    schema = _organisation(page)
    feeds = tuple(_feeds(page, base))
    colour = _COLOUR.fullmatch(meta.get("theme-color", "").strip())
    return Site(
        url=web_address(_first(page.xpath("//link[@rel='canonical']/@href")), base) or url,
        name=_name(page, meta, schema, feeds, url),
        feeds=feeds,
        wordpress=web_address(_first(page.xpath("//link[contains(@rel, 'api.w.org')]/@href")), base),
        logo=_logo(page, meta, schema, base),
        favicon=_favicon(page, base),
        colour=colour[0].lower() if colour else None,
        language=language_tag(_first(page.xpath("/html/@lang | /html/@xml:lang", namespaces=_XML)))
        or language_tag(meta.get("og:locale")),
        description=plain(meta.get("og:description") or meta.get("description") or "") or None,
    )


_XML = {"xml": "http://www.w3.org/XML/1998/namespace"}


def parse_page(content: bytes | str, charset: str | None = None) -> "HtmlElement | None":
    """The page as a tree, or None if there is none in it; `charset` is what HTTP said, which goes first."""
    import lxml.html
    from lxml.etree import LxmlError

    try:
        parser = lxml.html.HTMLParser(encoding=_encoding(content, charset), no_network=True)
        return lxml.html.document_fromstring(content, parser=parser)
    except (LxmlError, ValueError, AssertionError):
        return None


def _encoding(content: bytes | str, charset: str | None) -> str | None:
    if isinstance(content, str):
        return None
    from codecs import lookup

    try:
        if charset:
            return lookup(charset).name
        if not re.search(rb"<meta[^>]+charset", content[:4096], re.IGNORECASE):
            content.decode("utf-8")
            return "utf-8"
    except (LookupError, UnicodeDecodeError):
        pass
    return None


def _first(values: Any) -> str | None:
    return next((str(value) for value in values if str(value).strip()), None)


def _meta(page: "HtmlElement") -> dict[str, str]:
    found: dict[str, str] = {}
    for element in page.xpath("//meta[@content]"):
        name = element.get("property") or element.get("name") or ""
        found.setdefault(name.lower(), element.get("content", ""))
    return found


def _feeds(page: "HtmlElement", base: str) -> Iterator[FoundFeed]:
    """Those in `link rel=alternate`, feeds of comments last; if none, links whose address looks like one."""
    found: dict[str, FoundFeed] = {}
    for link in page.xpath("//link[@href]"):
        kind = FEED_TYPES.get(link.get("type", "").partition(";")[0].strip().lower())
        url = web_address(link.get("href"), base)
        if (
            "alternate" in link.get("rel", "").lower().split()
            and kind
            and url
            and not re.search("wp-json|oembed", url)
        ):
            found.setdefault(url, FoundFeed(url, plain(link.get("title") or ""), kind))
    if not found:
        for anchor in page.xpath("//a[@href]"):
            url = web_address(anchor.get("href"), base)
            if url and re.search(
                r"/(?:rss|feed|atom)/?$|\.(?:rss|atom)$|/(?:rss|feed|atom|index)\.xml$", url, re.I
            ):
                found.setdefault(
                    url, FoundFeed(url, plain(anchor.text_content()), "atom" if "atom" in url else "rss")
                )
    yield from sorted(found.values(), key=lambda feed: bool(_COMMENTS.search(feed.url)))


def _name(
    page: "HtmlElement", meta: dict[str, str], schema: dict[str, Any], feeds: tuple[FoundFeed, ...], url: str
) -> str | None:
    """The site's own name, also from "The Paper » Feed"; a title such as "Home – The Paper" is the last resort."""
    named = (feed.title.partition(" » ") for feed in feeds[:1])
    of_feed = next((name for name, separator, _ in named if separator), None)
    for candidate in (meta.get("og:site_name"), meta.get("application-name"), schema.get("name"), of_feed):
        if isinstance(candidate, str) and plain(candidate):
            return plain(candidate)
    title = plain(_first(page.xpath("//head/title/text()")) or meta.get("og:title", ""))
    parts = [part for part in re.split(r"\s+[|–—·:»-]\s+", title) if part.lower() not in _HOME]
    # An article's title begins with the article's name and ends with the site's.
    is_front = urlsplit(url).path in ("", "/")
    return parts[0 if is_front else -1] if parts else None


def _organisation(page: "HtmlElement") -> dict[str, Any]:
    """The publisher as schema.org JSON-LD describes it: name and logo."""
    found: dict[str, Any] = {}
    for script in page.xpath("//script[@type='application/ld+json']/text()"):
        try:
            nodes = list(_nodes(json.loads(str(script)), 0))
        except (ValueError, RecursionError):
            continue
        for node in nodes:
            kinds = node.get("@type")
            kinds = kinds if isinstance(kinds, list) else [kinds]
            if any(str(kind).endswith(("Organization", "WebSite")) for kind in kinds):
                logo = node.get("logo")
                logo = logo.get("url") or logo.get("contentUrl") if isinstance(logo, dict) else logo
                found.setdefault("name", node.get("name"))
                if isinstance(logo, str):
                    found.setdefault("logo", logo)
    return found


def _nodes(value: Any, depth: int) -> Iterator[dict[str, Any]]:
    if depth > 6:
        return
    if isinstance(value, list):
        for part in value:
            yield from _nodes(part, depth + 1)
    elif isinstance(value, dict):
        yield value
        for key in ("@graph", "publisher", "mainEntity", "isPartOf"):
            yield from _nodes(value.get(key), depth + 1)


def _logo(page: "HtmlElement", meta: dict[str, str], schema: dict[str, Any], base: str) -> str | None:
    """schema.org and og:logo, then a picture in the header that calls itself logo, then the touch icon."""
    header = page.xpath(
        "//header//img[@src] | //*[contains(concat(' ', @class, ' '), ' logo ')"
        " or contains(@class, 'custom-logo') or @id='logo']//img[@src]"
        " | //img[@src][contains(@class, 'logo')]"
    )
    named = [img for img in header if "logo" in " ".join(img.attrib.values()).lower()] or header
    icons = page.xpath("//link[contains(@rel, 'apple-touch-icon')][@href]")
    largest = max(icons, key=lambda icon: _size(icon.get("sizes")), default=None)
    candidates = (
        schema.get("logo"),
        meta.get("og:logo"),
        *(img.get("src") for img in named),
        largest.get("href") if largest is not None else None,
    )
    return next((url for url in (web_address(value, base) for value in candidates) if url), None)


def _favicon(page: "HtmlElement", base: str) -> str | None:
    icons = [link for link in page.xpath("//link[@href]") if "icon" in link.get("rel", "").lower().split()]
    best = max(icons, key=lambda icon: _size(icon.get("sizes")), default=None)
    return web_address(best.get("href"), base) if best is not None else web_address("/favicon.ico", base)


def _size(sizes: str | None) -> int:
    found = re.match(r"(\d{1,4})x", sizes or "")
    return int(found[1]) if found else 0
