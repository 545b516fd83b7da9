"""The fetcher against real servers on loopback: answers good, bad, slow and endless."""

import asyncio
import gzip
import time

import pytest

from digest.sources.errors import (
    BadAnswer,
    NoAnswer,
    RedirectRefused,
    SourceError,
    TooLarge,
)
from digest.sources.fetcher import Fetched, Fetcher, Limits
from tests.sources.loopback import Request, Site, answer, fetch_from, reaching, serving


def test_it_gives_the_bytes_with_type_charset_and_validators() -> None:
    got = fetch_from(
        lambda site: site.gives(
            "/feed",
            "<rss/>",
            'text/xml; charset="ISO-8859-1"',
            ETag='"1"',
            Last_Modified="Thu, 05 Nov 2026 05:00:00 GMT",
        )
    )
    assert (got.content, got.content_type, got.charset) == (b"<rss/>", "text/xml", "iso-8859-1")
    assert (got.etag, got.last_modified) == ('"1"', "Thu, 05 Nov 2026 05:00:00 GMT")


def test_what_has_not_changed_is_not_sent_again() -> None:
    async def run() -> tuple[Fetched, Request]:
        async with serving() as site, reaching(site) as fetcher:

            async def handler(request: Request, writer: asyncio.StreamWriter) -> None:
                same = request.headers.get("if-none-match") == '"7"'
                await answer(writer, 304 if same else 200, b"" if same else b"<rss/>", {"ETag": '"7"'})

            site.paths["/feed"] = handler
            first = await fetcher.fetch(site.url("/feed"))
            again = await fetcher.fetch(
                site.url("/feed"), etag=first.etag, last_modified="Thu, 05 Nov 2026 05:00:00 GMT"
            )
            return again, site.requests[-1]

    again, request = asyncio.run(run())
    assert again.not_modified
    assert again.content == b""
    assert request.headers["if-modified-since"] == "thu, 05 nov 2026 05:00:00 gmt"


def test_it_says_who_it_is_and_keeps_no_cookies() -> None:
    async def run() -> list[Request]:
        async with serving() as site:
            exceptions = frozenset({("127.0.0.1", site.port)})
            async with Fetcher(exceptions=exceptions, contact="https://news.example") as fetcher:
                url = site.gives("/feed", "<rss/>", Set_Cookie="id=1; Path=/")
                await fetcher.fetch(url)
                await fetcher.fetch(url)
            return site.requests

    first, second = asyncio.run(run())
    assert first.headers["user-agent"].startswith("digest/")
    assert "https://news.example" in first.headers["user-agent"]
    assert "cookie" not in second.headers


@pytest.mark.parametrize(
    ("status", "words", "permanent"),
    [(404, "404 Not Found", True), (410, "410 Gone", True), (500, "500 Internal Server Error", False),
     (503, "503 Service Unavailable", False), (304, "304 Not Modified", False)],
)  # fmt: skip
def test_an_error_of_the_server_is_told_with_its_status(status: int, words: str, permanent: bool) -> None:
    with pytest.raises(BadAnswer) as caught:
        fetch_from(lambda site: site.gives("/feed", b"", status=status, Retry_After="120"))
    assert caught.value.message.endswith(f"/feed answered {words}.")
    assert caught.value.url.endswith("/feed")
    assert (caught.value.permanent, caught.value.retry_after) == (permanent, 120)


def test_a_server_that_never_answers_is_given_up() -> None:
    async def silent(request: Request, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(30)

    def set_up(site: Site) -> str:
        site.paths["/feed"] = silent
        return site.url("/feed")

    with pytest.raises(NoAnswer, match=r"/feed did not answer within 0\.3 s\.") as caught:
        fetch_from(set_up, limits=Limits(seconds=0.3))
    assert not caught.value.permanent


def test_a_server_that_drips_is_given_up_after_the_time_for_all() -> None:
    async def drip(request: Request, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\n\r\n")
        for _ in range(600):
            writer.write(b" ")
            await writer.drain()
            await asyncio.sleep(0.05)

    def set_up(site: Site) -> str:
        site.paths["/feed"] = drip
        return site.url("/feed")

    began = time.monotonic()
    with pytest.raises(NoAnswer, match="did not finish its answer within"):
        fetch_from(set_up, limits=Limits(seconds=1.5))
    assert time.monotonic() - began < 10


def test_a_connection_refused_is_told() -> None:
    async def run() -> None:
        async with serving() as site:
            port = site.port
        async with Fetcher(allow_private_networks=True) as fetcher:
            await fetcher.fetch(f"http://127.0.0.1:{port}/feed")

    with pytest.raises(NoAnswer, match="takes no connection"):
        asyncio.run(run())


def test_an_answer_that_is_no_http_or_breaks_off_is_told() -> None:
    async def rubbish(request: Request, writer: asyncio.StreamWriter) -> None:
        writer.write(b"hello\r\n\r\n")

    async def short(request: Request, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nonly this")

    for handler in (rubbish, short):

        def set_up(site: Site, handler=handler) -> str:
            site.paths["/feed"] = handler
            return site.url("/feed")

        with pytest.raises(NoAnswer, match="broke off its answer"):
            fetch_from(set_up)


def test_redirects_are_followed_and_a_move_for_good_is_reported() -> None:
    def set_up(site: Site) -> str:
        site.gives("/new", "<rss/>")
        return site.redirects("/old", "/new", 301)

    got = fetch_from(set_up)
    assert got.url.endswith("/new")
    assert got.moved_to == got.url


def test_a_temporary_redirect_is_no_move() -> None:
    def set_up(site: Site) -> str:
        site.gives("/new", "<rss/>")
        site.redirects("/second", "/new", 301)
        return site.redirects("/first", "/second", 302)

    assert fetch_from(set_up).moved_to is None


def test_a_redirect_in_a_circle_is_refused() -> None:
    def set_up(site: Site) -> str:
        site.redirects("/b", "/a")
        return site.redirects("/a", "/b")

    with pytest.raises(RedirectRefused, match="redirects in a circle"):
        fetch_from(set_up)


def test_five_redirects_are_followed_and_six_are_not() -> None:
    def chain(length: int):
        def set_up(site: Site) -> str:
            for step in range(length):
                site.redirects(f"/{step}", f"/{step + 1}")
            site.gives(f"/{length}", "<rss/>")
            return site.url("/0")

        return set_up

    assert fetch_from(chain(5)).content == b"<rss/>"
    with pytest.raises(RedirectRefused, match="more than 5 times"):
        fetch_from(chain(6))


def test_a_feed_that_says_it_has_200_megabytes_is_refused_at_once() -> None:
    async def huge(request: Request, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 200000000\r\n\r\n<rss>")
        await writer.drain()

    def set_up(site: Site) -> str:
        site.paths["/feed"] = huge
        return site.url("/feed")

    with pytest.raises(TooLarge, match=r"/feed is 200 MB; at most 10 MB are read\."):
        fetch_from(set_up)


def test_an_endless_feed_is_cut_at_the_limit() -> None:
    sent = 0

    async def endless(request: Request, writer: asyncio.StreamWriter) -> None:
        nonlocal sent
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
        while sent < 200_000_000:
            writer.write(b"<item/>" * 10_000)
            sent += 70_000
            await writer.drain()

    def set_up(site: Site) -> str:
        site.paths["/feed"] = endless
        return site.url("/feed")

    with pytest.raises(TooLarge, match=r"sends more; at most 1 MB are read"):
        fetch_from(set_up, limits=Limits(bytes=1_000_000))
    assert sent < 20_000_000


def test_packed_answers_are_unpacked() -> None:
    got = fetch_from(lambda site: site.gives("/feed", gzip.compress(b"<rss/>"), Content_Encoding="gzip"))
    assert got.content == b"<rss/>"


@pytest.mark.parametrize("layers", [1, 2])
def test_a_gzip_bomb_is_refused_early(layers: int) -> None:
    import tracemalloc

    bomb = b"\0" * 200_000_000
    for _ in range(layers):
        bomb = gzip.compress(bomb)
    encoding = ", ".join(["gzip"] * layers)
    tracemalloc.start()
    with pytest.raises(TooLarge, match="unpacks to more"):
        fetch_from(lambda site: site.gives("/feed", bomb, Content_Encoding=encoding))
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 60_000_000


def test_bytes_that_cannot_be_unpacked_are_told() -> None:
    with pytest.raises(NoAnswer, match="cannot be unpacked"):
        fetch_from(lambda site: site.gives("/feed", b"no gzip at all", Content_Encoding="gzip"))


def test_one_host_gets_few_connections_at_once() -> None:
    async def run() -> int:
        async with serving() as site, reaching(site, Limits(per_host=2)) as fetcher:

            async def slow(request: Request, writer: asyncio.StreamWriter) -> None:
                await asyncio.sleep(0.05)
                await answer(writer, 200, b"<rss/>")

            site.paths["/feed"] = slow
            await asyncio.gather(*(fetcher.fetch(site.url("/feed")) for _ in range(8)))
            return site.most_open

    assert asyncio.run(run()) == 2


def test_a_password_in_an_address_is_never_shown() -> None:
    with pytest.raises(SourceError) as caught:
        fetch_from(lambda site: site.url("/gone").replace("http://", "http://ann:secret@"))
    assert "secret" not in str(caught.value)
    assert str(caught.value).startswith("http://127.0.0.1:")
