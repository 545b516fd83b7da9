"""The lead image of a page: what the page announces, else the first large one of its body."""

import re
from typing import Any
from urllib.parse import urljoin

from lxml.html import HtmlElement

from digest.articles.extracted import Image
from digest.articles.head import Head
from digest.articles.jsonld import Node

_NOT_A_PHOTO = re.compile(
    r"(?:logo|favicon|avatar|gravatar|placeholder|spacer|pixel|blank|sprite|default[-_]?(?:image|og|share)|"
    r"1x1)",
    re.IGNORECASE,
)
_SMALLEST = 200
"""Pixels; an image of the body that is narrower is a badge or a portrait."""


def lead_image(head: Head, node: Node | None, tree: HtmlElement, url: str | None) -> Image | None:
    """The lead image with an absolute http address; None when the page has none."""
    announced = head.first(
        "og:image:secure_url", "og:image", "og:image:url", "twitter:image", "twitter:image:src"
    )
    described = _described((node or {}).get("image"))
    alt = head.first("og:image:alt", "twitter:image:alt")
    if announced and _usable(announced, url):
        width, height = _pixels(head.first("og:image:width")), _pixels(head.first("og:image:height"))
        if described and described[0] == announced:
            width, height = width or described[1], height or described[2]
        return Image(_absolute(url, announced), alt or _alt_in(tree, announced), width, height)
    if described and _usable(described[0], url):
        return Image(
            _absolute(url, described[0]), alt or _alt_in(tree, described[0]), described[1], described[2]
        )
    return first_image(tree, url)


def first_image(tree: HtmlElement, url: str | None) -> Image | None:
    """The first image of `tree` that is a picture by its address and size."""
    for element in tree.iter("img"):
        address = (
            element.get("data-src")
            or element.get("data-lazy-src")
            or element.get("data-original")
            or element.get("src")
            or ""
        )
        width, height = _pixels(element.get("width")), _pixels(element.get("height"))
        if (
            address.startswith("data:")
            or not _usable(address, url)
            or (width is not None and width < _SMALLEST)
        ):
            continue
        if "wp-post-image" in (element.get("class") or "") or width or element.get("srcset"):
            return Image(_absolute(url, address), (element.get("alt") or "").strip() or None, width, height)
    return None


def _described(value: Any) -> tuple[str, int | None, int | None] | None:
    if isinstance(value, list):
        return next((found for item in value if (found := _described(item))), None)
    if isinstance(value, str):
        return (value.strip(), None, None) if value.strip() else None
    if isinstance(value, dict):
        address = value.get("url") or value.get("contentUrl")
        address = address[0] if isinstance(address, list) and address else address
        if isinstance(address, str) and address.strip():
            return address.strip(), _pixels(value.get("width")), _pixels(value.get("height"))
    return None


def _pixels(value: Any) -> int | None:
    found = (
        re.match(r"\s*(\d{1,5})(?:\.\d+)?\s*(?:px)?\s*$", str(value))
        if value is not None and not isinstance(value, dict)
        else None
    )
    return int(found[1]) or None if found else None


def _usable(address: str, url: str | None) -> bool:
    return (
        bool(address)
        and _absolute(url, address).startswith(("http://", "https://"))
        and not _NOT_A_PHOTO.search(address.rsplit("/", 1)[-1])
    )


def _absolute(url: str | None, address: str) -> str:
    try:
        joined = urljoin(url or "", address.strip())
    except ValueError:
        return ""
    return f"https:{joined}" if joined.startswith("//") else joined


def _alt_in(tree: HtmlElement, address: str) -> str | None:
    name = re.sub(r"-\d+x\d+(?=\.\w+$)", "", address.split("?")[0].rsplit("/", 1)[-1])
    for element in tree.iter("img"):
        source = " ".join(element.get(key) or "" for key in ("src", "data-src", "srcset"))
        if name and name.rsplit(".", 1)[0] in source and (element.get("alt") or "").strip():
            return " ".join((element.get("alt") or "").split())
    return None
