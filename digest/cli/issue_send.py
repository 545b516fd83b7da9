"""`digest issue test|send|status|pause|resume|cancel`: an issue on its way."""

from typing import Any

import typer

from digest.cli.issue_make import ISSUE, JSON


def send_test(
    address: str = typer.Argument(help="Where the one mail goes, your own address say."),
    issue: str = typer.Option("", "--issue", help="As in `digest issue show`; the latest when not given."),
) -> None:
    """Send one mail of the issue as it stands to one address; it counts for nothing."""
    from datetime import UTC, datetime

    from digest.actions.context import open_context
    from digest.actions.publish import hand_over_test
    from digest.actions.relays import signed_by
    from digest.cli import output
    from digest.cli.sending import deliver, standing

    with open_context() as context:
        published = hand_over_test(context, issue, address, datetime.now(UTC))
        deliver(context, published.name, published.mailings, published.recipients)
        counts = standing(context, published.mailings)["counts"]
        signed = signed_by(context, published.issue_id)
    if not counts.get("sent"):
        output.warn("It has not left; `digest outbox status` says why.")
        raise typer.Exit(1)
    output.done(f"{published.name} went to {address}.")
    output.done(signed)


def send(
    issue: str = ISSUE,
    segment: str = typer.Option("", "--segment", help="Only to these: a segment's name or an expression."),
    as_json: bool = JSON,
) -> None:
    """Send an approved issue. Ctrl-C finishes what is in flight; the same command goes on where it stopped."""
    import getpass
    from datetime import UTC, datetime

    from digest.actions.context import open_context
    from digest.actions.publish import publish
    from digest.cli.sending import deliver_and_say

    with open_context() as context:
        published = publish(context, issue, datetime.now(UTC), getpass.getuser(), segment=segment)
        deliver_and_say(
            context, published.name, published.mailings, published.recipients,
            resumed=published.resumed, as_json=as_json,
        )  # fmt: skip


def status(issue: str = ISSUE, as_json: bool = JSON) -> None:
    """Show how far an issue is: its balance, and what the servers said."""
    from digest.actions.context import open_context
    from digest.actions.correct import standings
    from digest.actions.mailings import standing_of
    from digest.cli import output
    from digest.cli.sending import in_words
    from digest.issues import find_issue
    from digest.issues.finding import name_of

    with open_context() as context, context.database.reading() as session:
        found = find_issue(session, issue)
        name, state = name_of(found), str(found.state)
        sending = standing_of(session, found)
        corrected = [
            {"subject": one.subject, "at": one.at, **told.to_json()}
            for one, told in standings(session, found)
        ]
    facts: dict[str, Any] = (
        {"issue": name} | (sending.to_json() if sending.mailings else {}) | {"state": state}
    )
    facts["corrections"] = corrected
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
    elif facts["warning"]:
        output.warn(facts["warning"])
    for said in facts["servers_said"]:
        output.done(f"{said['count']:,} {said['state']}: {said['reply']}")
    for one in corrected:
        output.done(
            f"Correction “{one['subject']}”, to {one['recipients']:,}: {in_words(one['counts'])}; "
            + ("the counts balance." if one["balances"] else "the counts do not balance yet.")
        )


def pause(issue: str = ISSUE) -> None:
    """Stop sending an issue; what is in flight ends and is recorded."""
    import getpass
    from datetime import UTC, datetime

    from digest.actions.context import open_context
    from digest.actions.publish import pause as pause_issue
    from digest.cli import output

    with open_context() as context:
        output.done(f"{pause_issue(context, issue, getpass.getuser(), datetime.now(UTC))} is paused.")


def resume(issue: str = ISSUE) -> None:
    """Let a paused issue go on; `digest run` or `digest issue send` then sends the rest."""
    import getpass
    from datetime import UTC, datetime

    from digest.actions.context import open_context
    from digest.actions.publish import resume as resume_issue
    from digest.cli import output

    with open_context() as context:
        output.done(f"{resume_issue(context, issue, getpass.getuser(), datetime.now(UTC))} goes on.")


def cancel(issue: str = ISSUE, yes: bool = typer.Option(False, "--yes", help="Do not ask.")) -> None:
    """End an issue: what has not left never will."""
    import getpass
    from datetime import UTC, datetime

    from digest.actions.context import open_context
    from digest.actions.publish import cancel as cancel_issue
    from digest.cli import output

    if not yes:
        typer.confirm(
            "What has not left never will, and the issue cannot be sent again. Cancel it?", abort=True
        )
    with open_context() as context:
        name, spared = cancel_issue(context, issue, getpass.getuser(), datetime.now(UTC))
    output.done(
        f"{name} is cancelled; {spared:,} {'reader does' if spared == 1 else 'readers do'} not get it."
    )
