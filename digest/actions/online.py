"""What only the network can tell of a mail: whether its links answer, and what DNS says of its sender."""

import asyncio
from collections.abc import Mapping, Sequence

from digest.actions.reading import fetcher_for
from digest.rendering.preflight import DomainRecords, LinkAnswer
from digest.settings_model import Settings
from digest.sources.errors import BadAnswer, SourceError, TooLarge
from digest.sources.fetcher import PAGE_TYPES, Fetcher

DNS_SECONDS = 5.0


def answers(settings: Settings, addresses: Sequence[str]) -> dict[str, LinkAnswer]:
    """What each address answers, asked at once within the limits of [fetch]; our own links are left out."""
    own = [address for address in addresses if not address.startswith(f"{settings.public_url}/")]
    return asyncio.run(_ask_all(settings, own))


async def _ask_all(settings: Settings, addresses: Sequence[str]) -> dict[str, LinkAnswer]:
    async with fetcher_for(settings) as fetcher:
        found = await asyncio.gather(*(_ask(fetcher, address) for address in addresses))
    return dict(zip(addresses, found, strict=True))


async def _ask(fetcher: Fetcher, address: str) -> LinkAnswer:
    try:
        answer = await fetcher.fetch(address.partition("#")[0], accept=PAGE_TYPES)
    except BadAnswer as error:
        return LinkAnswer(error.status)
    except TooLarge:
        return LinkAnswer(200)
    except SourceError:
        return LinkAnswer(None)
    return LinkAnswer(200, answer.moved_to or "")


def records(domain: str, keys: Mapping[str, str] | None = None) -> DomainRecords:
    """The TXT records of the sender's domain; empty where DNS has none or does not answer.

    `keys` are the names of DKIM records by their selectors.
    """
    return DomainRecords(
        spf=tuple(text for text in texts(domain) if text.lower().startswith("v=spf1")),
        dmarc=tuple(text for text in texts(f"_dmarc.{domain}") if text.lower().startswith("v=dmarc1")),
        dkim={selector: _first(texts(name)) for selector, name in (keys or {}).items()},
    )


def _first(texts: Sequence[str]) -> str | None:
    return texts[0] if texts else None


def texts(name: str) -> list[str]:
    """The TXT records of a name; none where DNS has none or does not answer."""
    import dns.exception
    import dns.resolver

    try:
        found = dns.resolver.resolve(name, "TXT", lifetime=DNS_SECONDS)
    except (dns.exception.DNSException, ValueError):
        return []
    return [b"".join(row.strings).decode("utf-8", "replace") for row in found]
