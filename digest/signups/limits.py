"""How much the public forms may be used: pure, over counts that the database gives."""

import ipaddress
from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True)
class Limits:
    """Sign-ups taken by network and address, waiting in all, and confirmation mails sent by hour.

    The limits of networks and of the queue are told to whoever runs into them; that of an address is
    not, since it would say something about the address. Mails beyond their pace wait; those of networks
    with more than `crowd` sign-ups in a day share a pace of their own, behind everybody else's.
    """

    network_hour: int = 12
    network_day: int = 40
    address_day: int = 5
    waiting: int = 10_000
    mails_hour: int = 600
    mails_domain_hour: int = 200
    crowd: int = 3
    mails_crowd_hour: int = 60


@dataclass(frozen=True)
class Counts:
    """What there was already when a sign-up comes."""

    network_hour: int
    network_day: int
    address_day: int
    waiting: int


class Verdict(StrEnum):
    """TAKE it; DROP it and answer as if it were taken; REFUSE it openly, for some time; FULL for everybody."""

    TAKE = "take"
    DROP = "drop"
    REFUSE = "refuse"
    FULL = "full"


def judge(counts: Counts, limits: Limits, *, trapped: bool) -> Verdict:
    """What to do with a sign-up; `trapped` when the field that no person sees was filled in."""
    if counts.network_hour >= limits.network_hour or counts.network_day >= limits.network_day:
        return Verdict.REFUSE
    if counts.waiting >= limits.waiting:
        return Verdict.FULL
    if trapped or counts.address_day >= limits.address_day:
        return Verdict.DROP
    return Verdict.TAKE


def network(address: str) -> str:
    """The network whose members are counted as one: an IPv4 address, the /64 of an IPv6 address."""
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return "unknown"
    if ip.version == 6 and ip.ipv4_mapped is not None:
        return str(ip.ipv4_mapped)
    return str(ip) if ip.version == 4 else str(ipaddress.ip_network((ip, 64), strict=False))
