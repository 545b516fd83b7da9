"""`digest outbox bounces`: read reports of failed mail and complaints. Mounted by `digest.cli.outbox`."""

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import typer

if TYPE_CHECKING:
    from subscribers.bounces.reading import Outcome


def bounces(
    places: list[str] = typer.Argument(
        ..., metavar="FILE...", help="Mails, mbox files, folders, Maildirs, or imaps://user@host/INBOX."
    ),
    dry_run: bool = typer.Option(False, "--dry-run", help="Show what every mail says; change nothing."),
    as_json: bool = typer.Option(False, "--json", help="One JSON object a recipient and line."),
) -> None:
    """Read bounces and complaints. Only a mail that carries our own signed return path has an effect.

    The password of an IMAP mailbox is taken from the environment: DIGEST_IMAP_PASSWORD.
    """
    from digest.cli import output

    shown = list(_said(places) if dry_run else _taken(places))
    if as_json:
        output.json_lines(shown)
        return
    output.table(
        "Reports",
        ["Address", "Kind", "Reason", "Status", "Hard", "Effect"],
        [
            [
                one["address"],
                one["kind"],
                one["feedback"] or one["reason"],
                one["status"],
                _yes(one["hard"]),
                one["effect"],
            ]
            for one in shown
        ],
        empty="No mail there reports a failure or a complaint.",
    )
    effects = Counter(one["effect"] for one in shown if one["effect"] not in ("", "nothing"))
    for effect, number in sorted(effects.items()):
        output.done(f"{number} {effect}.")


def _said(places: list[str]) -> Iterator[dict[str, Any]]:
    from subscribers.bounces.reading import read

    for place, raw in _mails(places):
        for outcome in read(raw):
            yield _facts(place, outcome, None, "")


def _taken(places: list[str]) -> Iterator[dict[str, Any]]:
    from datetime import UTC, datetime

    from digest.actions.bounce import take_reports
    from digest.actions.context import open_context
    from digest.cli import output

    with open_context() as context:
        for place, raw in _mails(places):
            for taken in take_reports(context, [raw], now=datetime.now(UTC)):
                for outcome in taken.outcomes:
                    yield _facts(place, outcome, taken.delivery, str(taken.effect))
                if taken.paused:
                    output.warn(f"Sending was paused: {taken.paused}")


def _mails(places: list[str]) -> Iterator[tuple[str, bytes]]:
    import os
    from pathlib import Path

    from subscribers.bounces.sources import imap_mails, mails

    for place in places:
        password = os.environ.get("DIGEST_IMAP_PASSWORD", "")
        found = imap_mails(place, password) if "://" in place else mails(Path(place))
        for raw in found:
            yield place, raw


def _facts(place: str, outcome: "Outcome", delivery: int | None, effect: str) -> dict[str, Any]:
    return {
        "file": place,
        "address": outcome.address,
        "kind": outcome.kind,
        "reason": outcome.reason,
        "hard": outcome.hard,
        "status": outcome.status,
        "reply_code": outcome.reply_code,
        "action": outcome.action,
        "feedback": outcome.feedback,
        "words": outcome.words,
        "delivery": delivery,
        "effect": effect,
    }


def _yes(value: bool) -> str:
    return "hard" if value else "soft"
