"""The web version of an issue: the rendition itself, with a head for browsers and search engines."""

import re
from dataclasses import dataclass
from html import escape

from digest.rendering import literal

_PERSONAL = re.compile(r'<p class="personal"[^>]*>.*?</p>', re.DOTALL)
_PREVIEW = re.compile(r"(?<=<body)([^>]*>)\s*<div [^>]*display:none[^>]*>.*?</div>", re.DOTALL)


@dataclass(frozen=True)
class Card:
    """What a browser, a search engine and a social site show of an issue. Addresses are absolute."""

    title: str
    description: str
    canonical: str
    site_name: str = ""
    image: str | None = None
    image_alt: str = ""


def web_version(html: str, card: Card) -> str:
    """`html` of a rendition, slots still in it, as a page for everybody.

    Adds description, canonical link and social card; leaves out the hidden preheader and every paragraph
    of the class `personal`, which speaks to one recipient.
    """
    page = _PERSONAL.sub("", _PREVIEW.sub(r"\1", html, count=1))
    return page.replace("</head>", f"{_head(card)}</head>", 1)


def _head(card: Card) -> str:
    image = literal.address(card.image)
    named = [
        ("name", "description", card.description),
        ("property", "og:type", "article"),
        ("property", "og:title", card.title),
        ("property", "og:description", card.description),
        ("property", "og:url", literal.address(card.canonical)),
        ("property", "og:site_name", card.site_name),
        ("property", "og:image", image),
        ("property", "og:image:alt", card.image_alt if image else ""),
        ("name", "twitter:card", "summary_large_image" if image else "summary"),
    ]
    metas = "".join(
        f'<meta {kind}="{name}" content="{escape(literal.line(value))}">'
        for kind, name, value in named
        if value
    )
    return f'<link rel="canonical" href="{escape(literal.address(card.canonical))}">{metas}'
