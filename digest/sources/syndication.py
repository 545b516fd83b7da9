"""RSS, RDF and Atom: what feedparser found, as entries."""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from io import BytesIO
from typing import Any, cast

from digest.sources.dates import from_struct, read_date
from digest.sources.entry import Entry, Image, language_tag, web_address, whole_number
from digest.sources.images import choose, first_in, picture
from digest.sources.markup import harmless, paragraphs, plain, words

_ADDRESS = re.compile(r"[^\s@<>()]+@[^\s@<>()]+\.[^\s@<>()]+")
_REFERENCE = re.compile(rb"&#(?:[xX]([0-9a-fA-F]{1,10})|(\d{1,12}));?")
_ENCODING_NAME = re.compile(rb"^\s*<\?xml[^>]*>")
_GEOMETRY = re.compile(rb"</?(?:georss|gml):[^>]*>")
_TEASER_WORDS = 120
_LONGEST_NAME = 300
_HTML = ("text/html", "application/xhtml+xml", "application/octet-stream")


def parse(content: bytes, charset: str | None) -> Mapping[str, Any]:
    """feedparser's result for bytes already fetched; its own sanitiser and link resolver are left off.

    Both are slower and laxer than `markup.harmless`, which every entry's markup passes in `entries`. It is
    not told the feed's address either: it would join that to ids as well, and an id must stay as it is.
    Raises ValueError for bytes that make it fail.
    """
    try:
        return _feedparser(content, charset)
    except Exception:
        # It fails on references to characters that do not exist, on undecodable encoding names and on odd
        # geometry, with whatever Python raises there; without these it reads the rest.
        tamed = _GEOMETRY.sub(
            b"", _REFERENCE.sub(_existing, _ENCODING_NAME.sub(b"<?xml ?>", content, count=1))
        )
    try:
        return _feedparser(tamed, charset)
    except Exception as error:
        raise ValueError(f"feedparser fails: {error!r}") from None


def _feedparser(content: bytes, charset: str | None) -> Mapping[str, Any]:
    import feedparser

    kind = "application/xml" + (f"; charset={charset}" if charset else "")
    result: Mapping[str, Any] = feedparser.parse(
        BytesIO(content),
        response_headers={"content-type": kind},
        resolve_relative_uris=False,
        sanitize_html=False,
    )
    return result


def _existing(reference: re.Match[bytes]) -> bytes:
    number = int(reference[1], 16) if reference[1] else int(reference[2])
    exists = number < 0xD800 or 0xDFFF < number < 0x110000
    return reference[0] if exists else b"&#xFFFD;"


def entries(parsed: Mapping[str, Any], url: str) -> Iterator[Entry]:
    """The entries in the feed's order."""
    feed = parsed["feed"]
    inherited = _author(feed) if str(parsed.get("version", "")).startswith("atom") else None
    for raw in parsed["entries"]:
        yield _entry(raw, url, inherited, language_tag(feed.get("language")))


def _entry(raw: Mapping[str, Any], url: str, feed_author: str | None, feed_language: str | None) -> Entry:
    published, updated = _moment(raw, "published"), _moment(raw, "updated")
    body = _body(raw)
    summary = _string(raw, "summary")
    base = _base(raw.get("summary_detail"), url)
    summary_is_html = _is_html(raw.get("summary_detail"))
    if body is None and summary_is_html and words(plain(summary)) >= _TEASER_WORDS:
        body, summary = {"value": summary, "base": base, "type": "text/html"}, ""
    markup = text = None
    if body is not None:
        if body["value"] == summary:
            summary = ""
        if body.get("type") in _HTML:
            markup = harmless(body["value"], _base(body, url)) or None
        else:
            text = paragraphs(body["value"]) or None
    teaser = plain(summary, is_html=summary_is_html)
    pictures = [*_pictures(raw, url), first_in(markup or "")]
    if summary_is_html and "<img" in summary:
        pictures.append(first_in(harmless(summary, base)))
    return Entry(
        url=_link(raw, url),
        title=plain(_string(raw, "title"), is_html=_is_html(raw.get("title_detail"))),
        guid=plain(_string(raw, "id"), is_html=False) or None,
        author=_author(raw) or feed_author,
        published=published or _moment(raw, "created") or updated,
        updated=updated,
        html=markup,
        text=text,
        summary=teaser or None,
        image=choose(image for image in pictures if image),
        language=language_tag((body or {}).get("language"))
        or language_tag(raw.get("language"))
        or feed_language,
        categories=_categories(raw),
        comments=_comments(raw),
        alternates=_alternates(raw, url),
    )


def _string(raw: Mapping[str, Any], key: str) -> str:
    # An element that feedparser has no handler for becomes a mapping when it has attributes.
    value = raw.get(key)
    return value if isinstance(value, str) else ""


def _moment(raw: Mapping[str, Any], name: str) -> datetime | None:
    # dict.get, because feedparser's own get lends `updated` the value of `published`, with a warning.
    stored = cast("dict[str, Any]", raw)
    return from_struct(dict.get(stored, f"{name}_parsed")) or read_date(dict.get(stored, name))


def _is_html(detail: Mapping[str, Any] | None) -> bool:
    return not detail or detail.get("type", "text/html") in _HTML


def _base(detail: Mapping[str, Any] | None, url: str) -> str:
    return web_address((detail or {}).get("base"), url) or url


def _body(raw: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The longest of the entry's contents that is HTML or text, also when it came as base64."""
    contents = [
        c for c in raw.get("content", ()) if c.get("value") and c.get("type") in (*_HTML, "text/plain")
    ]
    return max(contents, key=lambda content: len(content["value"]), default=None)


def _link(raw: Mapping[str, Any], url: str) -> str | None:
    """The address the publisher means: behind FeedBurner's redirect, then the HTML alternate, then the id."""
    links = raw.get("links", ())
    pages = [
        link.get("href")
        for link in links
        if link.get("rel", "alternate") == "alternate" and link.get("type", "text/html") in _HTML
    ]
    for candidate in (raw.get("feedburner_origlink"), *pages, raw.get("link")):
        address = web_address(candidate, url)
        if address:
            return address
    # Without a base: an id that is only a word must not become an address.
    return web_address(raw.get("id"))


def _alternates(raw: Mapping[str, Any], url: str) -> tuple[str, ...]:
    """The versions in other languages that links with hreflang name."""
    found = (
        web_address(link.get("href"), url)
        for link in raw.get("links", ())
        if link.get("rel") == "alternate" and link.get("hreflang") and link.get("type", "text/html") in _HTML
    )
    mine = _link(raw, url)
    return tuple(dict.fromkeys(address for address in found if address and address != mine))


def _author(raw: Mapping[str, Any]) -> str | None:
    """The names, without mail addresses; an author who is only an address is nobody a reader knows."""
    written = _string(raw, "author")
    names = [detail.get("name") for detail in raw.get("authors", ())]
    # feedparser takes the name out of "a@b.agency (Ann)" wrongly when the last label has over four letters.
    if not any(names) or (len(names) == 1 and "@" in written):
        names = [written]
    cleaned = (
        _ADDRESS.sub("", plain(name)[:_LONGEST_NAME]).removesuffix("mailto:").strip(" ()<>,;")
        for name in names
        if isinstance(name, str)
    )
    return ", ".join(dict.fromkeys(name for name in cleaned if name)) or None


def _categories(raw: Mapping[str, Any]) -> tuple[str, ...]:
    names = (plain(tag.get("label") or tag.get("term") or "") for tag in raw.get("tags", ()))
    return tuple(
        dict.fromkeys(name for name in names if name and not name.startswith(("http://", "https://")))
    )


def _comments(raw: Mapping[str, Any]) -> int | None:
    """`slash:comments`, `thr:total`, or `thr:count` of the link to the replies."""
    counts: Iterable[object] = (
        raw.get("slash_comments"),
        raw.get("thr_total"),
        *(
            link.get("thr:count") or link.get("count")
            for link in raw.get("links", ())
            if link.get("rel") == "replies"
        ),
    )
    return next((number for number in map(whole_number, counts) if number is not None), None)


def _pictures(raw: Mapping[str, Any], url: str) -> Iterator[Image]:
    alt = plain(_string(raw, "media_text")) or None
    for media in raw.get("media_content", ()):
        kind = f"{media.get('medium', '')} {media.get('type', '')}"
        looks = not kind.strip() and re.search(r"\.(?:jpe?g|png|webp|gif|avif)\b", media.get("url", ""), re.I)
        if "image" in kind or looks:
            yield from _maybe(
                picture(media.get("url"), media.get("width"), media.get("height"), base=url, alt=alt)
            )
    for link in raw.get("links", ()):
        if link.get("rel") == "enclosure" and str(link.get("type", "")).startswith("image"):
            yield from _maybe(picture(link.get("href"), base=url))
    for thumbnail in raw.get("media_thumbnail", ()):
        yield from _maybe(
            picture(thumbnail.get("url"), thumbnail.get("width"), thumbnail.get("height"), base=url)
        )
    own = raw.get("image")
    if isinstance(own, Mapping):
        yield from _maybe(picture(own.get("href") or own.get("url"), base=url))


def _maybe(image: Image | None) -> Iterator[Image]:
    if image is not None:
        yield image
