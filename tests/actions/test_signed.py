"""With a key in the settings every mail that leaves is signed, and dkimpy says that it is valid."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import dkim
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from digest.actions import publish, relays
from digest.actions.build import build
from digest.actions.check import check
from digest.actions.context import Context
from digest.actions.deliver import deliver
from digest.settings_sending import Dkim
from outbox.post import Letter
from outbox.problem import RelayError
from outbox.rendition import MessageFacts, compile_rendition
from tests.actions.conftest import NOW, add_articles, add_newsletter, add_readers
from tests.outbox.servers import FaultServer, free_port

Open = Callable[[str], Context]


def with_key(context: Context, domain: str = "example.org") -> Context:
    """The installation with an RSA key for `domain` in its settings."""
    key = rsa.generate_private_key(65537, 2048)
    file = context.settings.folder / "dkim.pem"
    file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    keys = [Dkim(domain=domain, selector="s1", key_file=Path("dkim.pem"))]
    return replace(context, settings=context.settings.model_copy(update={"dkim": keys}))


def is_valid(context: Context, wire: bytes) -> bool:
    records = {f"{key.name}.".encode(): key.record.encode() for key in relays.dkim_keys(context.settings)}
    return bool(dkim.verify(wire, dnsfunc=lambda name, timeout=5: records.get(name)))


def fill(context: Context) -> None:
    add_newsletter(context)
    add_articles(context)
    add_readers(context, ["ani@example.org", "bob@example.org"])


def test_an_issue_is_signed_and_the_test_mail_says_so(open_with: Open) -> None:
    server = FaultServer()
    with server.running():
        context = with_key(open_with(f"smtp://127.0.0.1:{server.port}"))
        fill(context)
        build(context, "weekly", NOW)
        tested = publish.hand_over_test(context, "weekly", "me@example.org", datetime.now(UTC))
        deliver(context, tested.mailings)
        publish.approve(context, "weekly", "the editor", NOW)
        deliver(context, publish.publish(context, "weekly", datetime.now(UTC)).mailings)
    assert len(server.accepted) == 3
    assert all(is_valid(context, one.content) for one in server.accepted)
    said = relays.signed_by(context, tested.issue_id)
    assert said == "It was signed here (DKIM) with s1._domainkey.example.org."
    assert not any(finding.rule == "dkim-headers" for finding in check(context, "weekly").findings)


@pytest.mark.parametrize("domain", [None, "elsewhere.example"])
def test_without_a_key_for_the_sender_one_is_told_what_to_look_at(
    open_with: Open, domain: str | None
) -> None:
    context = open_with("folder:mail")
    context = with_key(context, domain) if domain else context
    fill(context)
    build(context, "weekly", NOW)
    tested = publish.hand_over_test(context, "weekly", "me@example.org", datetime.now(UTC))
    said = relays.signed_by(context, tested.issue_id)
    assert "not signed here: there is no DKIM key for example.org" in said
    assert "List-Unsubscribe and List-Unsubscribe-Post in h=" in said


def letter() -> Letter:
    facts = MessageFacts("News", "news@example.org", "Please confirm", NOW, one_click=False)
    made = compile_rendition("<p>Press.</p>", "Press.", facts)
    return Letter(made, "ani@example.org", "Ani", {}, "bounces@example.org")


def test_a_letter_is_signed_too_and_goes_through_the_relay_that_is_there(open_with: Open) -> None:
    server = FaultServer()
    with server.running():
        context = with_key(open_with(f"smtp://127.0.0.1:{free_port()}"))
        there = context.settings.smtp.model_copy(update={"url": f"smtp://127.0.0.1:{server.port}"})
        settings = context.settings.model_copy(update={"relays": [there]})
        asyncio.run(relays.hand_over(replace(context, settings=settings), letter()))
    assert [one.recipient for one in server.accepted] == ["ani@example.org"]
    assert is_valid(context, server.accepted[0].content)


def test_a_letter_without_any_relay_says_so(open_with: Open) -> None:
    with pytest.raises(RelayError, match="cannot be reached"):
        asyncio.run(relays.hand_over(open_with(f"smtp://127.0.0.1:{free_port()}"), letter()))
