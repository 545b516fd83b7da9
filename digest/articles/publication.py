"""When a page says it was published: what it declares for machines first, then what it shows."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from lxml.html import HtmlElement

from digest.articles.head import Head
from digest.articles.jsonld import Node, text
from digest.articles.moment import Moment, moment_of_address, read_moment
from digest.articles.names import name_of

LARGEST_SEARCHED = 4000
"""Elements of a page that is still searched as a whole for a date, as the last resort; larger ones take
seconds."""

_DECLARED = [
    "article:published_time",
    "og:article:published_time",
    "og:published_time",
    "datepublished",
    "article.published",
    "parsely-pub-date",
    "sailthru.date",
    "citation_publication_date",
    "citation_online_date",
    "dc.date.issued",
    "dcterms.created",
    "dc.date.created",
    "dc.date",
    "dcterms.date",
    "pubdate",
    "publishdate",
    "publish-date",
    "publish_date",
    "publication_date",
    "date.created",
    "article_date_original",
    "cxenseparse:recs:publishtime",
    "originalpublicationdate",
    "displaydate",
    "date",
    "created",
    "datecreated",
]
_DATED = re.compile(r"(?:date|time|publish|posted|dat(?:um)?\b|fecha|ամսաթիվ)", re.IGNORECASE)
_ELSEWHERE = re.compile(
    r" (?:comments?|related|latest|recent|popular|most read|widget|sidebar|footer|teaser|card|archive|more) "
)


@dataclass(frozen=True, slots=True)
class Publication:
    """The time; `declared` when the page states it for machines or at the article itself."""

    moment: Moment
    declared: bool


def publication(tree: HtmlElement, head: Head, node: Node | None, url: str | None) -> Publication | None:
    """The time of publication; of several statements for one day the most precise counts."""
    declared = _best(_declared(tree, head, node))
    if declared:
        return Publication(declared, True)
    shown = _best(_shown(tree)) or moment_of_address(url) or _searched(tree)
    return Publication(shown, False) if shown else None


def _best(texts: Iterable[str | None]) -> Moment | None:
    best: Moment | None = None
    for candidate in texts:
        moment = read_moment(candidate)
        if moment is None:
            continue
        if best is None or (_day(moment) == _day(best) and _precision(moment) > _precision(best)):
            best = moment
        if best.clock and best.zone:
            break
    return best


def _day(moment: Moment) -> tuple[int, int, int]:
    return moment.year, moment.month, moment.day


def _precision(moment: Moment) -> tuple[bool, bool]:
    return moment.clock is not None, moment.zone is not None


def _declared(tree: HtmlElement, head: Head, node: Node | None) -> Iterator[str | None]:
    if node:
        yield text(node.get("datePublished")) or text(node.get("dateCreated"))
    yield from head.every(*_DECLARED)
    for element in tree.iter("time", "meta", "abbr", "span", "div", "p"):
        told = element.get("itemprop") in ("datePublished", "dateCreated") or (
            element.tag == "time"
            and (element.get("pubdate") is not None or "published" in (element.get("class") or ""))
        )
        if told and not is_elsewhere(element):
            yield element.get("content") or element.get("datetime") or element.text_content()
    yield from head.every("last-modified")


def _shown(tree: HtmlElement) -> Iterator[str | None]:
    times = [element for element in tree.iter("time") if not is_elsewhere(element)]
    if times:
        yield times[0].get("datetime") or times[0].text_content()
    for element in tree.iter("abbr", "span", "div", "p", "li", "td", "small", "em", "a", "strong", "dd"):
        name = f"{element.get('class') or ''} {element.get('id') or ''}"
        if not name.strip() or len(element) > 6 or not _DATED.search(name):
            continue
        if element.tag == "abbr" and element.get("title"):
            yield element.get("title")
        shown = element.text_content()
        if 6 <= len(shown.strip()) <= 120 and not is_elsewhere(element):
            yield shown


def is_elsewhere(element: HtmlElement) -> bool:
    """Whether `element` belongs to comments, or to a list of other articles, and so says nothing of this
    one."""
    for parent in (element, *element.iterancestors()):
        if parent.tag in ("body", "html"):
            return False
        if parent.tag in ("aside", "nav", "footer") or _ELSEWHERE.search(name_of(parent)):
            return True
        if parent.tag == "li" and parent.find(".//a") is not None and len(parent.text_content()) > 60:
            return True
    return False


def _searched(tree: HtmlElement) -> Moment | None:
    if sum(1 for _ in tree.iter()) > LARGEST_SEARCHED:
        return None
    from htmldate import find_date

    return read_moment(find_date(tree, original_date=True, extensive_search=False))
