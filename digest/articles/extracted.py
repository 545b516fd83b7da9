"""What a page says once everything that is not the article has been taken away."""

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Hints:
    """What is known from elsewhere, a feed entry say; each fills a gap that the page leaves.

    `charset` is what the HTTP header declared.
    """

    title: str | None = None
    byline: str | None = None
    published: datetime | None = None
    updated: datetime | None = None
    language: str | None = None
    image_url: str | None = None
    section: str | None = None
    topics: tuple[str, ...] = ()
    comments: int | None = None
    charset: str | None = None


@dataclass(frozen=True, slots=True)
class Alternate:
    """The same article in another language, as the page announces it."""

    language: str
    url: str


@dataclass(frozen=True, slots=True)
class Suggestion:
    """An entry of a "you may also like" block beside the article."""

    title: str
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Image:
    """The lead image: an absolute address, sizes in pixels where the page tells them."""

    url: str
    alt: str | None = None
    width: int | None = None
    height: int | None = None


@dataclass(frozen=True, slots=True)
class Extracted:
    """One article: `text` holds its paragraphs, headings and list items, separated by blank lines.

    `text` never holds the title, the dateline, the byline line, credits, forms or related blocks.
    `dateline` is the place, `credit` the agency. `published` is aware: a local time without a zone takes the
    zone of the page's other times or else UTC; a date without a time is midnight UTC (`published_day_only`).
    """

    title: str
    text: str
    url: str | None = None
    byline: str | None = None
    dateline: str | None = None
    credit: str | None = None
    published: datetime | None = None
    published_day_only: bool = False
    updated: datetime | None = None
    language: str | None = None
    image: Image | None = None
    section: str | None = None
    topics: tuple[str, ...] = ()
    comments: int | None = None
    alternates: tuple[Alternate, ...] = ()
    aliases: tuple[str, ...] = ()
    related: tuple[Suggestion, ...] = field(default=())

    @property
    def paragraphs(self) -> list[str]:
        return self.text.split("\n\n")

    @property
    def dateline_line(self) -> str | None:
        """`MOSCOW (RFE/RL)`, for people; None without a dateline."""
        if self.dateline and self.credit:
            return f"{self.dateline} ({self.credit})"
        return self.dateline or self.credit
