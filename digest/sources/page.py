"""A single web page as a source: one entry, with the page itself for extraction."""

from digest.sources.discover import parse_page
from digest.sources.entry import Entry, language_tag, web_address
from digest.sources.errors import Unreadable, shown
from digest.sources.markup import plain

_PAGE_TYPES = ("", "text/html", "application/xhtml+xml", "application/xml", "text/xml", "text/plain")


def page_entry(content: bytes, url: str, charset: str | None = None, content_type: str = "") -> Entry:
    """The page as an entry whose `document` is the page; its address is the canonical one, if it names one.

    Raises Unreadable for anything that is not a page with text in it.
    """
    if content_type not in _PAGE_TYPES:
        raise Unreadable(
            f"{shown(url)} is {content_type}, not a web page.",
            "Give the address of a page.",
            url=url,
            permanent=True,
        )
    if not content.strip():
        raise Unreadable(f"{shown(url)} is empty.", "Check the address.", url=url)
    page = (
        parse_page(content, charset)
        if b"\0" not in content[:1000] or content[:2] in (b"\xff\xfe", b"\xfe\xff")
        else None
    )
    if page is None or not page.xpath("string(//body)").strip():
        raise Unreadable(
            f"{shown(url)} is not a web page with text.",
            "Give the address of a page.",
            url=url,
            permanent=True,
        )
    canonical = page.xpath("//link[@rel='canonical']/@href")
    titles = page.xpath("//meta[@property='og:title']/@content | //title/text()")
    languages = page.xpath("/html/@lang")
    return Entry(
        url=_same_site(web_address(str(canonical[0]), url) if canonical else None, url),
        title=plain(str(titles[0])) if titles else "",
        guid=url,
        language=language_tag(str(languages[0])) if languages else None,
        document=content,
        charset=charset,
    )


def _same_site(canonical: str | None, url: str) -> str:
    """A canonical address only if it is of the same host: a page must not speak for another site."""
    from urllib.parse import urlsplit

    if canonical is None:
        return url
    hosts = [(urlsplit(address).hostname or "").removeprefix("www.") for address in (canonical, url)]
    return canonical if hosts[0] == hosts[1] else url
