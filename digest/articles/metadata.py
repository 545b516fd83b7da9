"""Title, byline, times, section and the rest of what a page says about its article.

Each field is asked of JSON-LD, then of OpenGraph and `article:*`, then of other meta names and microdata,
then of the
visible page, because that is the order in which publishers keep them right.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import tzinfo
from typing import Any

from lxml.html import HtmlElement

from digest.articles import jsonld
from digest.articles.extracted import Alternate, Image
from digest.articles.head import Head, read_head
from digest.articles.language import tag
from digest.articles.moment import Moment, moment_of_address, read_moment
from digest.articles.picture import lead_image
from digest.articles.title import tidy, without_site
from digest.text.byline import names

_PUBLISHED = tuple(
    ["article:published_time", "og:article:published_time", "og:published_time", "datepublished", "article.published", "parsely-pub-date", "sailthru.date", "citation_publication_date", "citation_online_date", "dc.date.issued", "dcterms.created", "dc.date.created", "dc.date", "dcterms.date", "pubdate", "publishdate", "publish-date", "publish_date", "publication_date", "date.created", "article_date_original", "cxenseparse:recs:publishtime", "originalpublicationdate", "displaydate", "date", "created", "datecreated", "last-modified"]
)
_UPDATED = (
    "article:modified_time",
    "og:updated_time",
    "datemodified",
    "article:updated_time",
    "dcterms.modified",
    "lastmod",
    "revised",
)
_AUTHOR = (
    "article:author_name",
    "author",
    "article:author",
    "parsely-author",
    "sailthru.author",
    "dc.creator",
    "dcterms.creator",
    "byl",
    "citation_author",
    "twitter:data1x",
)
_BYLINE = re.compile(
    r"(?:^|[\s_-])(?:by-?line|author-?name|(?:post|entry|article)-?author|p-author|fn|author|byl|autor|"
    r"autoren|signature)(?:$|[\s_-])",
    re.IGNORECASE,
)
_DATED = re.compile(r"(?:date|time|publish|posted|dat(?:um)?\b|fecha|ամսաթիվ)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Metadata:
    """What a page says about its article; times are still without the choice of a zone."""

    title: str | None
    byline: str | None
    published: Moment | None
    updated: Moment | None
    languages: tuple[str | None, ...]
    image: Image | None
    section: str | None
    topics: tuple[str, ...]
    comments: int | None
    canonical: str | None
    shortlink: str | None
    amp: str | None
    alternates: tuple[Alternate, ...]
    is_article: bool

    @property
    def zone(self) -> tzinfo | None:
        """The zone that a local time of this page is in, known from its other times."""
        return next(
            (moment.zone for moment in (self.published, self.updated) if moment and moment.zone), None
        )


def read_metadata(tree: HtmlElement, url: str | None) -> Metadata:
    """The metadata of `tree`, before anything was cleaned away."""
    head = read_head(tree, url)
    found = jsonld.nodes(tree)
    node = jsonld.article_node(found)
    sites = [*head.site_names, *_publishers(found), *_host_names(url)]
    return Metadata(
        title=_title(tree, head, node, sites),
        byline=_byline(tree, head, node, sites),
        published=_published(tree, head, node, url),
        updated=next(
            (
                m
                for text in [_string(node, "dateModified"), *head.every(*_UPDATED)]
                if (m := read_moment(text))
            ),
            None,
        ),
        languages=(*head.languages, _string(node, "inLanguage")),
        image=lead_image(head, node, tree, url),
        section=tidy(
            _string(node, "articleSection") or head.first("article:section", "section", "parsely-section")
        ),
        topics=_topics(tree, head, node),
        comments=_comments(node),
        canonical=head.link("canonical") or head.first("og:url"),
        shortlink=head.link("shortlink"),
        amp=head.link("amphtml"),
        alternates=tuple(
            Alternate(language, link.url)
            for link in head.links
            if "alternate" in link.relations
            and link.language
            and (language := tag(link.language))
            and "rss" not in link.kind
            and "atom" not in link.kind
        ),
        is_article=node is not None
        or "article" in (head.first("og:type") or "").lower()
        or bool(head.body_classes & {"single", "single-post"}),
    )


def _string(node: jsonld.Node | None, key: str) -> str | None:
    return jsonld.text(node.get(key)) if node else None


def _publishers(found: list[jsonld.Node]) -> list[str]:
    named = [jsonld.text(node.get("publisher")) for node in found]
    named += [
        jsonld.text(node.get("name"))
        for node in found
        if jsonld.types(node) & {"website", "organization", "newsmediaorganization"}
    ]
    return [name for name in named if name]


def _host_names(url: str | None) -> list[str]:
    found = re.match(r"https?://(?:www\.)?([^/:]+)", url or "")
    return [found[1]] if found else []


def _title(tree: HtmlElement, head: Head, node: jsonld.Node | None, sites: list[str]) -> str | None:
    headings = [text for heading in tree.iter("h1") if (text := tidy(heading.text_content()))]
    announced = tidy(head.first("og:title", "twitter:title", "dc.title", "citation_title", "headline"))
    described = tidy(_string(node, "headline")) or (tidy(_string(node, "name")) if node else None)
    plain = without_site(head.title, sites) if (head.title and tidy(head.title)) else None
    heading = _matching(headings, [announced, described, plain])
    for candidate in (heading, announced, described, plain):
        if candidate:
            return without_site(candidate, sites, heading)
    return headings[0] if headings else None


def _matching(headings: list[str], others: list[str | None]) -> str | None:
    """The heading that another title bears out: an `<h1>` alone may be the site's name."""
    for heading in headings:
        key = re.sub(r"\W+", "", heading.casefold())
        for other in others:
            told = re.sub(r"\W+", "", (other or "").casefold())
            if (
                key
                and told
                and (
                    key == told
                    or (
                        len(key) >= 12
                        and (told.startswith(key) or key.startswith(told))
                        and min(len(key), len(told)) * 2 > max(len(key), len(told))
                    )
                )
            ):
                return heading
    return None


def _byline(tree: HtmlElement, head: Head, node: jsonld.Node | None, sites: list[str]) -> str | None:
    site_names = {re.sub(r"\W+", "", site.casefold()) for site in sites if site}
    organisation = None
    for candidate in _byline_candidates(tree, head, node):
        name = names(candidate)
        if name and re.sub(r"\W+", "", name.casefold()) in site_names:
            organisation = organisation or name
        elif name:
            return name
    return organisation


def _byline_candidates(tree: HtmlElement, head: Head, node: jsonld.Node | None) -> Iterator[str]:
    authors = _authors((node or {}).get("author") or (node or {}).get("creator"))
    if authors:
        yield ", ".join(authors)
    several = [value for value in head.every(*_AUTHOR) if not value.startswith("http")]
    if several:
        yield several[0] if "," in several[0] else ", ".join(dict.fromkeys(several[:4]))
    for element in tree.iter("a", "span", "div", "p", "address", "strong", "h3", "h4", "cite", "b", "li"):
        relations = (element.get("rel") or "").lower().split()
        by_property = "author" in (element.get("itemprop") or "").lower()
        if (
            "author" in relations
            or by_property
            or _BYLINE.search(f"{element.get('class') or ''} {element.get('id') or ''}")
        ):
            inner = element.find(".//*[@itemprop='name']") if by_property else None
            text = " ".join((inner if inner is not None else element).text_content().split())
            if 3 <= len(text) <= 100 and not _in_comments(element):
                yield text


def _in_comments(element: HtmlElement) -> bool:
    return any(
        "comment" in f"{parent.get('class') or ''} {parent.get('id') or ''}".lower()
        for parent in element.iterancestors()
        if parent.tag not in ("body", "html")
    )


def _authors(value: Any) -> list[str]:
    if isinstance(value, list):
        return [name for item in value[:6] for name in _authors(item)]
    name = jsonld.text(value)
    return [name] if name and not name.startswith("http") else []


def _published(tree: HtmlElement, head: Head, node: jsonld.Node | None, url: str | None) -> Moment | None:
    best: Moment | None = None
    for text in _published_candidates(tree, head, node):
        moment = read_moment(text)
        if moment is None:
            continue
        if best is None or (
            (best.year, best.month, best.day) == (moment.year, moment.month, moment.day)
            and _knows_more(moment, best)
        ):
            best = moment
        if best.clock and best.zone:
            break
    return best or moment_of_address(url)


def _knows_more(one: Moment, other: Moment) -> bool:
    return (one.clock is not None, one.zone is not None) > (other.clock is not None, other.zone is not None)


def _published_candidates(tree: HtmlElement, head: Head, node: jsonld.Node | None) -> Iterator[str | None]:
    yield _string(node, "datePublished") or _string(node, "dateCreated")
    yield from head.every(*_PUBLISHED)
    times = [element for element in tree.iter("time") if not _in_comments(element)]
    told = [
        element
        for element in times
        if element.get("pubdate") is not None
        or element.get("itemprop") == "datePublished"
        or "published" in (element.get("class") or "")
    ]
    for element in told or times[:1]:
        yield element.get("datetime") or element.text_content()
    for element in tree.iter("abbr", "span", "div", "p", "meta"):
        if element.get("itemprop") in ("datePublished", "dateCreated"):
            yield element.get("content") or element.get("datetime") or element.text_content()
        elif element.tag == "abbr" and element.get("title") and _DATED.search(element.get("class") or ""):
            yield element.get("title")
    for element in tree.iter("span", "div", "p", "li", "td", "small", "em", "a", "strong", "dd"):
        name = f"{element.get('class') or ''} {element.get('id') or ''}"
        if name.strip() and _DATED.search(name) and len(element) <= 6:
            text = element.text_content()
            if 6 <= len(text.strip()) <= 120 and not _in_comments(element):
                yield text


def _topics(tree: HtmlElement, head: Head, node: jsonld.Node | None) -> tuple[str, ...]:
    found = head.every("article:tag") or (jsonld.texts(node.get("keywords")) if node else [])
    if not found:
        found = [
            part
            for value in head.every("news_keywords", "keywords", "parsely-tags")
            for part in value.split(",")
        ]
    if not found:
        found = [link.text_content() for link in tree.iter("a") if "tag" in (link.get("rel") or "").split()]
    tidied = [tidy(item) for item in found]
    return tuple(dict.fromkeys(item for item in tidied if item and len(item) <= 60))[:12]


def _comments(node: jsonld.Node | None) -> int | None:
    value = (node or {}).get("commentCount")
    for counter in _listed((node or {}).get("interactionStatistic")):
        if isinstance(counter, dict) and "comment" in str(counter.get("interactionType")).lower():
            value = value if value is not None else counter.get("userInteractionCount")
    return int(value) if isinstance(value, int | str) and str(value).isdigit() else None


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
