"""JSON Feed 1.0 and 1.1 (jsonfeed.org), read leniently: a field of the wrong type is a field not said."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from digest.sources.dates import read_date
from digest.sources.entry import Entry, Feed, Image, language_tag, web_address, whole_number
from digest.sources.errors import Unreadable, shown
from digest.sources.images import choose, first_in, picture
from digest.sources.markup import harmless, paragraphs, plain


def load(content: bytes, url: str) -> Any:
    """The JSON document in the bytes (UTF-8, 16 or 32). Raises Unreadable with the line of the mistake."""
    try:
        document = json.loads(content.removeprefix(b"\xef\xbb\xbf").lstrip())
    except json.JSONDecodeError as error:
        raise Unreadable(
            f"{shown(url)} is broken JSON in line {error.lineno}: {error.msg}.",
            "Ask the site to mend its feed.",
            url=url,
        ) from None
    except (UnicodeDecodeError, RecursionError, ValueError):
        raise Unreadable(f"{shown(url)} is JSON that cannot be read.", url=url) from None
    return document


def is_json_feed(document: object) -> bool:
    """Whether a document says that it is a JSON Feed, or looks like one whose version was forgotten."""
    if not isinstance(document, Mapping):
        return False
    version = document.get("version")
    named = isinstance(version, str) and "jsonfeed.org/version" in version
    return named or (isinstance(document.get("items"), list) and isinstance(document.get("title"), str))


def read(document: Mapping[str, Any], url: str) -> Feed:
    """The feed; its items that are objects, in their order."""
    version = document.get("version")
    number = version.rpartition("/")[2] if isinstance(version, str) else ""
    language = language_tag(document.get("language"))
    author = _authors(document)
    items = document.get("items")
    found = (
        tuple(_entry(item, url, author, language) for item in items if isinstance(item, Mapping))
        if (isinstance(items, list))
        else ()
    )
    warnings = []
    if document.get("expired") is True:
        warnings.append(f"{shown(url)} says that it has ended: it will not change any more.")
    if not isinstance(items, list):
        warnings.append(f"{shown(url)} has no list of items.")
    return Feed(
        format=f"json{number}",
        title=plain(_text(document, "title"), is_html=False),
        home=web_address(document.get("home_page_url"), url),
        language=language,
        entries=found,
        warnings=tuple(warnings),
    )


def _entry(item: Mapping[str, Any], url: str, feed_author: str | None, feed_language: str | None) -> Entry:
    published, updated = read_date(item.get("date_published")), read_date(item.get("date_modified"))
    markup = harmless(_text(item, "content_html"), url) or None
    guid = _identity(item.get("id"))
    return Entry(
        url=web_address(item.get("url"), url)
        or web_address(guid)
        or web_address(item.get("external_url"), url),
        title=plain(_text(item, "title"), is_html=False),
        guid=guid,
        author=_authors(item) or feed_author,
        published=published or updated,
        updated=updated,
        html=markup,
        text=paragraphs(_text(item, "content_text")) or None,
        summary=plain(_text(item, "summary"), is_html=False) or None,
        image=choose(image for image in _pictures(item, url, markup) if image),
        language=language_tag(item.get("language")) or feed_language,
        categories=tuple(
            dict.fromkeys(plain(tag, is_html=False) for tag in _list(item, "tags") if isinstance(tag, str))
        ),
        comments=whole_number(item.get("comment_count")),
    )


def _pictures(item: Mapping[str, Any], url: str, markup: str | None) -> Iterator[Image | None]:
    yield picture(item.get("image"), base=url)
    yield picture(item.get("banner_image"), base=url)
    for attachment in _list(item, "attachments"):
        if isinstance(attachment, Mapping) and str(attachment.get("mime_type", "")).startswith("image/"):
            yield picture(attachment.get("url"), base=url)
    yield first_in(markup or "")


def _authors(owner: Mapping[str, Any]) -> str | None:
    """The names of version 1.1's `authors`, else of 1.0's `author`."""
    people = [*_list(owner, "authors"), owner.get("author")]
    names = (plain(_text(person, "name"), is_html=False) for person in people if isinstance(person, Mapping))
    return ", ".join(dict.fromkeys(name for name in names if name)) or None


def _identity(value: object) -> str | None:
    # The standard asks for a string and for numbers to be taken as one.
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        return None
    return plain(str(value), is_html=False) or None


def _text(owner: Mapping[str, Any], key: str) -> str:
    value = owner.get(key)
    return value if isinstance(value, str) else ""


def _list(owner: Mapping[str, Any], key: str) -> list[Any]:
    value = owner.get(key)
    return value if isinstance(value, list) else []
