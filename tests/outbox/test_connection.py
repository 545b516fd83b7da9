"""A connection is made safely or not at all."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from outbox.connection import Features, RelayAwayError, RelayRefusedError, connected
from outbox.relay import Relay, Timeouts, parse_relay
from tests.outbox.conftest import Authority, make_authority
from tests.outbox.servers import FaultServer, free_port

PASSWORD = "correct-horse"


def features(relay: Relay) -> Features:
    async def connect() -> Features:
        async with connected(relay) as connection:
            return connection.features

    return asyncio.run(connect(), debug=True)


def encrypted(port: int, authority: Authority) -> Relay:
    return parse_relay(f"smtp://localhost:{port}?starttls=required&ca={authority.trusted}")


def test_starttls_with_a_trusted_certificate_and_a_password(authority: Authority) -> None:
    server = FaultServer(
        tls=authority.context, extensions=("PIPELINING", "AUTH PLAIN", "SMTPUTF8", "DSN", "SIZE 1000")
    )
    with server.running():
        relay = replace(encrypted(server.port, authority), username="me", password=PASSWORD)
        assert features(relay) == Features(pipelining=True, eight_bit=False, utf8=True, dsn=True, size=1000)
    verbs = [command.split()[0] for command in server.commands]
    assert verbs.index("STARTTLS") < verbs.index("AUTH")
    assert verbs[verbs.index("STARTTLS") + 1] == "EHLO"


def test_a_server_without_starttls_gets_nothing(authority: Authority) -> None:
    server = FaultServer(extensions=("AUTH PLAIN",))
    with server.running(), pytest.raises(RelayRefusedError, match="does not offer STARTTLS"):
        features(replace(encrypted(server.port, authority), username="me", password=PASSWORD))
    assert not any("AUTH" in command for command in server.commands)


def test_a_certificate_of_an_unknown_authority_is_refused(authority: Authority, tmp_path: Path) -> None:
    other = make_authority(tmp_path)
    server = FaultServer(tls=authority.context)
    with (
        server.running(),
        pytest.raises(RelayRefusedError, match=r"certificate of the relay .* is not trusted"),
    ):
        features(encrypted(server.port, other))


def test_a_certificate_of_another_name_is_refused(tmp_path: Path) -> None:
    other = make_authority(tmp_path, "mail.example.org")
    server = FaultServer(tls=other.context)
    with server.running(), pytest.raises(RelayRefusedError, match="not trusted"):
        features(encrypted(server.port, other))


def test_verification_can_only_be_switched_off_by_saying_so(authority: Authority, tmp_path: Path) -> None:
    other = make_authority(tmp_path)
    server = FaultServer(tls=authority.context)
    with server.running():
        assert features(replace(encrypted(server.port, other), verify_certificate=False)).pipelining


def test_a_port_that_speaks_no_tls_is_said_so() -> None:
    server = FaultServer()
    with server.running(), pytest.raises(RelayRefusedError, match="does not speak TLS"):
        features(parse_relay(f"smtps://localhost:{server.port}"))


def test_nobody_at_the_port_is_a_relay_that_is_away() -> None:
    with pytest.raises(RelayAwayError, match="cannot be reached"):
        features(parse_relay(f"smtp://localhost:{free_port()}"))


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ("421 4.3.2 too many connections", RelayAwayError),
        ("554 5.7.1 not from your address", RelayRefusedError),
        ("close", RelayAwayError),
        ("hang", RelayAwayError),
        ("junk", RelayAwayError),
        ("endless", RelayAwayError),
    ],
)
def test_a_bad_greeting_is_judged_by_whether_waiting_helps(fault: str, error: type[Exception]) -> None:
    server = FaultServer(lambda stage, to, _: fault if stage == "greeting" else None)
    with server.running(), pytest.raises(error):
        features(parse_relay(f"smtp://localhost:{server.port}", timeouts=Timeouts(greeting=0.5)))


def test_a_wrong_password_is_never_repeated_to_anyone() -> None:
    server = FaultServer(
        lambda stage, to, _: f"535 5.7.8 wrong: {PASSWORD}" if stage == "auth" else None,
        extensions=("AUTH PLAIN",),
    )
    with (
        server.running(),
        pytest.raises(RelayRefusedError, match="does not accept the user or the password") as error,
    ):
        features(parse_relay(f"smtp://me:{PASSWORD}@localhost:{server.port}"))
    assert PASSWORD not in str(error.value)


def test_a_greeting_may_take_longer_than_reaching_the_machine_and_only_so_long() -> None:
    server = FaultServer(lambda stage, *_: "slow" if stage == "greeting" else None)
    with server.running():
        found = parse_relay(f"smtp://127.0.0.1:{server.port}", timeouts=Timeouts(connect=0.1, greeting=5.0))
        features(found)
        hasty = replace(found, timeouts=Timeouts(connect=0.1, greeting=0.1))
        with pytest.raises(RelayAwayError, match="cannot be reached"):
            features(hasty)
