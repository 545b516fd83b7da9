"""Title, byline, times, section and the rest of what a page says about its article.

Each field is asked of JSON-LD, then of OpenGraph and `article:*`, then of other meta names and microdata,
then of the
visible page, because that is the order in which publishers keep them right.
"""

import re
from dataclasses import dataclass
from datetime import tzinfo
from typing import Any

from lxml.html import HtmlElement

from digest.articles import jsonld
from digest.articles.authorship import byline
from digest.articles.extracted import Alternate, Image
from digest.articles.head import Head, read_head
from digest.articles.language import tag
from digest.articles.moment import Moment, read_moment
from digest.articles.picture import lead_image
from digest.articles.publication import publication
from digest.articles.title import tidy, without_site

_UPDATED = (
    "article:modified_time",
    "og:updated_time",
    "datemodified",
    "article:updated_time",
    "dcterms.modified",
    "lastmod",
    "revised",
)


@dataclass(frozen=True, slots=True)
class Metadata:
    """What a page says about its article; times are still without the choice of a zone."""

    title: str | None
    byline: str | None
    published: Moment | None
    published_declared: bool
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
    published = publication(tree, head, node, url)
    return Metadata(
        title=_title(tree, head, node, sites),
        byline=byline(tree, head, node, found, sites),
        published=published.moment if published else None,
        published_declared=published is not None and published.declared,
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
