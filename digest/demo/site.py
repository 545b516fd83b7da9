"""The newsroom's web server: `python -m digest.demo.site --now 2026-11-24T18:00:00+00:00`."""

import argparse
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from digest.demo.lifetime import announce, listen, serve
from digest.demo.newspaper import FOLDER, WIRE_PATH, load
from digest.demo.pages import Pages

_HTML, _RSS = "text/html; charset=UTF-8", "application/rss+xml; charset=UTF-8"


@dataclass(frozen=True)
class Published:
    """One address of the site: what it answers, and since when."""

    content: bytes
    kind: str
    changed: datetime

    @property
    def etag(self) -> str:
        return f'"{hashlib.sha256(self.content).hexdigest()[:20]}"'


def publish(pages: Pages) -> dict[str, Published]:
    """Every address of the site, by path."""
    newest = pages.newspaper.pieces[0].published
    site = {
        "/": Published(pages.home().encode(), _HTML, newest),
        "/feed/": Published(pages.feed().encode(), _RSS, newest),
        f"{WIRE_PATH}/feed/": Published(pages.wire_feed().encode(), _RSS, pages.newspaper.wire[0].published),
        "/comments/feed/": Published(pages.comments_feed().encode(), _RSS, newest),
    }
    for piece in (*pages.newspaper.pieces, *pages.newspaper.wire):
        site[piece.path] = Published(pages.article(piece).encode(), _HTML, piece.published)
    drawn = datetime(2026, 11, 24, tzinfo=UTC)
    site["/style.css"] = Published((FOLDER / "theme" / "style.css").read_bytes(), "text/css", drawn)
    for file in (FOLDER / "images").iterdir():
        kind = "image/png" if file.suffix == ".png" else "image/jpeg"
        site[f"/images/{file.name}"] = Published(file.read_bytes(), kind, drawn)
    return site


def site_app(site: Mapping[str, Published]) -> Starlette:
    """The site as an application; it answers 304 to a reader who has the page already."""

    async def page(request: Request) -> Response:
        found = site.get(request.url.path)
        if found is None:
            return Response(
                "<!DOCTYPE html><title>Not found</title><h1>Not found</h1>", 404, media_type=_HTML
            )
        headers = {
            "ETag": found.etag,
            "Last-Modified": format_datetime(found.changed.astimezone(UTC), usegmt=True),
            "Cache-Control": "no-cache",
        }
        if _has_it(request.headers, found):
            return Response(status_code=304, headers=headers)
        return Response(found.content, headers=headers, media_type=found.kind)

    return Starlette(routes=[Route("/{path:path}", page, methods=["GET"])])


def _has_it(headers: Mapping[str, str], page: Published) -> bool:
    """RFC 9110 section 13.2.2: If-None-Match decides alone where it is given."""
    if tags := headers.get("if-none-match"):
        return tags.strip() == "*" or page.etag in [tag.strip().removeprefix("W/") for tag in tags.split(",")]
    try:
        since = parsedate_to_datetime(headers.get("if-modified-since", ""))
        return page.changed.replace(microsecond=0) <= since
    except (TypeError, ValueError):
        return False


def main() -> None:
    parser = argparse.ArgumentParser(description="Serve the demo's newsroom on loopback.")
    parser.add_argument("--now", type=datetime.fromisoformat, default=datetime.now(UTC), help="an aware time")
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    arguments = parser.parse_args()
    listener = listen(arguments.port)
    base = f"http://127.0.0.1:{listener.getsockname()[1]}"
    newspaper = load(arguments.now)
    app = site_app(publish(Pages(newspaper, base)))
    articles = len(newspaper.pieces) + len(newspaper.wire)
    announce(address=f"{base}/", wire=f"{base}{WIRE_PATH}/feed/", articles=articles)
    serve(app, listener, child=True)


if __name__ == "__main__":
    main()
