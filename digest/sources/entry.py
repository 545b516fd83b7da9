"""What a source gives: entries, with as much as it said about each and nothing it did not say."""

import re
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urljoin, urlsplit


@dataclass(frozen=True, slots=True)
class Image:
    """A picture by address; sizes in pixels when the source says them."""

    url: str
    width: int | None = None
    height: int | None = None
    alt: str | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """One piece as its source tells it.

    `html` is the whole text as sanitised HTML with absolute addresses, `text` the same where the source gave
    plain text; a teaser stands in `summary` (plain text) and never in these. `published` falls back to the
    time of the last change; it is None when the source says no time. `document` is a whole web page as
    fetched, for extraction; `charset` belongs to it. `alternates` are other languages' versions.
    """

    url: str | None
    title: str = ""
    guid: str | None = None
    author: str | None = None
    published: datetime | None = None
    updated: datetime | None = None
    html: str | None = None
    text: str | None = None
    summary: str | None = None
    image: Image | None = None
    language: str | None = None
    categories: tuple[str, ...] = ()
    comments: int | None = None
    alternates: tuple[str, ...] = ()
    document: bytes | None = None
    charset: str | None = None


@dataclass(frozen=True)
class Feed:
    """A feed as read. `format` is rss, rdf, atom or json with its version; `warnings` are plain sentences."""

    format: str
    title: str
    home: str | None
    language: str | None
    entries: tuple[Entry, ...]
    warnings: tuple[str, ...] = field(default=())


def web_address(value: object, base: str | None = None) -> str | None:
    """The absolute http(s) address of a link, or None: other schemes, nonsense and over 2,048 characters.

    What cannot be printed (line ends, NUL, zero-width marks, lone surrogates) is taken out, as browsers do.
    """
    if not isinstance(value, str) or not value.strip():
        return None
    link = "".join(character for character in value.strip() if character.isprintable())
    try:
        # urljoin takes "https://" without a host for the base's own address.
        address = urljoin(base, link) if base and not urlsplit(link).scheme else link
        parts = urlsplit(address)
    except ValueError:
        return None
    if parts.scheme.lower() not in ("http", "https") or not parts.hostname or len(address) > 2048:
        return None
    return address.replace(" ", "%20")


def language_tag(value: object) -> str | None:
    """A BCP 47 tag in its usual letter case (`en`, `pt-BR`, `zh-Hans`), or None if it is not one."""
    if not isinstance(value, str):
        return None
    parts = value.strip().replace("_", "-").split("-")
    if not re.fullmatch(r"[A-Za-z]{2,3}", parts[0]) or not all(
        re.fullmatch(r"[A-Za-z0-9]{2,8}", p) for p in parts
    ):
        return None
    cased = [parts[0].lower()]
    for part in parts[1:]:
        cased.append(part.upper() if len(part) == 2 else part.title() if len(part) == 4 else part.lower())
    tag = "-".join(cased)
    return tag if len(tag) <= 16 else cased[0]


def whole_number(value: object, most: int = 10_000_000) -> int | None:
    """A count or a size in pixels from `12`, `"12"` or `"12px"`; None for anything else or beyond `most`."""
    found = re.match(r"\s*(\d{1,9})(?:\.\d+)?\s*(?:px)?\s*$", str(value)) if value is not None else None
    number = int(found[1]) if found else None
    return number if number is not None and number <= most else None
