"""An invented issue in three scripts, to try themes and brands on: previews, theme check, screenshots."""

import tomllib
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from digest.rendering.brand import Brand, SocialLink
from digest.rendering.view import Block, Image, IssueView, ItemView, Link, NewsletterView, SectionView

LANGUAGES = ("en", "hy", "ar")
DATE = datetime(2026, 11, 26, 5, 0, tzinfo=UTC)
PICTURES = "https://pictures.example/"
_FOLDER = Path(__file__).parent / "samples"


def sample(
    language: str = "en",
    *,
    brand: Brand | None = None,
    stories: int | None = None,
    every_block: bool = False,
) -> IssueView:
    """The sample in `en`, `hy` or `ar`, in the given brand; told again from the start for more `stories`.

    With `every_block` the editor's blocks of each kind stand in it, not only a sponsor's and a note.
    """
    edition = _edition(language)
    told: list[dict[str, Any]] = edition["stories"]
    wanted = len(told) if stories is None else stories
    told = sorted((told * (wanted // len(told) + 1))[:wanted], key=lambda story: int(story["section"]))
    sections = []
    for index, title in enumerate(edition["sections"]):
        content: list[ItemView | Block] = [
            _item(story, position) for position, story in enumerate(told) if story["section"] == index
        ]
        if index == 1:
            sponsored = Block(
                "sponsor", edition["sponsored"], sponsor=edition["sponsor"], url="https://sponsor.example/"
            )
            content.insert(1, sponsored)
        if index == 2:
            content.append(Block("note", edition["note"]))
        if every_block:
            content += [_block(block) for block in edition["blocks"] if block["section"] == index]
        sections.append(SectionView(title, tuple(content)))
    return IssueView(
        newsletter=NewsletterView(
            title=edition["title"],
            language=language,
            timezone="Asia/Yerevan",
            postal_address=edition["address"],
            site_url="https://news.example/",
            public=True,
            brand=brand or Brand(social=(SocialLink("Mastodon", "https://social.example/@weekly"),)),
        ),
        number=42,
        date=DATE,
        subject=edition["subject"],
        preheader=edition["preheader"],
        sections=tuple(sections),
        intro=edition["intro"],
        related=tuple(
            Link(title, f"https://news.example/earlier/{index}")
            for index, title in enumerate(edition["related"])
        ),
    )


@cache
def _edition(language: str) -> dict[str, Any]:
    return tomllib.loads((_FOLDER / f"{language}.toml").read_text(encoding="utf-8"))


def _block(block: dict[str, Any]) -> Block:
    picture = block.get("picture")
    return Block(
        block["kind"],
        block["markdown"],
        title=block.get("title", ""),
        url=block.get("url"),
        image=Image(f"{PICTURES}{picture}.jpg", block["alt"], 1600, 900) if picture else None,
        when=DATE + timedelta(days=9, hours=6) if block["kind"] == "event" else None,
        place=block.get("place", ""),
    )


def _item(story: dict[str, Any], position: int) -> ItemView:
    picture = story.get("picture")
    first = position == 0
    return ItemView(
        headline=story["headline"],
        url=f"https://news.example/2026/11/story-{position + 1}",
        summary=story["summary"],
        image=Image(f"{PICTURES}{picture}.jpg", "", 1600, 900) if picture else None,
        byline=story["byline"],
        published=DATE - timedelta(hours=11 + 9 * position),
        reading_minutes=story["minutes"],
        also=tuple(
            Link(story["headline"], f"https://other.example/{index}", source)
            for index, source in enumerate(story.get("also", ()))
        ),
        comments_url="https://news.example/2026/11/story-1#comments" if first else None,
        comments=14 if first else None,
        follow_up=story.get("follow_up", False),
        points=tuple(story.get("points", ())) if first else (),
        quote=story.get("quote", "") if first else "",
    )
