"""The issue as a theme sees it: plain frozen data, nothing of the database.

Every text is untrusted and is shown literally, whatever it holds; only `IssueView.intro` and
`Block.markdown`, which editors write, are Markdown. Times are aware datetimes in any zone; they are
shown in the newsletter's zone.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from digest.rendering.brand import Brand

BlockKind = Literal["note", "sponsor", "event", "poll", "image", "button"]


@dataclass(frozen=True)
class Image:
    """A picture at an absolute http(s) address; width and height in pixels of the file, where known."""

    url: str
    alt: str = ""
    width: int | None = None
    height: int | None = None


@dataclass(frozen=True)
class Link:
    """A title that leads somewhere: another telling of a story, or a related earlier article.

    `source` is who published it, where that is worth telling.
    """

    title: str
    url: str
    source: str = ""


@dataclass(frozen=True)
class ItemView:
    """A story in the issue. `language` None means the newsletter's own."""

    headline: str
    url: str
    summary: str
    language: str | None = None
    image: Image | None = None
    byline: str = ""
    source: str = ""
    published: datetime | None = None
    reading_minutes: int | None = None
    also: tuple[Link, ...] = ()
    comments_url: str | None = None
    comments: int | None = None
    follow_up: bool = False
    label: str = ""
    points: tuple[str, ...] = ()
    quote: str = ""


@dataclass(frozen=True)
class Block:
    """What an editor puts between the items.

    `title` is a heading (the words on a button for `button`), `url` where it leads, `markdown` its text.
    A `sponsor` is always marked as such; `sponsor` names who paid.
    """

    kind: BlockKind
    markdown: str = ""
    title: str = ""
    url: str | None = None
    image: Image | None = None
    sponsor: str = ""
    when: datetime | None = None
    place: str = ""


@dataclass(frozen=True)
class SectionView:
    """A titled part of the issue; an empty title shows no heading."""

    title: str
    content: tuple[ItemView | Block, ...]


@dataclass(frozen=True)
class NewsletterView:
    """Who publishes: the newsletter, its look, its zone (IANA name) and its language (BCP 47 tag).

    The footer tells whether clicks and opens are counted, and whether it is `noted` whose they are.
    `public` says whether everybody may read the archive.
    """

    title: str
    language: str
    timezone: str
    postal_address: str
    list_name: str = ""
    site_url: str | None = None
    public: bool = False
    brand: Brand = field(default_factory=Brand)
    clicks_counted: bool = False
    opens_counted: bool = False
    clicks_noted: bool = False
    opens_noted: bool = False


@dataclass(frozen=True)
class IssueView:
    """One edition, whole. The first item of the first section is the lead story."""

    newsletter: NewsletterView
    number: int
    date: datetime
    subject: str
    preheader: str
    sections: tuple[SectionView, ...]
    intro: str = ""
    related: tuple[Link, ...] = ()
    outro: str = ""
