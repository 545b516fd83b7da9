"""`digest issue test|send|status|pause|resume|cancel`: an issue on its way."""

from typing import TYPE_CHECKING, Any

import typer

from digest.cli.issue_make import ISSUE, JSON

if TYPE_CHECKING:
    from digest.actions.context import Context
    from digest.actions.publish import Published


def send_test(
    address: str = typer.Argument(help="Where the one mail goes, your own address say."),
    issue: str = typer.Option("", "--issue", help="As in `digest issue show`; the latest when not given."),
) -> None:
    """Send one mail of the issue as it stands to one address; it counts for nothing."""
    from datetime import UTC, datetime

    from digest.actions.context import open_context
    from digest.actions.publish import hand_over_test
    from digest.cli import output

    with open_context() as context:
        published = hand_over_test(context, issue, address, datetime.now(UTC))
        _deliver(context, published)
        counts = _standing(context, published.mailings)["counts"]
    if not counts.get("sent"):
        output.warn("It has not left; `digest outbox status` says why.")
        raise typer.Exit(1)
    output.done(f"{published.name} went to {address}.")


def send(
    issue: str = ISSUE,
    as_json: bool = JSON,
) -> None:
    """Send an approved issue. Ctrl-C finishes what is in flight; the same command goes on where it stopped."""
    from datetime import UTC, datetime

    from digest.actions.context import open_context
    from digest.actions.publish import publish
    from digest.cli import output

    with open_context() as context:
        published = publish(context, issue, datetime.now(UTC))
        _deliver(context, published)
        found = _standing(context, published.mailings)
    if as_json:
        output.json({"issue": published.name, "resumed": published.resumed, **found})
    else:
        output.done(f"{published.name} to {published.recipients:,}: {_in_words(found['counts'])}.")
        if found["reason"]:
            output.warn(found["reason"])
        elif found["state"] == "sending":
            output.done(
                "Not everything has left: what is deferred is tried again in half an hour or so, by `digest run` "
                "or this command; `digest outbox retry` tries it now."
            )
    if found["state"] != "done":
        raise typer.Exit(1)


def status(issue: str = ISSUE, as_json: bool = JSON) -> None:
    """Show how far an issue is: its balance, and what the servers said."""
    from digest.actions.context import open_context
    from digest.actions.mailings import standing_of
    from digest.cli import output
    from digest.issues import find_issue
    from digest.issues.finding import name_of

    with open_context() as context, context.database.reading() as session:
        found = find_issue(session, issue)
        name, state = name_of(found), str(found.state)
        sending = standing_of(session, found)
    facts: dict[str, Any] = (
        {"issue": name} | (sending.to_json() if sending.mailings else {}) | {"state": state}
    )
    if as_json:
        output.json(facts)
        return
    output.done(f"{name} is {state}.")
    if not sending.mailings:
        return
    output.facts(
        [
            ("Recipients", f"{facts['recipients']:,}"),
            *((k.capitalize(), f"{v:,}") for k, v in facts["counts"].items()),
        ]
    )
    output.done("The counts balance." if facts["balances"] else "The counts do not balance yet.")
    if facts["reason"]:
        output.warn(facts["reason"])
    for said in facts["servers_said"]:
        output.done(f"{said['count']:,} {said['state']}: {said['reply']}")


def pause(issue: str = ISSUE) -> None:
    """Stop sending an issue; what is in flight ends and is recorded."""
    import getpass

    from digest.actions.context import open_context
    from digest.actions.publish import pause as pause_issue
    from digest.cli import output

    with open_context() as context:
        output.done(f"{pause_issue(context, issue, getpass.getuser())} is paused.")


def resume(issue: str = ISSUE) -> None:
    """Let a paused issue go on; `digest run` or `digest issue send` then sends the rest."""
    from digest.actions.context import open_context
    from digest.actions.publish import resume as resume_issue
    from digest.cli import output

    with open_context() as context:
        output.done(f"{resume_issue(context, issue)} goes on.")


def cancel(issue: str = ISSUE, yes: bool = typer.Option(False, "--yes", help="Do not ask.")) -> None:
    """End an issue: what has not left never will."""
    from datetime import UTC, datetime

    from digest.actions.context import open_context
    from digest.actions.publish import cancel as cancel_issue
    from digest.cli import output

    if not yes:
        typer.confirm(
            "What has not left never will, and the issue cannot be sent again. Cancel it?", abort=True
        )
    with open_context() as context:
        name, spared = cancel_issue(context, issue, datetime.now(UTC))
    output.done(
        f"{name} is cancelled; {spared:,} {'reader does' if spared == 1 else 'readers do'} not get it."
    )


def _deliver(context: "Context", published: "Published") -> None:
    from digest.actions.deliver import deliver
    from digest.cli import output
    from outbox.sender import Progress

    with output.progress(f"Sending {published.name}", published.recipients, unit="mails") as step:
        shown = 0

        def report(progress: Progress) -> None:
            nonlocal shown
            gone = sum(
                count for state, count in progress.counts.items() if state.value not in ("queued", "sending")
            )
            step(gone - shown, total=progress.recipients)
            shown = gone

        deliver(context, published.mailings, report)


def _standing(context: "Context", mailings: tuple[int, ...]) -> dict[str, Any]:
    from digest.actions.mailings import standing

    with context.database.reading() as session:
        return standing(session, mailings).to_json()


def _in_words(counts: dict[str, int]) -> str:
    return ", ".join(f"{count:,} {state}" for state, count in counts.items()) or "nobody"
