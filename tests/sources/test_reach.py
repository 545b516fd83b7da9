"""Where the fetcher goes and where it does not: names, addresses, redirects, TLS."""

import asyncio
import ssl
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

from digest.sources.errors import (
    AddressRefused,
    NoAnswer,
    RedirectRefused,
)
from digest.sources.fetcher import Fetcher
from tests.sources.loopback import Request, Site, fetch_from, reaching, serving


@pytest.mark.parametrize(
    "target",
    [
        "http://10.0.0.1/",
        "http://169.254.169.254/latest/meta-data/",
        "http://[::ffff:127.0.0.1]/",
        "http://[::1]:1/",
    ],
)
def test_a_redirect_to_a_private_address_is_refused(target: str) -> None:
    with pytest.raises(RedirectRefused, match="not on the open internet") as caught:
        fetch_from(lambda site: site.redirects("/feed", target))
    assert caught.value.permanent
    assert caught.value.url.endswith("/feed")


@pytest.mark.parametrize(
    "target", ["file:///etc/passwd", "gopher://x/", "javascript:alert(1)", "http://[bad"]
)
def test_a_redirect_to_no_web_address_is_refused(target: str) -> None:
    with pytest.raises(RedirectRefused, match="not a web address"):
        fetch_from(lambda site: site.redirects("/feed", target))


def test_the_same_server_at_another_port_is_refused() -> None:
    async def run() -> list[Request]:
        async with serving() as site, serving() as secret, reaching(site) as fetcher:
            secret.gives("/", "secret")
            with pytest.raises(RedirectRefused):
                await fetcher.fetch(site.redirects("/feed", secret.url("/")))
            return secret.requests

    assert asyncio.run(run()) == []


@pytest.mark.parametrize(
    "url", ["ftp://example.org/x", "file:///etc/passwd", "example.org/feed", "http://", "", "http://[::1"]
)
def test_an_address_that_is_no_web_address_is_refused(url: str) -> None:
    async def run() -> None:
        async with Fetcher() as fetcher:
            await fetcher.fetch(url)

    with pytest.raises(AddressRefused, match="is not a web address"):
        asyncio.run(run())


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:1/", "http://2130706433:1/", "http://0x7f.1:1/", "http://[::1]:1/"]
)
def test_loopback_in_any_spelling_is_refused_by_the_real_resolver(url: str) -> None:
    async def run() -> None:
        async with Fetcher() as fetcher:
            await fetcher.fetch(url)

    with pytest.raises(AddressRefused, match="not on the open internet"):
        asyncio.run(run())


def test_a_name_with_one_private_address_among_public_ones_is_refused() -> None:
    with pytest.raises(AddressRefused, match=r"10\.0\.0\.5"):
        fetch_from(lambda site: site.url(host="mixed.example"), mixed_example=["93.184.215.14", "10.0.0.5"])


def test_a_name_that_is_not_known_is_told() -> None:
    with pytest.raises(NoAnswer, match=r"'nowhere.example' is not known"):
        fetch_from(lambda site: site.url(host="nowhere.example"), nowhere_example=[])


def test_a_resolver_that_changes_its_answer_is_asked_once_for_a_connection() -> None:
    """DNS rebinding: the first answer is allowed, every later one is a private address."""

    async def run() -> tuple[bytes, int, list[Request]]:
        asked = 0
        async with serving() as site, serving() as secret:
            secret.gives("/feed", "secret")
            site.gives("/feed", "public")

            async def resolve(host: str, port: int) -> Sequence[str]:
                nonlocal asked
                asked += 1
                return ["127.0.0.1"] if asked == 1 else ["127.0.0.2"]

            exceptions = frozenset({("127.0.0.1", site.port)})
            async with Fetcher(exceptions=exceptions, resolve=resolve) as fetcher:
                got = await fetcher.fetch(f"http://rebinding.example:{site.port}/feed")
                first = asked
                with pytest.raises(AddressRefused, match=r"127\.0\.0\.2"):
                    await fetcher.fetch(f"http://rebinding.example:{site.port}/feed")
            return got.content, first, secret.requests

    assert asyncio.run(run()) == (b"public", 1, [])


def test_the_next_address_is_tried_when_one_takes_no_connection() -> None:
    async def run() -> bytes:
        async with serving() as site:
            site.gives("/feed", "<rss/>")

            async def resolve(host: str, port: int) -> Sequence[str]:
                return ["127.0.0.9", "127.0.0.1"]

            async with Fetcher(allow_private_networks=True, resolve=resolve) as fetcher:
                return (await fetcher.fetch(f"http://two.example:{site.port}/feed")).content

    assert asyncio.run(run()) == b"<rss/>"


def test_tls_is_checked_against_the_name_although_the_connection_goes_to_the_address(tmp_path: Path) -> None:
    """A certificate for good.example passes for that name and fails for another at the same address."""
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    command = (
        "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj /CN=good.example"
    )
    wanted = ["-addext", "subjectAltName=DNS:good.example", "-keyout", str(key), "-out", str(certificate)]
    subprocess.run([*command.split(), *wanted], check=True, capture_output=True)
    server_tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    server_tls.load_cert_chain(certificate, key)
    names: list[str] = []
    server_tls.sni_callback = lambda _socket, name, _context: names.append(name)
    client_tls = ssl.create_default_context(cafile=str(certificate))

    async def resolve(host: str, port: int) -> Sequence[str]:
        return ["127.0.0.1"]

    async def run() -> bytes:
        site = Site()
        site.gives("/feed", "<rss/>")
        server = await asyncio.start_server(site.serve, "127.0.0.1", 0, ssl=server_tls)
        site.port = server.sockets[0].getsockname()[1]
        try:
            async with Fetcher(allow_private_networks=True, resolve=resolve, tls=client_tls) as fetcher:
                got = await fetcher.fetch(f"https://good.example:{site.port}/feed")
                with pytest.raises(NoAnswer, match="certificate that is not valid"):
                    await fetcher.fetch(f"https://other.example:{site.port}/feed")
                return got.content
        finally:
            server.close()
            await server.wait_closed()

    assert asyncio.run(run()) == b"<rss/>"
    assert names == ["good.example", "other.example"]
