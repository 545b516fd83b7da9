"""Who wrote the article, as JSON-LD, meta names or the byline on the page say it."""

import re
from collections.abc import Iterable, Iterator
from typing import Any

from lxml.html import HtmlElement

from digest.articles import jsonld
from digest.articles.head import Head
from digest.articles.names import name_of
from digest.text.byline import names

_DECLARED = [
    "article:author_name",
    "author",
    "article:author",
    "parsely-author",
    "sailthru.author",
    "dc.creator",
    "dcterms.creator",
    "byl",
    "citation_author",
]
_BYLINE = re.compile(
    r"(?:^|[\s_-])(?:by-?line|author-?name|(?:post|entry|article)-?author|p-author|fn|author|byl|autor|"
    r"autoren|signature)(?:$|[\s_-])",
    re.IGNORECASE,
)
_OTHERS = re.compile(r" (?:comments?|commentlist|related|latest|recent|popular|most read) ")


def byline(
    tree: HtmlElement, head: Head, node: jsonld.Node | None, found: list[jsonld.Node], sites: Iterable[str]
) -> str | None:
    """The names of the authors; the site's own name only when there is no other."""
    site_names = {_plain(site) for site in sites}
    organisation = None
    for candidate in _candidates(tree, head, node, found):
        name = names(candidate)
        if name and _plain(name) in site_names:
            organisation = organisation or name
        elif name:
            return name
    return organisation


def _candidates(
    tree: HtmlElement, head: Head, node: jsonld.Node | None, found: list[jsonld.Node]
) -> Iterator[str]:
    by_id = {item["@id"]: item for item in found if isinstance(item.get("@id"), str) and item.get("name")}
    authors = _named((node or {}).get("author") or (node or {}).get("creator"), by_id)
    if authors:
        yield ", ".join(authors)
    declared = [value for value in head.every(*_DECLARED) if not value.startswith("http")]
    if declared:
        yield declared[0] if "," in declared[0] else ", ".join(dict.fromkeys(declared[:4]))
    for element in tree.iter("a", "span", "div", "p", "address", "strong", "h3", "h4", "cite", "b", "li"):
        by_property = "author" in (element.get("itemprop") or "").lower()
        named = f"{element.get('class') or ''} {element.get('id') or ''}"
        if not (
            by_property or "author" in (element.get("rel") or "").lower().split() or _BYLINE.search(named)
        ):
            continue
        inner = element.find(".//*[@itemprop='name']") if by_property else None
        shown = " ".join((inner if inner is not None else element).text_content().split())
        if 3 <= len(shown) <= 100 and not _is_of_others(element):
            yield shown


def _is_of_others(element: HtmlElement) -> bool:
    return any(_OTHERS.search(name_of(parent)) for parent in element.iterancestors() if parent.tag != "body")


def _named(value: Any, by_id: dict[str, jsonld.Node]) -> list[str]:
    if isinstance(value, list):
        return [name for item in value[:6] for name in _named(item, by_id)]
    if isinstance(value, dict) and not value.get("name") and value.get("@id") in by_id:
        value = by_id[value["@id"]]
    name = jsonld.text(value)
    return [name] if name and not name.startswith("http") else []


def _plain(text: str) -> str:
    return re.sub(r"\W+", "", text.casefold())
