"""From a page, a fragment or a file to an article: the verb that the other modules of this room serve."""

import re
from datetime import datetime

from lxml.html import HtmlElement

from digest.articles.body import body_paragraphs
from digest.articles.choosing import merged, without_removed
from digest.articles.clean import clean, clean_inline
from digest.articles.container import blocks, container, repeated
from digest.articles.extracted import Extracted, Hints, Image, Suggestion
from digest.articles.identity import canonical_url, identity
from digest.articles.language import language_of
from digest.articles.metadata import Metadata, read_metadata
from digest.articles.moment import read_moment
from digest.articles.page import decode, parse
from digest.articles.picture import first_image
from digest.articles.plain import front_matter, markdown_paragraphs, text_paragraphs
from digest.articles.plain_key import plain
from digest.articles.problem import NoArticle
from digest.articles.suggestions import suggestions_of_page, suggestions_of_text
from digest.articles.text_block import clean_paragraphs
from digest.articles.title import tidy
from digest.text.byline import names, split_byline
from digest.text.dateline import Dateline, split_dateline

FLOOR = 60
"""Characters; less than this is an article only when the page says that it is one, whatever else is on it."""

LINK = 8
"""Characters from which on a link's words are taken out, when it is asked whether a page is more than links."""

SHORTEST = 140
"""Characters; less running text than this is an article only when the page says that it is one."""

SHARE = 0.25
"""Of the page's words; a short text that is more of its page than this is what the page is for."""

_NO_HINTS = Hints()
_ERROR_TITLE = re.compile(
    r"\b(?:404|403|500|page not found|not found|access denied|forbidden|just a moment|error)\b", re.IGNORECASE
)
_LISTS = frozenset(
    {"home", "blog", "archive", "search", "error404", "category", "tag", "author", "search-results"}
)


def extract(page: bytes | str, url: str | None = None, hints: Hints = _NO_HINTS) -> Extracted:
    """The article of an HTML page.

    Args:
        page: the page as fetched; bytes are decoded by BOM, `hints.charset`, `<meta>`, then by looking.
        url: where it was found; relative addresses are made absolute by it.
        hints: what is known from elsewhere; each fills a gap that the page leaves.

    Raises:
        NoArticle: for an empty page, a list, a form, an error page; it says what was found.
    """
    where = url or "the page"
    tree = parse(page, where, hints.charset)
    if tree.find(".//channel/item") is not None or tree.find(".//feed/entry") is not None:
        raise NoArticle(where, "a feed")
    meta = read_metadata(tree, url)
    body = tree.find(".//body")
    classes = set((body.get("class") or "").split()) if body is not None else set()
    related = suggestions_of_page(tree, url)
    teasers = sum(1 for _ in tree.iter("article"))
    visible = len(" ".join(tree.text_content().split()))
    linked = {" ".join(link.text_content().split()) for link in tree.iter("a")}
    body_text = _body(tree, url)
    paragraphs = clean_paragraphs(body_text, meta.title, repeated(tree))
    found = _assembled(paragraphs, meta, url, hints, where, related)
    length = len(found.text) * (2 if found.language in ("zh", "ja", "ko") else 1)
    if length < FLOOR and not meta.is_article:
        raise NoArticle(where, f"only {len(found.text)} characters of running text")
    if len(_without(found.text, linked)) < FLOOR and not meta.is_article:
        raise NoArticle(where, "a page of links")
    if length < SHORTEST and length < SHARE * visible and not meta.is_article:
        raise NoArticle(where, f"only {len(found.text)} characters of running text")
    if classes & _LISTS and "single" not in classes and teasers >= 3 and not meta.is_article:
        raise NoArticle(where, "a list of articles")
    if length < 600 and _ERROR_TITLE.search(found.title) and not meta.is_article:
        raise NoArticle(where, f"an error page ({found.title})")
    return found


def _without(text: str, linked: set[str]) -> str:
    """`text` without the words of links; links of a word or so say nothing about what the page is."""
    for words in sorted(linked, key=len, reverse=True):
        if len(words) >= LINK:
            text = text.replace(words, " ")
    return " ".join(text.split())


def _body(tree: HtmlElement, url: str | None) -> list[str]:
    """The paragraphs of the article in `tree`, which is cleaned in place on the way."""
    clean_inline(tree)
    found = body_paragraphs(tree, url)
    removed = clean(tree)
    left = tree.text_content()
    kept = without_removed(found, removed, left)
    if len(plain("".join(kept))) > 1.1 * len(plain(left)):
        kept = body_paragraphs(tree, url)  # it took the page whole, what was removed included
    elif sum(map(len, kept)) < 0.5 * sum(map(len, found)):
        kept = body_paragraphs(tree, url) or kept
    return merged(kept, container(tree))


def extract_fragment(html: str, url: str | None = None, hints: Hints = _NO_HINTS) -> Extracted:
    """The article of HTML that is its body already, as feeds (`content:encoded`) and REST answers give it.

    Raises NoArticle when no text is in it.
    """
    where = url or "the entry"
    tree = parse(f"<div>{html}</div>", where)
    meta = read_metadata(tree, url)
    related = suggestions_of_page(tree, url)
    image = first_image(tree, url)
    clean(tree)
    paragraphs = clean_paragraphs([block.text for block in blocks(tree)], hints.title)
    return _assembled(paragraphs, meta, url, hints, where, related, image)


def extract_text(
    text: str,
    url: str | None = None,
    hints: Hints = _NO_HINTS,
    *,
    markdown: bool = False,
    where: str = "the text",
) -> Extracted:
    """The article of plain text or Markdown; front matter gives title, author, date, language.

    Raises NoArticle when there is no text.
    """
    fields, rest = front_matter(text.lstrip("\ufeff"))
    told = Hints(
        title=tidy(fields.get("title")) or hints.title,
        byline=fields.get("author") or fields.get("byline") or hints.byline,
        published=_at(fields.get("date") or fields.get("published")) or hints.published,
        updated=_at(fields.get("updated") or fields.get("lastmod")) or hints.updated,
        language=fields.get("language") or fields.get("lang") or hints.language,
        image_url=fields.get("image") or fields.get("cover") or hints.image_url,
        section=fields.get("section") or fields.get("category") or hints.section,
        topics=tuple(
            item.strip().strip("[]\"'") for item in fields.get("tags", "").split(",") if item.strip()
        )
        or hints.topics,
    )
    title, paragraphs = (markdown_paragraphs if markdown else text_paragraphs)(rest)
    related = suggestions_of_text(paragraphs)
    return _assembled(clean_paragraphs(paragraphs, title), None, url, told, where, related, title=title)


def extract_bytes(raw: bytes, name: str, url: str | None = None, hints: Hints = _NO_HINTS) -> Extracted:
    """The article of a file by its `name`'s ending: .md, .txt, or HTML for anything that looks like it."""
    ending = name.rsplit(".", 1)[-1].lower() if "." in name else ""
    if ending in ("md", "markdown", "txt", "text") or (
        ending not in ("html", "htm", "xhtml", "php")
        and not re.search(rb"<(?:html|body|p|div|article|!doctype)\b", raw[:4000], re.IGNORECASE)
    ):
        return extract_text(
            decode(raw, hints.charset), url, hints, markdown=ending in ("md", "markdown"), where=name
        )
    try:
        return extract(raw, url, hints)
    except NoArticle as error:
        raise NoArticle(name, error.found) from None


def _assembled(
    paragraphs: list[str],
    meta: Metadata | None,
    url: str | None,
    hints: Hints,
    where: str,
    related: tuple[Suggestion, ...],
    image: Image | None = None,
    title: str | None = None,
) -> Extracted:
    if not paragraphs:
        raise NoArticle(where, "no running text")
    byline_line, dateline, paragraphs = _opened(paragraphs, meta.byline if meta else None)
    text = "\n\n".join(paragraphs)
    if not text:
        raise NoArticle(where, "no running text")
    title = (meta.title if meta else None) or tidy(hints.title) or title or _first_words(text)
    published = meta.published if meta else None
    if meta and hints.published and not meta.published_declared:
        published = None  # a date seen somewhere on the page knows less than the feed
    address = (
        canonical_url(url, meta.canonical if meta else None) if url else (meta.canonical if meta else None)
    )
    return Extracted(
        title=title,
        text=text,
        url=address,
        byline=(meta.byline if meta else None)
        or (names(hints.byline) if hints.byline else None)
        or (names(byline_line) if byline_line else None),
        dateline=dateline.place if dateline else None,
        credit=dateline.credit if dateline else None,
        published=published.at(meta.zone if meta else None) if published else hints.published,
        published_day_only=published is not None and published.clock is None,
        updated=(meta.updated.at(meta.zone) if meta and meta.updated else None) or hints.updated,
        language=language_of(f"{title}\n{text}", [*(meta.languages if meta else ()), hints.language]),
        image=(meta.image if meta else None)
        or (Image(hints.image_url) if hints.image_url else None)
        or image,
        section=(meta.section if meta else None) or hints.section,
        topics=(meta.topics if meta else ()) or hints.topics,
        comments=meta.comments if meta and meta.comments is not None else hints.comments,
        alternates=meta.alternates if meta else (),
        aliases=_aliases(address, url, meta),
        related=related,
    )


def _opened(paragraphs: list[str], byline: str | None) -> tuple[str | None, Dateline | None, list[str]]:
    """The byline line and the dateline among the first paragraphs, and the paragraphs without them."""
    paragraphs = list(paragraphs)
    byline_line: str | None = None
    for position in range(min(3, len(paragraphs) - 1)):
        line, _ = split_byline(f"{paragraphs[position]}\n{paragraphs[position + 1]}")
        if line is not None or (
            byline and len(paragraphs) > 1 and plain(paragraphs[position]) == plain(byline)
        ):
            byline_line = paragraphs.pop(position)
            break
    for position in range(min(3, len(paragraphs))):
        dateline, rest = split_dateline(paragraphs[position])
        if dateline is None and len(paragraphs[position]) < 60 and position + 1 < len(paragraphs):
            alone, _ = split_dateline(f"{paragraphs[position]} {paragraphs[position + 1]}")
            if alone and len(alone.original) >= len(paragraphs[position]):
                del paragraphs[position]
                return byline_line, alone, paragraphs
        if dateline is not None:
            paragraphs[position] = rest
            # A summary above the text often is its lead without the dateline.
            paragraphs = [
                line for n, line in enumerate(paragraphs) if n >= position or plain(line) != plain(rest)
            ]
            return byline_line, dateline, [paragraph for paragraph in paragraphs if paragraph]
    return byline_line, None, paragraphs


def _first_words(text: str) -> str:
    """A title for a text that has none: its first sentence, or the start of it."""
    first = re.split(r"(?<=[.!?։。])\s", text.split("\n", 1)[0], maxsplit=1)[0]
    if len(first) <= 120:
        return first.rstrip(".։。")
    return f"{first[:120].rsplit(' ', 1)[0].rstrip(' ,;:—–-')}…"


def _aliases(address: str | None, url: str | None, meta: Metadata | None) -> tuple[str, ...]:
    """Other addresses of the article, as identities, its own left out."""
    others = [url, meta.shortlink, meta.amp] if meta else [url]
    own = identity(address) if address else None
    return tuple(dict.fromkeys(key for other in others if other and (key := identity(other)) != own))


def _at(text: str | None) -> datetime | None:
    moment = read_moment(text)
    return moment.at() if moment else None
