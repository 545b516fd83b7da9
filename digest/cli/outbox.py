"""`digest outbox`: what was handed over for sending, and what became of it."""

from typing import Any

import typer

from digest.cli.bounces import bounces
from digest.cli.outbox_status import status

app = typer.Typer(no_args_is_help=True, help="What was handed over for sending, and what became of it.")
app.command()(status)
app.command()(bounces)

_MAILING = typer.Argument(help="The mailing's number, as `digest outbox status` shows it.")


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
def pause(mailing: int = _MAILING) -> None:
    """Stop a mailing where it is, a correction say; what is in flight ends. An issue: `digest issue pause`."""
    import getpass

    from outbox import control

    _steer(mailing, lambda session: control.pause(session, mailing, f"Paused by {getpass.getuser()}."))
    _say(f"Mailing {mailing} is paused.")


@app.command()
def resume(mailing: int = _MAILING) -> None:
    """Let a paused mailing go on; `digest run` then sends the rest. An issue: `digest issue resume`."""
    from outbox import control

    _steer(mailing, lambda session: control.resume(session, mailing))
    _say(f"Mailing {mailing} goes on; `digest run` sends the rest.")


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


def _steer(mailing: int, step: Any) -> None:
    """Do it, unless the mailing is an issue's, whose own state has to go with it."""
    from digest.actions.context import open_context
    from digest.actions.mailings import is_issue
    from digest.problem import Problem
    from outbox.status import find

    with open_context() as context, context.database.writing() as session:
        if is_issue(find(session, mailing).kind):
            raise Problem(
                f"Mailing {mailing} carries an issue.", "Use `digest issue pause` and `digest issue resume`."
            )
        step(session)


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
