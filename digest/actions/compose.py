"""Compose: an issue as stored becomes the view that a theme renders."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby
from urllib.parse import urlsplit

from sqlalchemy import select
from sqlalchemy.orm import Session

from digest.actions.candidates import by_id
from digest.actions.context import Context
from digest.articles.tables import Article
from digest.issues import Issue, Item
from digest.rendering import (
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
from digest.sources.tables import Source
from subscribers.tables import MailingList

READING_WORDS_A_MINUTE = 220
SHORTEST_TOLD = 2
"""Minutes below which a reading time says nothing."""


@dataclass(frozen=True)
class _Shelf:
    """What items refer to."""

    articles: Mapping[int, Article]
    sources: Mapping[int, Source]
    site_host: str


def compose(context: Context, session: Session, issue: Issue) -> Rendered:
    """The issue rendered in its newsletter's theme, with slots where recipients differ."""
    return render(view(session, issue), theme(issue.newsletter.theme, own=context.settings.own_themes))


def view(session: Session, issue: Issue) -> IssueView:
    """The issue as a theme sees it: dropped items left out, one section for each run of items."""
    newsletter = issue.newsletter
    items = [item for item in issue.items if not item.dropped]
    shelf = _Shelf(
        by_id(session, (item.article_id for item in items)),
        {source.id: source for source in session.scalars(select(Source))},
        _host(newsletter.site_url),
    )
    mailing_list = session.get_one(MailingList, newsletter.list_id)
    return IssueView(
        newsletter=NewsletterView(
            title=newsletter.title,
            language=newsletter.language,
            timezone=newsletter.timezone,
            postal_address=newsletter.postal_address,
            list_name=mailing_list.name,
            site_url=newsletter.site_url,
            brand=parse_brand(newsletter.brand),
        ),
        number=issue.number,
        date=issue.slot or issue.approved_at or issue.built_at,
        subject=issue.subject,
        preheader=issue.preheader,
        intro=issue.intro,
        sections=tuple(
            SectionView(section, tuple(_item(item, shelf) for item in run))
            for section, run in groupby(items, key=lambda item: item.section)
        ),
        related=tuple(_links(issue.related)),
    )


def _item(item: Item, shelf: _Shelf) -> ItemView:
    article = shelf.articles[item.article_id]
    minutes = round(article.words / READING_WORDS_A_MINUTE)
    return ItemView(
        headline=item.headline,
        url=article.url,
        summary=item.summary,
        language=article.language,
        image=_image(article),
        byline=article.byline or "",
        source=_source(article, shelf),
        published=article.published_at,
        reading_minutes=minutes if minutes >= SHORTEST_TOLD else None,
        also=tuple(_links(item.also)),
        comments=article.comments or None,
        comments_url=f"{article.url}#comments" if article.comments else None,
        follow_up=item.follow_up_of is not None,
    )


def _image(article: Article) -> Image | None:
    if not article.image_url:
        return None
    return Image(article.image_url, article.image_alt or "", article.image_width, article.image_height)


def _source(article: Article, shelf: _Shelf) -> str:
    """Who published it, where that is not the newsletter's own site."""
    source = shelf.sources.get(article.source_id) if article.source_id is not None else None
    if source is None or _host(article.url) == shelf.site_host:
        return article.credit or ""
    return source.name


def _links(tellings: Iterable[Mapping[str, str]]) -> Iterable[Link]:
    return (Link(one["title"], one["url"], one.get("source", "")) for one in tellings)


def _host(url: str | None) -> str:
    return (urlsplit(url or "").hostname or "").removeprefix("www.")
