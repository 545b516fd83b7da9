"""A relay can be signed in to with an access token, and the token stays inside."""

import asyncio
import base64
import sys
from pathlib import Path

import pytest

from outbox.connection import RelayRefusedError, connected
from outbox.problem import RelayError
from outbox.relay import parse_relay
from outbox.tokens import TokenError, TokenSource, bearer
from tests.outbox.servers import Fault, FaultServer

TOKEN = "ya29.vF9dft4qmTc2Nvb3RlckBhdHRhdmlzdGEuY29tCg"


def signing_in(server: FaultServer, source: TokenSource) -> None:
    async def once() -> None:
        relay = parse_relay(f"smtp://news%40example.org@127.0.0.1:{server.port}", token=source)
        async with connected(relay):
            pass

    asyncio.run(once(), debug=True)


def said(server: FaultServer) -> list[str]:
    """What AUTH carried: the method, and the answer decoded."""
    (line,) = [command for command in server.commands if command.startswith("AUTH")]
    _, method, answer = line.split(" ")
    return [method, base64.b64decode(answer).decode()]


@pytest.mark.parametrize(
    ("offer", "expected"),
    [
        (
            "AUTH PLAIN XOAUTH2 OAUTHBEARER",
            ["OAUTHBEARER", "n,a=news@example.org,\1host=127.0.0.1\1port={port}\1auth=Bearer {token}\1\1"],
        ),
        ("AUTH LOGIN XOAUTH2", ["XOAUTH2", "user=news@example.org\1auth=Bearer {token}\1\1"]),
    ],
)
def test_the_best_way_that_the_server_offers_is_taken(offer: str, expected: list[str]) -> None:
    server = FaultServer(extensions=("PIPELINING", offer))
    with server.running():
        signing_in(server, TokenSource(TOKEN))
    method, answer = expected
    assert said(server) == [method, answer.format(port=server.port, token=TOKEN)]


def test_a_name_is_escaped_as_the_rfc_wants_it() -> None:
    assert bearer("a,b=c", "t", "h", 1).startswith(b"n,a=a=2Cb=3Dc,\x01")


@pytest.mark.parametrize("kind", ["file", "command"])
def test_a_token_comes_from_a_file_or_a_command_and_is_read_anew(tmp_path: Path, kind: str) -> None:
    file = tmp_path / "token"
    command = (sys.executable, "-c", f"print(open({str(file)!r}).read())")
    source = TokenSource(file=file) if kind == "file" else TokenSource(command=command)
    server = FaultServer(extensions=("AUTH XOAUTH2",))
    with server.running():
        for token in ("first-token", "second-token"):
            file.write_text(token + "\n")
            server.commands.clear()
            signing_in(server, source)
            assert said(server)[1] == f"user=news@example.org\1auth=Bearer {token}\1\1"


@pytest.mark.parametrize(
    ("extensions", "fault", "words"),
    [
        (("AUTH XOAUTH2",), "535 5.7.8 token expired", "does not accept the user or the password: 535"),
        (("AUTH OAUTHBEARER",), "535 5.7.8 token expired", "does not accept the user or the password: 535"),
        (("AUTH PLAIN",), None, "no way to log in: neither OAUTHBEARER nor XOAUTH2"),
    ],
)
def test_a_refusal_is_for_good_and_shows_no_token(
    extensions: tuple[str, ...], fault: Fault, words: str
) -> None:
    server = FaultServer(lambda stage, *_: fault if stage == "auth" else None, extensions=extensions)
    with server.running(), pytest.raises(RelayRefusedError, match=words) as caught:
        signing_in(server, TokenSource(TOKEN))
    assert TOKEN not in str(caught.value)


def test_a_server_that_explains_itself_first_gets_its_empty_answer() -> None:
    server = FaultServer(
        lambda stage, *_: "334 eyJzdGF0dXMiOiI0MDEifQ==" if stage == "auth" else None,
        extensions=("AUTH OAUTHBEARER",),
    )
    with server.running(), pytest.raises(RelayError):
        signing_in(server, TokenSource(TOKEN))
    assert "AQ==" in server.commands


@pytest.mark.parametrize(
    "source",
    [
        TokenSource(file=Path("no-such-file")),
        TokenSource(command=("no-such-command",)),
        TokenSource(command=(sys.executable, "-c", "raise SystemExit(3)")),
        TokenSource(command=(sys.executable, "-c", "print()")),
        TokenSource("two\nlines"),
    ],
    ids=["no file", "no command", "a command that fails", "nothing printed", "no token"],
)
def test_a_token_that_cannot_be_had_is_one_sentence(source: TokenSource) -> None:
    with pytest.raises(TokenError, match="token"):
        asyncio.run(source.read())


def test_the_token_is_in_no_representation_and_never_goes_out_in_clear() -> None:
    source = TokenSource(TOKEN)
    assert TOKEN not in repr(parse_relay("smtps://me@mail.example.org", token=source))
    with pytest.raises(RelayError, match="in clear"):
        parse_relay("smtp://me@mail.example.org?starttls=never", token=source)
