"""The bundled newspaper: its pieces as written, dated from the moment of the demo.

Texts say `{day:-1}` for the weekday before publication and `{date:+18}` for a date after it, so the
news is of this week whenever the demo runs.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

FOLDER = Path(__file__).parent / "newsroom"
WIRE_PATH = "/meridian"
_FRONT_MATTER = re.compile(r"\A---\n(.*?)\n---\n+(.*)\Z", re.DOTALL)
_MOMENT = re.compile(r"\{(day|date):([+-]?\d+)\}|\{dateline\}")


@dataclass(frozen=True)
class Piece:
    """One article: `body` is Markdown, `path` its place on the site, `pair` the slug of its translation.

    A `wire` piece is the news agency's telling, published on a site and in a feed of its own.
    """

    number: int
    slug: str
    title: str
    language: str
    section: str
    author: str
    published: datetime
    excerpt: str
    body: str
    image: str
    alt: str
    caption: str
    credit: str
    comments: int
    tags: tuple[str, ...]
    pair: str
    wire: bool

    @property
    def path(self) -> str:
        prefix = WIRE_PATH if self.wire else "" if self.language == "en" else f"/{self.language}"
        return f"{prefix}/{self.published:%Y/%m/%d}/{self.slug}/"


@dataclass(frozen=True)
class Newspaper:
    """The site's own facts, its pieces and those of the news agency, the newest first."""

    name: str
    tagline: str
    language: str
    colour: str
    timezone: str
    address: str
    agency: str
    words: Mapping[str, Mapping[str, str]]
    pieces: tuple[Piece, ...]
    wire: tuple[Piece, ...]

    @property
    def sections(self) -> tuple[str, ...]:
        """The sections of the site's own language, in the order of their newest piece."""
        return tuple(dict.fromkeys(p.section for p in self.pieces if p.language == self.language))

    def piece(self, slug: str) -> Piece | None:
        return next((piece for piece in self.pieces if piece.slug == slug), None)

    def related(self, piece: Piece, count: int = 4) -> tuple[Piece, ...]:
        """Other pieces in the same language, those of the same section first."""
        others = [other for other in self.pieces if other.language == piece.language and other != piece]
        return tuple(sorted(others, key=lambda other: other.section != piece.section)[:count])


def load(now: datetime, folder: Path = FOLDER) -> Newspaper:
    """The newspaper as it stands at `now`, an aware datetime."""
    site: dict[str, Any] = json.loads((folder / "site.json").read_text("utf-8"))
    local = now.astimezone(ZoneInfo(site["timezone"])).replace(second=0, microsecond=0)
    files = sorted((folder / "articles").glob("*.md"))
    pieces = [_piece(1001 + 7 * index, file, local) for index, file in enumerate(files)]
    pieces.sort(key=lambda piece: piece.published, reverse=True)
    return Newspaper(
        **site,
        pieces=tuple(piece for piece in pieces if not piece.wire),
        wire=tuple(piece for piece in pieces if piece.wire),
    )


def day(moment: datetime, language: str) -> str:
    """The day of `moment` as a newspaper of that language prints it."""
    from babel.dates import format_date

    return format_date(moment, "long", locale=language)


def _piece(number: int, file: Path, now: datetime) -> Piece:
    found = _FRONT_MATTER.match(file.read_text("utf-8"))
    if found is None:
        raise ValueError(f"{file.name} has no front matter")
    facts = dict(line.split(": ", 1) for line in found[1].splitlines())
    language = facts["lang"]
    published = now - timedelta(hours=float(facts["hours_ago"]))

    def dated(text: str) -> str:
        return _MOMENT.sub(lambda match: _moment(match, published, language), text)

    return Piece(
        number=number,
        slug=file.stem,
        title=dated(facts["title"]),
        language=language,
        section=facts["section"],
        author=facts["author"],
        published=published,
        excerpt=dated(facts["excerpt"]),
        body=dated(found[2]).strip(),
        image=facts.get("image", ""),
        alt=facts.get("alt", ""),
        caption=facts.get("caption", ""),
        credit=facts.get("credit", ""),
        comments=int(facts["comments"]),
        tags=tuple(tag.strip() for tag in facts["tags"].split(",")),
        pair=facts.get("pair", ""),
        wire="source" in facts,
    )


def _moment(match: re.Match[str], published: datetime, language: str) -> str:
    if match[1] is None:
        return _formatted(published, "d MMMM", language)
    moment = published + timedelta(days=int(match[2]))
    return _formatted(moment, "EEEE" if match[1] == "day" else "MMMM d", language)


@cache
def _formatted(moment: datetime, pattern: str, language: str) -> str:
    from babel.dates import format_date

    return format_date(moment, pattern, locale=language)
