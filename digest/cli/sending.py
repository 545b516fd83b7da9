"""What every command that sends shows: a bar while it goes, and the balance at the end."""

from typing import TYPE_CHECKING, Any

import typer

if TYPE_CHECKING:
    from digest.actions.context import Context


def deliver(context: "Context", name: str, mailings: tuple[int, ...], recipients: int) -> None:
    """Send what is due of these mailings under a bar with rate and time left."""
    from digest.actions.deliver import deliver as send
    from digest.cli import output
    from outbox.sender import Progress

    with output.progress(f"Sending {name}", recipients, unit="mails") as step:
        shown = 0

        def report(progress: Progress) -> None:
            nonlocal shown
            gone = sum(
                count for state, count in progress.counts.items() if state.value not in ("queued", "sending")
            )
            step(gone - shown, total=progress.recipients)
            shown = gone

        send(context, mailings, report)


def deliver_and_say(
    context: "Context",
    issue: str,
    mailings: tuple[int, ...],
    recipients: int,
    *,
    resumed: bool,
    as_json: bool,
    correction: bool = False,
) -> None:
    """Send these mailings of an issue, or of its correction, then say how far they are; exit status 1 unless all
    of it is done.
    """
    from digest.cli import output

    deliver(context, f"the correction of {issue}" if correction else issue, mailings, recipients)
    found = standing(context, mailings)
    if as_json:
        output.json({"issue": issue, "resumed": resumed, **found})
    else:
        what = f"The correction of {issue}" if correction else issue
        output.done(f"{what} to {recipients:,}: {in_words(found['counts'])}.")
        if found["reason"]:
            output.warn(found["reason"])
        elif found["state"] == "sending":
            output.done(why_not_all(context))
    if found["state"] != "done":
        raise typer.Exit(1)


def standing(context: "Context", mailings: tuple[int, ...]) -> dict[str, Any]:
    """How far these mailings are, together, as plain data."""
    from digest.actions.mailings import standing as of

    with context.database.reading() as session:
        return of(session, mailings).to_json()


def in_words(counts: dict[str, int]) -> str:
    """`1,200 sent, 3 failed`."""
    return ", ".join(f"{count:,} {state}" for state, count in counts.items()) or "nobody"


def why_not_all(context: "Context") -> str:
    """Why something has not left though nothing is wrong, and what sends it."""
    from datetime import UTC, datetime

    from digest.actions.relays import plan

    pace, now = plan(context.settings), datetime.now(UTC)
    if not pace.open_at(now):
        return f"Not everything has left: mail leaves in the hours {context.settings.pace.hours}, by `digest run`."
    if pace.warm_up is not None:
        return (
            f"Not everything has left: the warm-up plan allows {pace.quota(now):,} messages today. "
            "`digest run` goes on tomorrow."
        )
    return (
        "Not everything has left: what is deferred is tried again in half an hour or so, by `digest run` "
        "or this command; `digest outbox retry` tries it now."
    )
