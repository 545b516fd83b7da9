"""Signing keys rotated in the middle of a mailing change nothing about its mails."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

from digest.actions import publish
from digest.actions.build import build
from digest.actions.context import Context
from digest.actions.deliver import deliver
from digest.signing import Signer
from outbox import control
from tests.actions.conftest import NOW, add_articles, add_newsletter, add_readers
from tests.outbox.servers import FaultServer


def test_a_message_sent_again_after_a_rotation_is_the_same_bytes(open_with: Callable[[str], Context]) -> None:
    broken: list[str] = []

    def fault(stage: str, address: str, number: int) -> str | None:
        """The first message is taken, and its reply lost."""
        if stage == "dot" and not broken:
            broken.append(address)
            return "close after"
        return None

    server = FaultServer(fault)
    with server.running():
        context = open_with(f"smtp://127.0.0.1:{server.port}")
        add_newsletter(context)
        add_articles(context)
        add_readers(context, ["ani@example.org", "bob@example.org", "dan@example.org"])
        build(context, "weekly", NOW)
        publish.approve(context, "weekly", "the editor", NOW)
        mailings = publish.publish(context, "weekly", datetime.now(UTC)).mailings
        deliver(context, mailings)
        rotated = replace(
            context, signer=Signer((("k2", b"a new secret of thirty-two bytes!"), *context.signer.keys))
        )
        with context.database.writing() as session:
            assert control.retry(session, mailings[0], datetime.now(UTC)) == 1
        deliver(rotated, mailings)
    copies = [one for one in server.accepted if one.recipient == broken[0]]
    assert len(copies) == 2
    assert copies[0] == copies[1]
    assert b"/u/k1." in copies[0].content.replace(b"=\r\n", b"")


def test_the_chosen_key_signs_and_every_key_verifies() -> None:
    signer = Signer((("new", b"n" * 32), ("old", b"o" * 32)))
    token = signer.signing_with("old").sign("leave", 1, 2)
    assert token.startswith("old.")
    assert signer.verify("leave", token, 2) == (1, 2)
    assert signer.sign("leave", 1, 2).startswith("new.")
    assert signer.signing_with("gone").current == "new"
    assert signer.signing_with("new").digest("x", "y") == signer.digest("x", "y")
