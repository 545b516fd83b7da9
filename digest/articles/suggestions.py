"""The titles of a "you may also like" block: never in the article's text, but worth knowing."""

import re
from collections.abc import Iterator
from urllib.parse import urljoin

from lxml.html import HtmlElement

from digest.articles.extracted import Suggestion
from digest.articles.markers import Marker, marker
from digest.articles.names import name_of

MOST = 12
_RELATED = re.compile(
    r" (?:related(?:posts?)?|jp relatedposts|yarpp|crp related|wp rp|recommended|also like|you may|more "
    r"(?:stories|articles)|read next|related (?:posts?|articles?|stories)) "
)
_HEADINGS = ("h2", "h3", "h4", "h5", "h6")


def suggestions_of_page(tree: HtmlElement, url: str | None) -> tuple[Suggestion, ...]:
    """The suggestions of a page, in order: the longest block that a related heading opens or a name announces.

    A single "read also" between two paragraphs is the shortest of them.
    """
    return max(_blocks(tree, url), key=len, default=())


def _blocks(tree: HtmlElement, url: str | None) -> Iterator[tuple[Suggestion, ...]]:
    for heading in tree.iter(*_HEADINGS, "p", "div", "span", "strong"):
        if heading.tag not in _HEADINGS and len(heading) > 2:
            continue
        line = heading.text_content()
        if 3 <= len(line) <= 120 and marker(line) is Marker.RELATED:
            block = heading.getparent()
            for _ in range(3):
                if block is None or block.tag in ("body", "html", "main", "article"):
                    break
                found = _titles(block, heading, url)
                if found:
                    yield found
                    break
                block = block.getparent()
    for block in tree.iter("div", "section", "aside", "ul"):
        if _RELATED.search(name_of(block)):
            yield _titles(block, None, url)


def _titles(block: HtmlElement, heading: HtmlElement | None, url: str | None) -> tuple[Suggestion, ...]:
    found: dict[str, Suggestion] = {}
    passed = heading is None
    in_headings = any(_in_heading(link) for link in block.iter("a"))
    for element in block.iter():
        if element is heading:
            passed = True
        if not passed or element.tag != "a" or not element.get("href"):
            continue
        if in_headings and not _in_heading(element):
            continue
        title = " ".join(element.text_content().split())
        if 15 <= len(title) <= 250 and title not in found:
            found[title] = Suggestion(title, _absolute(url, element.get("href") or ""))
    return tuple(found.values())[:MOST]


def _in_heading(link: HtmlElement) -> bool:
    parent = link.getparent()
    return (parent is not None and parent.tag in _HEADINGS) or link.find(".//h3") is not None


def suggestions_of_text(paragraphs: list[str]) -> tuple[Suggestion, ...]:
    """The suggestions in the paragraphs after a related marker: a title, then perhaps an excerpt that ends
    in an ellipsis."""
    for position, line in enumerate(paragraphs):
        if marker(line) is Marker.RELATED:
            after = [item for item in paragraphs[position + 1 :] if item and marker(item) is None]
            titles = [
                item
                for item in after
                if not item.rstrip().endswith(("…", "...", "[…]", "[...]")) and 10 <= len(item) <= 250
            ]
            return tuple(Suggestion(title) for title in titles[:MOST])
    return ()


def _absolute(base: str | None, address: str) -> str | None:
    try:
        return urljoin(base or "", address) or None
    except ValueError:
        return None
