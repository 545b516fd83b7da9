"""Posts of a WordPress site through its REST interface (`/wp-json/wp/v2/posts`)."""

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlencode, urlsplit, urlunsplit

from digest.sources.dates import read_date
from digest.sources.entry import Entry, Image, language_tag, web_address, whole_number
from digest.sources.errors import Unreadable, shown
from digest.sources.images import choose, first_in, picture
from digest.sources.markup import harmless, plain

PER_PAGE = 50


def posts_address(url: str, page: int = 1) -> str:
    """The address of one page of posts, for a site's address, its REST root, or the posts' own address."""
    parts = urlsplit(url)
    if "rest_route=" in parts.query:
        separator = "" if "wp/v2/posts" in parts.query else "/wp/v2/posts"
        query = parts.query.rstrip("/") + separator
    else:
        path = parts.path.rstrip("/")
        if not path.endswith("/wp/v2/posts"):
            path += "/wp/v2/posts" if path.endswith("/wp-json") else "/wp-json/wp/v2/posts"
        parts, query = parts._replace(path=path), parts.query
    asked = urlencode(
        {"per_page": PER_PAGE, "page": page, "_embed": "author,wp:featuredmedia,wp:term,replies"}, safe=",:"
    )
    return urlunsplit(parts._replace(query="&".join(filter(None, (query, asked))), fragment=""))


def parse_posts(document: object, *, url: str, language: str | None = None) -> list[Entry]:
    """The posts of an answer (a list, or one post) that are published and open to all. Raises Unreadable."""
    if isinstance(document, Mapping) and "code" in document and "message" in document:
        raise Unreadable(
            f"{shown(url)} answers: {plain(str(document['message']))[:200]}",
            "The site may have closed its REST interface; add its feed instead.",
            url=url,
            permanent=True,
        )
    posts = [document] if isinstance(document, Mapping) else document
    if not isinstance(posts, list) or any(not isinstance(p, Mapping) or "link" not in p for p in posts):
        raise Unreadable(
            f"{shown(url)} is not a list of WordPress posts.",
            "Add the site's feed instead.",
            url=url,
            permanent=True,
        )
    return [
        _entry(post, url, language)
        for post in posts
        if post.get("status", "publish") == "publish" and not _protected(post)
    ]


def _protected(post: Mapping[str, Any]) -> bool:
    content = post.get("content")
    return isinstance(content, Mapping) and content.get("protected") is True


def _entry(post: Mapping[str, Any], url: str, language: str | None) -> Entry:
    link = web_address(post.get("link"), url)
    markup = harmless(_rendered(post, "content"), link or url)
    embedded = post.get("_embedded")
    embedded = embedded if isinstance(embedded, Mapping) else {}
    updated = read_date(post.get("modified_gmt") or post.get("modified"))
    return Entry(
        url=link,
        title=plain(_rendered(post, "title")),
        guid=plain(_rendered(post, "guid")) or (str(post["id"]) if "id" in post else None),
        author=_author(post, embedded),
        published=read_date(post.get("date_gmt") or post.get("date")) or updated,
        updated=updated,
        html=markup or None,
        summary=_summary(post),
        image=choose(image for image in (*_featured(post, embedded, url), first_in(markup)) if image),
        language=language_tag(post.get("lang") or post.get("language") or post.get("locale")) or language,
        categories=_terms(embedded),
        comments=_comments(post, embedded),
        alternates=tuple(_translations(post, link)),
    )


def _rendered(post: Mapping[str, Any], key: str) -> str:
    value = post.get(key)
    if isinstance(value, Mapping):
        value = value.get("rendered")
    return value if isinstance(value, str) else ""


def _summary(post: Mapping[str, Any]) -> str | None:
    """The excerpt, if the editor wrote one; the start of the text that WordPress cuts off itself is none."""
    text = plain(_rendered(post, "excerpt"))
    return None if not text or text.endswith(("[…]", "[...]")) else text


def _author(post: Mapping[str, Any], embedded: Mapping[str, Any]) -> str | None:
    head = post.get("yoast_head_json")
    people = [person.get("name") for person in _objects(embedded, "author")]
    people.append(post.get("author_name"))
    people.append(head.get("author") if isinstance(head, Mapping) else None)
    return next((plain(name) for name in people if isinstance(name, str) and plain(name)), None)


def _featured(post: Mapping[str, Any], embedded: Mapping[str, Any], url: str) -> Iterator[Image | None]:
    for media in _objects(embedded, "wp:featuredmedia"):
        details = media.get("media_details")
        details = details if isinstance(details, Mapping) else {}
        yield picture(
            media.get("source_url"),
            details.get("width"),
            details.get("height"),
            base=url,
            alt=media.get("alt_text"),
        )
    for key in ("jetpack_featured_media_url", "featured_image_src", "featured_image_url"):
        yield picture(post.get(key), base=url)
    head = post.get("yoast_head_json")
    for image in _objects(head, "og_image") if isinstance(head, Mapping) else ():
        yield picture(image.get("url"), image.get("width"), image.get("height"), base=url)


def _terms(embedded: Mapping[str, Any]) -> tuple[str, ...]:
    groups = embedded.get("wp:term")
    terms = (
        (term for group in groups if isinstance(group, list) for term in group)
        if isinstance(groups, list)
        else ()
    )
    names = (plain(str(term.get("name", ""))) for term in terms if isinstance(term, Mapping))
    return tuple(dict.fromkeys(name for name in names if name and name.lower() != "uncategorized"))


def _comments(post: Mapping[str, Any], embedded: Mapping[str, Any]) -> int | None:
    for key in ("comment_count", "comments_count", "comments_num"):
        number = whole_number(post.get(key))
        if number is not None:
            return number
    replies = embedded.get("replies")
    if isinstance(replies, list):
        return sum(len(page) for page in replies if isinstance(page, list))
    return None


def _translations(post: Mapping[str, Any], mine: str | None) -> Iterator[str]:
    """Addresses in other languages, where Polylang or WPML put them into the answer."""
    translations = post.get("translations") or post.get("wpml_translations") or ()
    values = translations.values() if isinstance(translations, Mapping) else translations
    for value in values if isinstance(values, (list, tuple)) or isinstance(translations, Mapping) else ():
        address = (
            value.get("href") or value.get("link") or value.get("url")
            if isinstance(value, Mapping)
            else value
        )
        found = web_address(address)
        if found and found != mine:
            yield found


def _objects(owner: Mapping[str, Any], key: str) -> list[Mapping[str, Any]]:
    value = owner.get(key)
    return [one for one in value if isinstance(one, Mapping)] if isinstance(value, list) else []
