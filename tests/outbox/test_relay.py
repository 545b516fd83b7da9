"""A relay is read from one line, and its secrets stay inside."""

from pathlib import Path

import pytest

from outbox.problem import RelayError
from outbox.relay import parse_relay


@pytest.mark.parametrize(
    ("url", "port", "security"),
    [
        ("smtp://mail.example.org", 587, "starttls"),
        ("smtp://mail.example.org:2525", 2525, "starttls"),
        ("smtps://mail.example.org", 465, "tls"),
        ("smtp://localhost", 25, "none"),
        ("smtp://127.0.0.1:8025", 8025, "none"),
        ("smtp://[::1]:8025", 8025, "none"),
        ("smtp://localhost:25?starttls=required", 25, "starttls"),
        ("smtp://mail.example.org?starttls=never", 25, "none"),
        ("smtp://mail.example.org?starttls=optional", 587, "opportunistic"),
    ],
)
def test_beyond_this_machine_starttls_is_required_unless_said_otherwise(
    url: str, port: int, security: str
) -> None:
    relay = parse_relay(url)
    assert (relay.port, relay.security) == (port, security)


def test_user_and_password_come_from_the_address_percent_decoded() -> None:
    relay = parse_relay("smtp://me%40example.org:p%2Fw@mail.example.org")
    assert (relay.username, relay.password) == ("me@example.org", "p/w")


def test_the_password_may_come_from_the_environment() -> None:
    relay = parse_relay("smtp://me@mail.example.org", environment={"DIGEST_SMTP__PASSWORD": "secret"})
    assert relay.password == "secret"


def test_a_user_without_a_password_is_told_where_to_put_it() -> None:
    with pytest.raises(RelayError, match="DIGEST_SMTP__PASSWORD"):
        parse_relay("smtp://me@mail.example.org", environment={})


def test_the_password_is_in_no_representation() -> None:
    assert "secret" not in repr(parse_relay("smtps://me:secret@mail.example.org"))


@pytest.mark.parametrize("wish", ["never", "optional"])
def test_a_password_never_goes_out_in_clear(wish: str) -> None:
    with pytest.raises(RelayError, match="in clear") as caught:
        parse_relay(f"smtp://me:secret@mail.example.org?starttls={wish}")
    assert "secret" not in str(caught.value)
    assert parse_relay(f"smtp://me:secret@localhost?starttls={wish}").username == "me"


def test_a_folder_is_a_relay_too() -> None:
    assert parse_relay("folder:outbox-mail/").folder == Path("outbox-mail")


@pytest.mark.parametrize(
    ("url", "fault"),
    [
        ("", "cannot start with ''"),
        ("mail.example.org:587", "cannot start with"),
        ("http://mail.example.org", "cannot start with 'http'"),
        ("smtp:mail.example.org", "cannot start with"),
        ("smtp://", "no host"),
        ("smtp://me:secret@mail.example.org:99999", "port"),
        ("smtp://me:secret@mail.example.org:x", "port"),
        ("smtp://localhost?tls=yes", "unknown option 'tls'"),
        ("smtp://localhost?rate=fast", "rate must be"),
        ("smtp://localhost?starttls=maybe", "starttls is"),
        ("folder:", "names no folder"),
    ],
)
def test_a_wrong_address_is_named_with_an_example_and_without_its_secret(url: str, fault: str) -> None:
    with pytest.raises(RelayError, match=fault) as caught:
        parse_relay(url)
    assert "secret" not in str(caught.value)
