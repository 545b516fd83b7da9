"""`digest issue correct`: an erratum to those who got an issue."""

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from digest.cli.issue_make import ISSUE, JSON

if TYPE_CHECKING:
    from digest.actions.correct import Proposed


def correct(
    issue: str = ISSUE,
    text: str = typer.Option("", "--text", help="What was wrong and what is right, in Markdown."),
    file: str = typer.Option(
        "", "--file", metavar="FILE", help="The same from a file; - for standard input."
    ),
    subject: str = typer.Option("", "--subject", help="Of the mail; “Correction: …” when not given."),
    dry_run: bool = typer.Option(False, "--dry-run", help="Say who would get it, and send nothing."),
    yes: bool = typer.Option(False, "--yes", help="Do not ask."),
    as_json: bool = JSON,
) -> None:
    """Send a correction to those who got the issue, and show it above the issue from then on.

    It asks once before it sends. The same words again go on where sending stopped; nobody gets them twice.
    """
    import getpass
    from datetime import UTC, datetime

    from digest.actions import correct as action
    from digest.actions.context import open_context
    from digest.cli import output
    from digest.cli.sending import deliver_and_say

    with open_context() as context:
        now = datetime.now(UTC)
        proposed = action.propose(context, issue, subject, _words(text, file), now)
        if dry_run:
            facts = {
                "issue": proposed.name,
                "subject": proposed.subject,
                "had": proposed.had,
                "recipients": proposed.recipients,
            }
            if as_json:
                output.json(facts)
            else:
                output.done(f"“{proposed.subject}” would go to {_readers(proposed)}. Nothing was sent.")
            return
        if not yes:
            typer.confirm(f"Send “{proposed.subject}” to {_readers(proposed)}?", abort=True)
        sent = action.correct(
            context, issue, proposed.subject, proposed.text, getpass.getuser(), datetime.now(UTC)
        )
        deliver_and_say(
            context, sent.name, (sent.mailing,), sent.recipients,
            resumed=sent.resumed, as_json=as_json, correction=True,
        )  # fmt: skip


def _words(text: str, file: str) -> str:
    import sys

    from digest.problem import Problem

    if bool(text) == bool(file):
        raise Problem("A correction needs its words, once.", "Give --text or --file.")
    if file == "-":
        return sys.stdin.read()
    try:
        return text or Path(file).read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        raise Problem(f"{file} cannot be read as text.", "Is it there, and UTF-8?") from None


def _readers(proposed: "Proposed") -> str:
    had, recipients = proposed.had, proposed.recipients
    left = (
        f" ({had - recipients:,} of those who got it may not be mailed any more)" if had > recipients else ""
    )
    return f"{recipients:,} {'reader' if recipients == 1 else 'readers'}{left}"
