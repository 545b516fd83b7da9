"""The real WordPress site and real feeds of the measurement data, served on loopback for bench/real_newsroom.py.

    python bench/real_site.py DATA --now 2026-11-24T18:00:00+00:00

What is not as it was, and why:
- The site's own address is replaced by the loopback one everywhere, and so is every address in the feeds
  (`http://127.0.0.1:PORT/at/HOST/…`, which answers 404), so that nothing leaves this machine.
- Times are moved: the newest post is an hour old and each older one two hours more, in the order they had;
  the entries of the feeds likewise, three hours apart. The posts span fifteen years, a digest looks at a week.
- The data has no home page: a plain one names the feed and the REST interface as WordPress does.
- The feed of the site is made of its REST objects; its links carry a campaign parameter, as many do.
- A second site ("mirror") answers the same REST objects under its own address and has no pages, so that what
  is stored of it comes from `content.rendered` alone.
"""

import argparse
import json
import re
import tarfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from digest.demo.lifetime import announce, listen, when_parent_ends

SITE = "https://www.unitingnc.org"
FEEDS = {
    "guardian.rss": "rss-parser/guardian.rss",
    "heise.atom": "rss-parser/heise.atom",
    "tsunami.atom": "rsparser/OneFootTsunami.atom",
    "inessential.json": "rsparser/inessential.json",
    "rubenerd.rss": "rsparser/rubenerd.rss",
    "cut-off.xml": "feedjira/TechCrunch.xml",
    "turns-into-html.xml": "feedkit/xml/Ampersand.xml",
}
"""By the name they are served under. One is cut off in the middle; one is a feed once, and HTML ever after."""
PAGE = ("furbo.html", "rsparser/furbo.html")
CUT_OFF = 0.6

_ADDRESS = re.compile(rb"https?://(?!127\.0\.0\.1)([A-Za-z0-9.-]+)")
_NAMESPACE = re.compile(rb"""xmlns(?::[\w.-]+)?\s*=\s*["']([^"']+)["']""")
_MOMENT = re.compile(
    rb"(<(?:pubDate|published|updated|dc:date)[^>]*>|\"date_(?:published|modified)\"\s*:\s*\")([^<\"]+)"
)


@dataclass(frozen=True)
class Post:
    """A post as the REST interface gives it, moved in time, and its page as the site served it."""

    answer: dict[str, Any]
    page: bytes

    @property
    def path(self) -> str:
        return unquote(urlsplit(self.answer["link"]).path)


def posts(data: Path, base: str, now: datetime) -> list[Post]:
    """The site's posts, newest first, under `base`."""
    archive = members(data / "wordpress" / "unitingnc-en.tar.gz")
    pairs = json.loads((data / "wordpress" / "unitingnc-en-pairs.json").read_text("utf-8"))
    ordered = sorted(pairs, key=lambda pair: str(pair["date_gmt"]), reverse=True)
    return [
        _post(archive[pair["json"]], archive[pair["html"]], base, now - timedelta(hours=1 + 2 * place))
        for place, pair in enumerate(ordered)
    ]


def _post(answer: bytes, page: bytes, base: str, moment: datetime) -> Post:
    original = json.loads(answer)
    day = datetime.fromisoformat(original["date_gmt"])
    new = moment.strftime("%Y-%m-%dT%H:%M:%S")
    for old in {original["date_gmt"], original["modified_gmt"], original["date"], original["modified"]}:
        answer, page = answer.replace(old.encode(), new.encode()), page.replace(old.encode(), new.encode())
    shown = f'entry-time">{day:%B} {day.day}, {day.year}<'
    page = page.replace(shown.encode(), f'entry-time">{moment:%B} {moment.day}, {moment.year}<'.encode())
    return Post(json.loads(moved(answer, base)), moved(page, base))


def moved(content: bytes, base: str) -> bytes:
    """The content with the site's own address replaced, also where JSON escapes its slashes."""
    content = content.replace(SITE.replace("/", r"\/").encode(), base.replace("/", r"\/").encode())
    return content.replace(SITE.encode(), base.encode())


def members(archive: Path) -> dict[str, bytes]:
    with tarfile.open(archive) as opened:
        files = ((member.name, opened.extractfile(member)) for member in opened)
        return {name.removeprefix("./"): file.read() for name, file in files if file}


def home(site: list[Post], base: str) -> bytes:
    links = "".join(
        f'<li><a href="{one.answer["link"]}">{one.answer["title"]["rendered"]}</a>' for one in site
    )
    return (
        '<!DOCTYPE html><html lang="en-US"><head><meta charset="utf-8"><title>Uniting NC</title>'
        '<meta property="og:site_name" content="Uniting NC">'
        f'<link rel="alternate" type="application/rss+xml" title="Uniting NC Feed" href="{base}/feed/">'
        f'<link rel="https://api.w.org/" href="{base}/wp-json/"></head><body><ul>{links}</ul></body></html>'
    ).encode()


def feed(site: list[Post], base: str) -> bytes:
    """What WordPress makes of its posts: RSS 2.0 with excerpts, the newest ones first."""
    items = "".join(
        f"<item><title>{escape(one.answer['title']['rendered'])}</title>"
        f"<link>{one.answer['link']}?utm_source=rss&amp;utm_medium=rss</link>"
        f'<guid isPermaLink="false">{base}/?p={one.answer["id"]}</guid>'
        f"<pubDate>{_rfc822(one.answer['date_gmt'])}</pubDate>"
        f"<description>{escape(one.answer['excerpt']['rendered'])}</description></item>"
        for one in site
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel><title>Uniting NC</title>'
        f"<link>{base}/</link><description>Real posts</description><language>en-US</language>"
        f"{items}</channel></rss>"
    ).encode()


def _rfc822(moment: str) -> str:
    return format_datetime(datetime.fromisoformat(moment).replace(tzinfo=UTC), usegmt=True)


def real_feeds(data: Path, base: str, now: datetime) -> dict[str, bytes]:
    """The feeds by path, their addresses on loopback and their times recent."""
    archive = members(data / "feeds" / "real-feeds.tar.gz")
    return {f"/{name}": _feed(archive[path], name, base, now) for name, path in FEEDS.items()} | {
        f"/{PAGE[0]}": archive[PAGE[1]]
    }


def _feed(content: bytes, name: str, base: str, now: datetime) -> bytes:
    names = {match[1] for match in _NAMESPACE.finditer(content)}

    def local(match: re.Match[bytes]) -> bytes:
        rest = content[match.start() : match.start() + 200]
        if b"jsonfeed.org" in match[0] or any(rest.startswith(name) for name in names):
            return match[0]
        return base.encode() + b"/at/" + match[1]

    place = iter(range(10_000))

    def recent(match: re.Match[bytes]) -> bytes:
        moment = now - timedelta(hours=1 + 3 * next(place))
        written = (
            format_datetime(moment, usegmt=True)
            if b"pubDate" in match[1]
            else moment.isoformat(timespec="seconds")
        )
        return match[1] + written.encode()

    content = _MOMENT.sub(recent, _ADDRESS.sub(local, content))
    return content[: int(len(content) * CUT_OFF)] if "cut-off" in name else content


Answer = Callable[[Request], Response]


def site_app(ports: Mapping[int, Answer]) -> Starlette:
    """One process, several sites: the port says which."""

    async def any_path(request: Request) -> Response:
        return ports[request.scope["server"][1]](request)

    return Starlette(routes=[Route("/{path:path}", any_path)])


def rest(site: list[Post], request: Request) -> Response:
    """`/wp-json/wp/v2/posts` with `per_page` and `page`, as WordPress pages it."""
    size, page = int(request.query_params.get("per_page", 10)), int(request.query_params.get("page", 1))
    chosen = [one.answer for one in site[(page - 1) * size : page * size]]
    pages = -(-len(site) // size)
    return Response(
        json.dumps(chosen),
        headers={"X-WP-Total": str(len(site)), "X-WP-TotalPages": str(pages)},
        media_type="application/json; charset=UTF-8",
    )


def wordpress(site: list[Post], base: str, *, pages: bool) -> Answer:
    found = {one.path: one.page for one in site} if pages else {}

    def answer(request: Request) -> Response:
        path = request.scope["path"]
        if path == "/wp-json/wp/v2/posts":
            return rest(site, request)
        if path == "/" and pages:
            return Response(home(site, base), media_type="text/html; charset=UTF-8")
        if path == "/feed/" and pages:
            return Response(feed(site, base), media_type="application/rss+xml; charset=UTF-8")
        if path in found:
            return Response(found[path], media_type="text/html; charset=UTF-8")
        return Response("<!DOCTYPE html><title>Not found</title>", 404, media_type="text/html")

    return answer


def feed_server(found: Mapping[str, bytes]) -> Answer:
    asked: set[str] = set()

    def answer(request: Request) -> Response:
        path = request.scope["path"]
        if path not in found:
            return Response("<!DOCTYPE html><title>Not found</title>", 404, media_type="text/html")
        if path == "/turns-into-html.xml" and path in asked:
            return Response(found[f"/{PAGE[0]}"], media_type="text/html")
        asked.add(path)
        return Response(found[path], media_type="text/html" if path.endswith(".html") else "application/xml")

    return answer


def main() -> None:
    parser = argparse.ArgumentParser(description="Serve the measurement data's site and feeds on loopback.")
    parser.add_argument("data", type=Path)
    parser.add_argument("--now", type=datetime.fromisoformat, default=datetime.now(UTC), help="an aware time")
    arguments = parser.parse_args()
    listeners = [listen() for _ in range(3)]
    ports = [listener.getsockname()[1] for listener in listeners]
    site, mirror, feeds = (f"http://127.0.0.1:{port}" for port in ports)
    apps = (
        wordpress(posts(arguments.data, site, arguments.now), site, pages=True),
        wordpress(posts(arguments.data, mirror, arguments.now), mirror, pages=False),
        feed_server(real_feeds(arguments.data, feeds, arguments.now)),
    )
    app = site_app(dict(zip(ports, apps, strict=True)))
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", access_log=False, lifespan="off"))
    when_parent_ends(lambda: setattr(server, "should_exit", True))
    announce(site=site, mirror=mirror, feeds=feeds)
    server.run(sockets=listeners)


if __name__ == "__main__":
    main()
