"""One letter at a time: a confirmation, a test mail."""

import asyncio
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from outbox.post import Letter, post
from outbox.problem import AddressError, HeaderError, RefusedError, RelayError
from outbox.relay import parse_relay
from tests.outbox.servers import FaultServer, aiosmtpd_process, free_port
from tests.outbox.world import relay, rendition

LINK = {"unsubscribe_url": "https://news.example.org/u/1"}


def letter(address: str = "ann@example.org") -> Letter:
    return Letter(rendition(), address, "Ann", LINK, "bounces@news.example.org")


def test_a_letter_arrives_at_a_real_server(tmp_path: Path) -> None:
    with aiosmtpd_process(tmp_path) as server:
        asyncio.run(post(relay(server.port), letter()), debug=True)
        (accepted,) = server.accepted()
    assert (accepted.sender, accepted.recipient) == ("bounces@news.example.org", "ann@example.org")
    assert message_from_bytes(accepted.content, policy=policy.default)["To"] == "Ann <ann@example.org>"


def test_two_letters_in_a_folder_are_two_files(tmp_path: Path) -> None:
    folder = parse_relay(f"folder:{tmp_path / 'mail'}")
    asyncio.run(post(folder, letter()))
    asyncio.run(post(folder, letter()))
    assert len(list((tmp_path / "mail").glob("*.eml"))) == 2


@pytest.mark.parametrize(("reply", "permanent"), [("550 5.1.1 gone", True), ("450 4.2.1 later", False)])
def test_a_refusal_carries_the_servers_words_and_whether_it_is_for_good(reply: str, permanent: bool) -> None:
    server = FaultServer(lambda stage, to, _: reply if stage == "rcpt" else None)
    with server.running(), pytest.raises(RefusedError, match=reply[4:]) as caught:
        asyncio.run(post(relay(server.port), letter()), debug=True)
    assert caught.value.permanent is permanent


@pytest.mark.parametrize("fault", ["close", "421 4.3.2 bye"])
def test_a_relay_that_hangs_up_is_said_so(fault: str) -> None:
    server = FaultServer(lambda stage, to, _: fault if stage == "dot" else None)
    with server.running(), pytest.raises((RelayError, RefusedError)):
        asyncio.run(post(relay(server.port), letter()), debug=True)


def test_no_relay_is_said_so() -> None:
    with pytest.raises(RelayError, match="cannot be reached"):
        asyncio.run(post(relay(free_port()), letter()))


def test_an_address_with_a_line_break_goes_nowhere() -> None:
    with pytest.raises(AddressError):
        asyncio.run(post(relay(1), letter("a@b.org\r\nRCPT TO:<c@d.org>")))


def test_an_international_address_needs_a_relay_for_it() -> None:
    server = FaultServer()
    with server.running(), pytest.raises(HeaderError, match="international"):
        asyncio.run(post(relay(server.port), letter("Արամ@example.org")), debug=True)
