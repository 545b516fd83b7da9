"""The archive: a newsletter's issues to read, to search, and to follow as a feed."""

import json
from collections.abc import Callable
from email.utils import format_datetime
from xml.sax.saxutils import escape, quoteattr

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from digest.actions import archive
from digest.actions.context import Context
from digest.web.cache import Cache
from digest.web.pages import page
from digest.web.public.issue import readable

_LARGEST = 2**31 - 1
"""More than a database counts to is as little there as this."""


def _cached(make: Callable[[Request], Response]) -> Callable[[Request], object]:
    async def endpoint(request: Request) -> Response:
        cache: Cache = request.app.state.cache
        return await cache.answer(request, make)

    endpoint.__doc__ = make.__doc__
    return endpoint


def _index(request: Request) -> Response:
    """`/a/<newsletter>`: its issues, the latest first; `?q=` searches, `?page=` turns."""
    number = request.query_params.get("page", "1")
    found = archive.listing(
        _context(request),
        request.path_params["newsletter"],
        query=" ".join(request.query_params.get("q", "").split())[:100],
        page=int(number) if number.isdecimal() and len(number) < 6 else 1,
    )
    answer = page("archive", found.look, found=found)
    answer.headers["X-Robots-Tag"] = "noindex" if found.query or found.page > 1 else "all"
    return answer


def _issue(request: Request) -> Response:
    """`/a/<newsletter>/<number>`: the issue under its lasting address."""
    params = request.path_params
    number = min(params["number"], _LARGEST)
    answer = readable(archive.reading(_context(request), params["newsletter"], number))
    answer.headers["X-Robots-Tag"] = "all"
    return answer


def _rss(request: Request) -> Response:
    """`/a/<newsletter>/feed.xml`: the issues as RSS 2.0."""
    found = archive.latest(_context(request), request.path_params["newsletter"])
    home = f"{_context(request).settings.public_url}/a/{found.newsletter}"
    items = "".join(
        f"<item><title>{escape(one.subject)}</title><link>{escape(one.url)}</link>"
        f'<guid isPermaLink="true">{escape(one.url)}</guid><pubDate>{format_datetime(one.at)}</pubDate>'
        f"<description>{escape(one.summary)}</description></item>\n"
        for one in found.entries
    )
    text = (
        '<?xml version="1.0" encoding="utf-8"?>\n<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom">'
        f"<channel><title>{escape(found.look.title)}</title><link>{escape(home)}</link>"
        f"<description>{escape(found.look.title)}</description><language>{escape(found.look.language)}</language>"
        f'<atom:link rel="self" type="application/rss+xml" href={quoteattr(home + "/feed.xml")}/>\n'
        f"{items}</channel></rss>\n"
    )
    return Response(text, media_type="application/rss+xml")


def _json_feed(request: Request) -> Response:
    """`/a/<newsletter>/feed.json`: the issues as JSON Feed 1.1."""
    found = archive.latest(_context(request), request.path_params["newsletter"])
    home = f"{_context(request).settings.public_url}/a/{found.newsletter}"
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": found.look.title,
        "home_page_url": home,
        "feed_url": f"{home}/feed.json",
        "language": found.look.language,
        "items": [
            {
                "id": one.url,
                "url": one.url,
                "title": one.subject,
                "content_text": one.summary or one.subject,
                "date_published": one.at.isoformat(),
            }
            for one in found.entries
        ],
    }
    return Response(json.dumps(feed, ensure_ascii=False), media_type="application/feed+json")


def _site_map(request: Request) -> Response:
    """`/sitemap.xml`: everything that everybody may read."""
    lines = "".join(
        f"<url><loc>{escape(url)}</loc>{f'<lastmod>{at.date().isoformat()}</lastmod>' if at else ''}</url>\n"
        for url, at in archive.site_map(_context(request))
    )
    text = (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{lines}</urlset>\n'
    )
    return Response(text, media_type="application/xml")


def _robots(request: Request) -> Response:
    """`/robots.txt`: what is signed is for nobody but its owner."""
    closed = "".join(f"Disallow: /{kind}/\n" for kind in ("u", "p", "c", "m", "v"))
    public = _context(request).settings.public_url
    return PlainTextResponse(f"User-agent: *\n{closed}Sitemap: {public}/sitemap.xml\n")


def _context(request: Request) -> Context:
    context: Context = request.app.state.context
    return context


index, issue = _cached(_index), _cached(_issue)
rss, json_feed = _cached(_rss), _cached(_json_feed)
site_map, robots = _cached(_site_map), _cached(_robots)
