"""Which network addresses may be reached, and a connection that goes to the very address that was checked."""

import asyncio
import ssl
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Any

import httpcore2
import httpx2

from digest.sources.errors import AddressRefused, NoAnswer

Resolver = Callable[[str, int], Awaitable[Sequence[str]]]
"""Gives every address of a host; raises OSError when it has none."""

_NEXT_ADDRESS_SECONDS = 4.0
_NAT64 = IPv6Network("64:ff9b::/96")
_IPV4_COMPATIBLE = IPv6Network("::/96")


def is_public(address: str) -> bool:
    """Whether an IP address belongs to the open internet.

    IPv4 addresses inside IPv6 ones (mapped, 6to4, NAT64, compatible) are judged by the inner address, since
    that is where the packet goes. Multicast and reserved ranges are not public.
    """
    ip = ip_address(address.partition("%")[0])
    if isinstance(ip, IPv6Address):
        inner = _inner(ip)
        if inner is not None:
            return is_public(str(inner))
        if ip.is_site_local:
            return False
    return ip.is_global and not (ip.is_multicast or ip.is_reserved or ip.is_unspecified or ip.is_loopback)


def _inner(ip: IPv6Address) -> IPv4Address | None:
    if ip in _NAT64 or ip in _IPV4_COMPATIBLE:
        return IPv4Address(int(ip) & 0xFFFFFFFF)
    return ip.ipv4_mapped or ip.sixtofour


@dataclass(frozen=True)
class Reach:
    """What may be reached: the open internet, all networks, or named exceptions as (address, port)."""

    private_networks: bool = False
    exceptions: frozenset[tuple[str, int]] = field(default_factory=frozenset)

    def allows(self, address: str, port: int) -> bool:
        return self.private_networks or (address, port) in self.exceptions or is_public(address)


async def system_resolver(host: str, port: int) -> Sequence[str]:
    """The addresses the operating system knows for a host, in its order of preference."""
    import socket

    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


class PinnedBackend(httpcore2.AsyncNetworkBackend):
    """Resolves a host once, checks every address, and connects to a checked address, not to the name.

    A name server that answers differently the second time (DNS rebinding) is therefore never asked twice.
    TLS still verifies the certificate against the name.
    """

    def __init__(self, reach: Reach, resolve: Resolver = system_resolver) -> None:
        self._reach = reach
        self._resolve = resolve
        self._network = httpcore2.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - the interface of httpcore
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore2.AsyncNetworkStream:
        """Connect to the first address that takes the connection; AddressRefused if any is not allowed."""
        try:
            addresses = await self._resolve(host, port)
        except (OSError, UnicodeError):
            addresses = ()
        if not addresses:
            raise NoAnswer(f"The name {host!r} is not known to the name servers.", "Check its spelling.")
        for address in addresses:
            if not self._reach.allows(address, port):
                raise AddressRefused(
                    f"{host!r} leads to {address}, an address that is not on the open internet.",
                    "If that is meant, set allow_private_networks = true under [fetch].",
                    permanent=True,
                )
        failure: Exception | None = None
        for index, address in enumerate(addresses):
            # A dead route to the first of several addresses must not eat the time for the others.
            more = index + 1 < len(addresses)
            patience = min(timeout or _NEXT_ADDRESS_SECONDS, _NEXT_ADDRESS_SECONDS) if more else timeout
            try:
                return await self._network.connect_tcp(
                    address,
                    port,
                    timeout=patience,
                    local_address=local_address,
                    socket_options=socket_options,
                )
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout) as error:
                failure = error
        assert failure is not None
        raise failure

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


class PinnedTransport(httpx2.AsyncHTTPTransport):
    """The transport of httpx2 over connections that `PinnedBackend` opens; no proxy of the environment."""

    def __init__(self, reach: Reach, resolve: Resolver, tls: ssl.SSLContext, connections: int) -> None:
        super().__init__(verify=tls, trust_env=False)
        self._pool = httpcore2.AsyncConnectionPool(
            ssl_context=tls,
            max_connections=connections,
            max_keepalive_connections=connections,
            keepalive_expiry=5.0,
            network_backend=PinnedBackend(reach, resolve),
        )
