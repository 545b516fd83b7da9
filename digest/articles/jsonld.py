"""The article that a page describes in JSON-LD (schema.org): graphs, arrays and broken JSON are all met in
the wild."""

import json
import re
from collections.abc import Iterator
from html import unescape
from typing import Any

from lxml.html import HtmlElement

from digest.text.wordlists import word_set

Node = dict[str, Any]

ARTICLE_TYPES = word_set(
    """
article newsarticle blogposting reportagenewsarticle analysisnewsarticle opinionnewsarticle
backgroundnewsarticle reviewnewsarticle advertisercontentarticle satiricalarticle scholarlyarticle
techarticle report liveblogposting socialmediaposting discussionforumposting review
"""
)
_PAGE_TYPES = frozenset({"webpage", "itempage", "recipe", "creativework", "podcastepisode", "videoobject"})
_MOST_NODES = 2000
_CONTROL = re.compile(r"[\x00-\x1f]+")
_TRAILING = re.compile(r",\s*([}\]])")


def nodes(tree: HtmlElement) -> list[Node]:
    """Every JSON-LD object of the page, nested ones after the one that holds them."""
    found: list[Node] = []
    for script in tree.iter("script"):
        if "ld+json" not in (script.get("type") or "").lower():
            continue
        for value in _load(script.text or ""):
            found.extend(_walk(value))
            if len(found) > _MOST_NODES:
                return found
    return found


def article_node(found: list[Node]) -> Node | None:
    """The node that is the article: the first of an article type with a headline or date, else the page
    itself."""
    articles = [
        node
        for node in found
        if types(node) & ARTICLE_TYPES
        and (node.get("headline") or node.get("datePublished") or node.get("name"))
    ]
    full = [node for node in articles if node.get("headline") and node.get("datePublished")]
    if full or articles:
        return (full or articles)[0]
    pages = [node for node in found if types(node) & _PAGE_TYPES and node.get("datePublished")]
    return pages[0] if pages else None


def types(node: Node) -> set[str]:
    """The node's types, lower case, without the vocabulary's address."""
    value = node.get("@type")
    listed = value if isinstance(value, list) else [value]
    return {item.rsplit("/", 1)[-1].lower() for item in listed if isinstance(item, str)}


def text(value: Any) -> str | None:
    """The string of a JSON-LD value: itself, its `name`, `@value` or `url`, or the first of a list that has
    one."""
    if isinstance(value, str):
        return " ".join(unescape(value).split()) or None
    if isinstance(value, dict):
        return (
            text(value.get("name"))
            or text(value.get("@value"))
            or text(value.get("url"))
            or text(value.get("@id"))
        )
    if isinstance(value, list):
        return next((found for item in value if (found := text(item))), None)
    return None


def texts(value: Any) -> list[str]:
    """Every string of a JSON-LD value that may be a list; a string with commas is split."""
    if isinstance(value, str):
        return [part for piece in unescape(value).split(",") if (part := " ".join(piece.split()))]
    if isinstance(value, list):
        return [found for item in value if (found := text(item))]
    found = text(value)
    return [found] if found else []


def _load(raw: str) -> list[Any]:
    raw = raw.strip().removeprefix("<!--").removesuffix("-->").strip()
    raw = re.sub(r"^(?://)?\s*<!\[CDATA\[|(?://)?\s*\]\]>$", "", raw).strip().rstrip(";")
    if not raw:
        return []
    for attempt in (raw, _TRAILING.sub(r"\1", _CONTROL.sub(" ", raw)), unescape(raw)):
        try:
            return [json.loads(attempt, strict=False)]
        except (ValueError, RecursionError):
            continue
    return _fields(raw)


def _fields(raw: str) -> list[Any]:
    """What can still be read of JSON that does not parse: the plain string fields of an article."""
    if not re.search(r'"@type"\s*:\s*\[?\s*"[A-Za-z]*(?:Article|BlogPosting)"', raw):
        return []
    node: Node = {"@type": "Article"}
    for name in ("headline", "datePublished", "dateModified", "articleSection", "inLanguage"):
        found = re.search(rf'"{name}"\s*:\s*"((?:[^"\\]|\\.)*)"', raw)
        if found:
            node[name] = found[1].replace('\\"', '"').replace("\\/", "/")
    author = re.search(r'"author"\s*:\s*[\[{][^\]}]*?"name"\s*:\s*"((?:[^"\\]|\\.)*)"', raw)
    if author:
        node["author"] = author[1]
    return [node]


def _walk(value: Any, depth: int = 0) -> Iterator[Node]:
    if depth > 12:
        return
    if isinstance(value, list):
        for item in value[:500]:
            yield from _walk(item, depth + 1)
    elif isinstance(value, dict):
        yield value
        for key in (
            "@graph",
            "mainEntity",
            "mainEntityOfPage",
            "itemListElement",
            "item",
            "hasPart",
            "liveBlogUpdate",
        ):
            if isinstance(value.get(key), dict | list):
                yield from _walk(value[key], depth + 1)
