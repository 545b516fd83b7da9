"""`digest outbox`: what was handed over for sending, and what became of it."""

from typing import Any

import typer

from digest.cli.bounces import bounces

app = typer.Typer(no_args_is_help=True, help="What was handed over for sending, and what became of it.")
app.command()(bounces)

_MAILING = typer.Argument(help="The mailing's number, as `digest outbox status` shows it.")


@app.command()
def status(
    mailing: int | None = typer.Argument(None, help="Only this mailing, with what the servers said."),
    as_json: bool = typer.Option(False, "--json", help="For programs."),
) -> None:
    """Mailings with the balance of their deliveries; one mailing with its domains and the servers' words."""
    from digest.actions.context import open_context
    from digest.cli import output
    from outbox.status import complaints, describe, domains, find, mailings

    with open_context() as context, context.database.reading() as session:
        if mailing is None:
            found, words, places = list(mailings(session)), [], []
        else:
            found = [describe(session, find(session, mailing))]
            words = list(complaints(session, mailing))
            places = list(domains(session, mailing))
    if as_json:
        details = {
            "errors": [
                {"state": word.state, "code": word.code, "reply": word.reply, "count": word.count}
                for word in words
            ],
            "domains": [
                {
                    "domain": place.domain,
                    "recipients": place.recipients,
                    "sent": place.sent,
                    "waiting": place.waiting,
                    "failed": place.failed,
                }
                for place in places
            ],
        }
        shown = [_facts(one) for one in found]
        output.json(shown if mailing is None else {**shown[0], **details})
        return
    output.table(
        "Outbox",
        [
            "No.#",
            "Of",
            "State",
            "Recipients#",
            "Sent#",
            "Open#",
            "Failed#",
            "Suppressed#",
            "Expired#",
            "Uncertain#",
        ],
        [_row(one) for one in found],
        empty="Nothing was handed to the outbox yet.",
    )
    for one in found:
        if one.reason:
            output.done(f"{one.id}: {one.reason}")
    if places:
        output.table(
            "Domains",
            ["Domain", "Recipients#", "Sent#", "Waiting#", "Failed#"],
            [(place.domain, place.recipients, place.sent, place.waiting, place.failed) for place in places],
        )
    if words:
        output.table(
            "What the servers said",
            ["Count#", "State", "Reply"],
            [(word.count, word.state, f"{word.code or ''} {word.reply}".strip()) for word in words],
        )


@app.command()
def retry(
    mailing: int = _MAILING,
    failed: bool = typer.Option(False, "--failed", help="Also those that a server refused for good."),
) -> None:
    """Try deferred deliveries now instead of later; nobody who got the mail gets it again."""
    from outbox import control

    count = _change(control.retry, mailing, failed=failed)
    _say(
        f"{_messages(count)} of mailing {mailing} will be tried again; `digest run` or `digest issue send` sends them."
    )


@app.command()
def hold(mailing: int = _MAILING) -> None:
    """Let messages whose fate is unknown wait for a person instead of sending them again."""
    from digest.actions.context import open_context
    from outbox import control

    with open_context() as context, context.database.writing() as session:
        control.hold(session, mailing)
    _say(f"Uncertain messages of mailing {mailing} now wait for `digest outbox release {mailing}`.")


@app.command()
def release(
    mailing: int = _MAILING,
    as_sent: bool = typer.Option(
        False, "--as-sent", help="Count them as sent instead of sending them again."
    ),
) -> None:
    """Decide about uncertain messages: send them again, same Message-ID, or count them as sent."""
    from outbox import control

    count = _change(control.release, mailing, as_sent=as_sent)
    _say(f"{_messages(count)} of mailing {mailing} {'count as sent' if as_sent else 'will be sent again'}.")


def _change(step: Any, mailing: int, **options: bool) -> int:
    from datetime import UTC, datetime

    from digest.actions.context import open_context

    with open_context() as context, context.database.writing() as session:
        count: int = step(session, mailing, datetime.now(UTC), **options)
    return count


def _say(sentence: str) -> None:
    from digest.cli import output

    output.done(sentence)


def _messages(count: int) -> str:
    return "1 message" if count == 1 else f"{count} messages"


def _row(one: Any) -> tuple[object, ...]:
    from outbox.tables import DeliveryState as State

    counted = one.balance
    return (
        one.id,
        f"{one.kind} {one.reference}",
        one.state,
        counted.recipients,
        counted[State.SENT],
        counted.open,
        counted[State.FAILED],
        counted[State.SUPPRESSED],
        counted[State.EXPIRED],
        counted[State.UNCERTAIN],
    )


def _facts(one: Any) -> dict[str, object]:
    return {
        "id": one.id,
        "kind": one.kind,
        "reference": one.reference,
        "state": one.state,
        "reason": one.reason,
        "date": one.date,
        "expires_at": one.expires_at,
        "finished_at": one.finished_at,
        "recipients": one.balance.recipients,
        "counts": {state.value: count for state, count in one.balance.counts.items()},
        "balances": one.balance.balances,
    }
