"""Compose: an issue as stored becomes the view that a theme renders."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import select
from sqlalchemy.orm import Session

from digest.actions.candidates import by_id
from digest.actions.context import Context
from digest.actions.correct import with_notes
from digest.articles.tables import Article
from digest.issues import Issue, IssueState, Item
from digest.issues.blocks import after_item
from digest.issues.subjects import Proposal
from digest.issues.versions import ItemVersion
from digest.rendering import (
    Block,
    Image,
    IssueView,
    ItemView,
    Link,
    NewsletterView,
    Rendered,
    SectionView,
    parse_brand,
    render,
    theme,
)
from digest.rendering.hosting import hosted
from digest.sources.tables import Source
from digest.summary.reading import reading_minutes
from digest.tracking.modes import Mode
from subscribers.tables import MailingList

SHORTEST_TOLD = 2
"""Minutes below which a reading time says nothing."""


@dataclass(frozen=True)
class _Shelf:
    """What items refer to."""

    articles: Mapping[int, Article]
    sources: Mapping[int, Source]
    site_host: str
    own_name: str
    comment_links: str
    lead: Item | None


@dataclass(frozen=True)
class Edition:
    """What readers of one variant get: the items in the words of their language, and the line above."""

    items: tuple[ItemVersion, ...]
    line: Proposal


def whole_edition(issue: Issue) -> Edition:
    """The issue with every item in its own words, as the editor approves it."""
    items = [item for item in issue.items if not item.dropped]
    own = tuple(
        ItemVersion(
            item,
            item.article_id,
            item.language or issue.newsletter.language,
            item.headline,
            item.summary,
            item.method,
            False,
        )
        for item in items
    )
    return Edition(own, Proposal(issue.subject, issue.preheader))


def compose(context: Context, session: Session, issue: Issue, edition: Edition | None = None) -> Rendered:
    """The issue, or one edition of it, in its newsletter's theme, with slots where recipients differ."""
    shown = view(session, issue, edition)
    return render(shown, theme(issue.newsletter.theme, own=context.settings.own_themes))


def view(session: Session, issue: Issue, edition: Edition | None = None) -> IssueView:
    """The issue as a theme sees it: dropped items left out, one section for each run of items."""
    newsletter = issue.newsletter
    edition = edition or whole_edition(issue)
    shelf = _Shelf(
        by_id(session, (one.article_id for one in edition.items)),
        {source.id: source for source in session.scalars(select(Source))},
        _host(newsletter.site_url),
        newsletter.title,
        newsletter.comment_links,
        edition.items[0].item if edition.items else None,
    )
    mailing_list = session.get_one(MailingList, newsletter.list_id)
    # What was approved says what it counts; a draft will say what its newsletter does then.
    says = newsletter if issue.state == IssueState.DRAFT else issue
    clicks, opens = says.clicks, says.opens
    shown = IssueView(
        newsletter=NewsletterView(
            title=newsletter.title,
            language=newsletter.language,
            timezone=newsletter.timezone,
            postal_address=newsletter.postal_address,
            list_name=mailing_list.name,
            site_url=newsletter.site_url,
            public=mailing_list.public,
            brand=parse_brand(newsletter.brand),
            clicks_counted=clicks != Mode.OFF,
            opens_counted=opens != Mode.OFF,
            clicks_noted=clicks == Mode.PERSONS,
            opens_noted=opens == Mode.PERSONS,
        ),
        number=issue.number,
        date=issue.slot or issue.approved_at or issue.built_at,
        subject=edition.line.subject,
        preheader=edition.line.preheader,
        intro=with_notes(session, issue),
        sections=tuple(
            SectionView(section, tuple(part for one in run for part in _with_blocks(issue, one, shelf)))
            for section, run in groupby(edition.items, key=lambda one: one.item.section)
        ),
        related=tuple(_links(issue.related)),
    )
    return _with_hosted(shown, issue.pictures)


def _with_blocks(issue: Issue, version: ItemVersion, shelf: _Shelf) -> Iterator[ItemView | Block]:
    yield _item(version, shelf)
    for block in after_item(issue, version.item):
        yield _block(block)


def _block(block: Mapping[str, Any]) -> Block:
    picture = block.get("image_url")
    return Block(
        kind=block["kind"],
        markdown=block.get("markdown", ""),
        title=block.get("title", ""),
        url=block.get("url"),
        image=Image(picture, block.get("image_alt", "")) if picture else None,
        sponsor=block.get("sponsor", ""),
        when=datetime.fromisoformat(block["when"]) if block.get("when") else None,
        place=block.get("place", ""),
    )


def _item(version: ItemVersion, shelf: _Shelf) -> ItemView:
    item, article = version.item, shelf.articles[version.article_id]
    minutes = reading_minutes(article.text)
    return ItemView(
        headline=version.headline,
        url=article.url,
        summary=version.summary,
        language=article.language,
        image=_image(article),
        byline=article.byline or "",
        source=_source(article, shelf),
        published=article.published_at,
        reading_minutes=minutes if minutes >= SHORTEST_TOLD else None,
        also=tuple(_links(item.also)),
        comments=article.comments or None,
        comments_url=_comments_url(article, shelf),
        follow_up=item.follow_up_of is not None,
        points=tuple(item.points) if shelf.lead is item else (),
        quote=item.quote if shelf.lead is item else "",
    )


def _comments_url(article: Article, shelf: _Shelf) -> str | None:
    """Where the story is commented on: its comments, or the form (by WordPress's name) where there are none yet.

    Whether another site takes comments is known only by those that it has.
    """
    if article.comments and shelf.comment_links != "off":
        return f"{article.url}#comments"
    own = shelf.site_host and _host(article.url) == shelf.site_host
    return f"{article.url}#respond" if own and shelf.comment_links == "every" else None


def _image(article: Article) -> Image | None:
    if not article.image_url:
        return None
    return Image(article.image_url, article.image_alt or "", article.image_width, article.image_height)


def _with_hosted(shown: IssueView, pictures: Mapping[str, Any]) -> IssueView:
    """The view with hosted pictures in place of the sources' own; one that could not be had is left out."""
    made = {
        address: Image(one["url"], "", one["width"], one["height"]) if one else Image("")
        for address, one in pictures.items()
    }
    return hosted(shown, made) if made else shown


def _source(article: Article, shelf: _Shelf) -> str:
    """Who published it, where that is not the newsletter's own site."""
    source = shelf.sources.get(article.source_id) if article.source_id is not None else None
    if source is None or _host(article.url) == shelf.site_host:
        credit = article.credit or ""
        return "" if credit.casefold() in shelf.own_name.casefold() else credit
    return source.name


def _links(tellings: Iterable[Mapping[str, str]]) -> Iterable[Link]:
    return (Link(one["title"], one["url"], one.get("source", "")) for one in tellings)


def _host(url: str | None) -> str:
    return (urlsplit(url or "").hostname or "").removeprefix("www.")
