"""Which addresses count as the open internet."""

import pytest

from digest.sources.address import Reach, is_public


@pytest.mark.parametrize("address", ["93.184.215.14", "8.8.8.8", "2606:4700::1111", "64:ff9b::808:808"])
def test_addresses_of_the_open_internet_are_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "0.0.0.0", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1",
        "192.0.2.1", "198.18.0.1", "224.0.0.1", "239.1.1.1", "240.0.0.1", "255.255.255.255",
        "::", "::1", "fe80::1", "fe80::1%eth0", "fc00::1", "fd12:3456::1", "fec0::1", "ff02::1",
        "2001:db8::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254", "::127.0.0.1",
        "2002:7f00:1::", "2002:a00:1::1", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::1", "2001::1",
    ],
)  # fmt: skip
def test_every_other_address_is_not(address: str) -> None:
    assert not is_public(address)


def test_an_exception_is_one_address_at_one_port() -> None:
    reach = Reach(exceptions=frozenset({("127.0.0.1", 8080)}))
    assert reach.allows("127.0.0.1", 8080)
    assert not reach.allows("127.0.0.1", 8081)
    assert not reach.allows("127.0.0.2", 8080)


def test_private_networks_can_be_allowed_as_a_whole() -> None:
    assert Reach(private_networks=True).allows("10.0.0.1", 80)
