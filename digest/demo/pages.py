"""The newspaper as a WordPress site would publish it: home page, article pages, feeds."""

import json
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markdown_it import MarkdownIt

from digest.demo.newspaper import FOLDER, WIRE_PATH, Newspaper, Piece, day

_NAMESPACES = {
    "content": "http://purl.org/rss/1.0/modules/content/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "slash": "http://purl.org/rss/1.0/modules/slash/",
    "media": "http://search.yahoo.com/mrss/",
    "atom": "http://www.w3.org/2005/Atom",
}
LOGO_SIZE = (370, 112)


class Pages:
    """Renders the pages of one newspaper for a site whose address is `base` (no slash at the end)."""

    def __init__(self, newspaper: Newspaper, base: str) -> None:
        self.newspaper = newspaper
        self.base = base
        self._markdown = MarkdownIt("commonmark")
        self._templates = Environment(
            loader=FileSystemLoader(FOLDER / "theme"), autoescape=True, undefined=StrictUndefined
        )

    def home(self) -> str:
        schema = {
            "@context": "https://schema.org",
            "@type": "WebSite",
            "name": self.newspaper.name,
            "url": f"{self.base}/",
            "publisher": self._publisher(self.newspaper.name),
        }
        return self._render(
            "home.html", self.newspaper.language, pieces=self.newspaper.pieces, schema=_json(schema)
        )

    def article(self, piece: Piece) -> str:
        return self._render(
            "article.html",
            piece.language,
            publisher=self._publisher_name(piece),
            piece=piece,
            pair=self.newspaper.piece(piece.pair) if piece.pair else None,
            body=self._markdown.render(piece.body),
            related=self.newspaper.related(piece),
            schema=_json(self._schema(piece)),
        )

    def feed(self) -> str:
        """RSS 2.0 with excerpts only, as most newsrooms set it."""
        items = "".join(self._item(piece) for piece in self.newspaper.pieces)
        return self._channel(self.newspaper.name, "/feed/", items)

    def wire_feed(self) -> str:
        """The news agency's feed: other tellings of stories that the newspaper has too."""
        items = "".join(self._item(piece) for piece in self.newspaper.wire)
        return self._channel(self.newspaper.agency, f"{WIRE_PATH}/feed/", items)

    def comments_feed(self) -> str:
        """The feed of comments that every WordPress site names beside its own."""
        items = "".join(
            f"<item><title>Comment on {escape(piece.title)} by a reader</title>"
            f"<link>{escape(self.base + piece.path)}#comment-1</link>"
            f"<guid>{escape(self.base + piece.path)}#comment-1</guid>"
            f"<pubDate>{_rfc822(piece.published)}</pubDate><description>Well said.</description></item>"
            for piece in self.newspaper.pieces[:5]
        )
        return self._channel(f"Comments for {self.newspaper.name}", "/comments/feed/", items)

    def _channel(self, title: str, path: str, items: str) -> str:
        namespaces = " ".join(f'xmlns:{prefix}="{uri}"' for prefix, uri in _NAMESPACES.items())
        paper = self.newspaper
        return (
            f'<?xml version="1.0" encoding="UTF-8"?><rss version="2.0" {namespaces}><channel>'
            f"<title>{escape(title)}</title><link>{self.base}/</link>"
            f'<atom:link href="{self.base}{path}" rel="self" type="application/rss+xml"/>'
            f"<description>{escape(paper.tagline)}</description><language>{paper.language}</language>"
            f"<lastBuildDate>{_rfc822(paper.pieces[0].published)}</lastBuildDate>"
            f"<generator>The demo of Digest</generator>{items}</channel></rss>\n"
        )

    def _item(self, piece: Piece) -> str:
        link = f"{self.base}{piece.path}"
        about = (
            f"<p>{escape(piece.excerpt)} […]</p>"
            f"<p>The post <a href={quoteattr(link)}>{escape(piece.title)}</a> appeared first on "
            f"<a href={quoteattr(self.base)}>{escape(self._publisher_name(piece))}</a>.</p>"
        )
        categories = "".join(f"<category>{escape(name)}</category>" for name in (piece.section, *piece.tags))
        picture = f"{self.base}/images/{piece.image}"
        thumbnail = f'<media:thumbnail url="{picture}" width="1200" height="675"/>' if piece.image else ""
        return (
            f"<item><title>{escape(piece.title)}</title><link>{link}</link>"
            f"<comments>{link}#respond</comments><dc:creator>{escape(piece.author)}</dc:creator>"
            f"<dc:language>{piece.language}</dc:language><pubDate>{_rfc822(piece.published)}</pubDate>"
            f'{categories}<guid isPermaLink="false">{self.base}/?p={piece.number}</guid>'
            f"<description>{escape(about)}</description>"
            f"<slash:comments>{piece.comments}</slash:comments>{thumbnail}</item>"
        )

    def _schema(self, piece: Piece) -> dict[str, Any]:
        schema: dict[str, Any] = {
            "@type": "NewsArticle",
            "headline": piece.title,
            "description": piece.excerpt,
            "url": self.base + piece.path,
            "mainEntityOfPage": self.base + piece.path,
            "datePublished": piece.published.isoformat(),
            "dateModified": piece.published.isoformat(),
            "inLanguage": piece.language,
            "articleSection": piece.section,
            "keywords": list(piece.tags),
            "commentCount": piece.comments,
            "author": {"@type": "Organization" if piece.wire else "Person", "name": piece.author},
            "publisher": self._publisher(self._publisher_name(piece)),
        }
        if piece.image:
            url = f"{self.base}/images/{piece.image}"
            schema["image"] = {"@type": "ImageObject", "url": url, "width": 1200, "height": 675}
        return {"@context": "https://schema.org", "@graph": [schema]}

    def _publisher_name(self, piece: Piece) -> str:
        return self.newspaper.agency if piece.wire else self.newspaper.name

    def _publisher(self, name: str) -> dict[str, Any]:
        width, height = LOGO_SIZE
        logo = {
            "@type": "ImageObject",
            "url": f"{self.base}/images/logo.png",
            "width": width,
            "height": height,
        }
        return {
            "@type": "NewsMediaOrganization",
            "name": name,
            "url": f"{self.base}/",
            "logo": logo,
        }

    def _render(self, template: str, language: str, publisher: str = "", **values: Any) -> str:
        return self._templates.get_template(template).render(
            base=self.base,
            site=self.newspaper,
            logo=LOGO_SIZE,
            publisher=publisher or self.newspaper.name,
            language=language,
            words=self.newspaper.words[language],
            year=self.newspaper.pieces[0].published.year,
            day=day,
            **values,
        )


def _json(value: object) -> str:
    """JSON that may stand inside a script element."""
    return json.dumps(value, ensure_ascii=False).replace("</", "<\\/")


def _rfc822(moment: datetime) -> str:
    return format_datetime(moment.astimezone(UTC))
