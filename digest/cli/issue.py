"""`digest issue`: editions of a newsletter. Each group of verbs has a file of its own."""

import typer

from digest.cli import (
    issue_block,
    issue_correct,
    issue_edit,
    issue_make,
    issue_report,
    issue_send,
    issue_show,
)

app = typer.Typer(no_args_is_help=True, help="Editions: build, correct, approve, send.")

for name, command in (
    ("build", issue_make.build),
    ("list", issue_show.list_issues),
    ("show", issue_show.show_issue),
    ("explain", issue_show.explain),
    ("edit", issue_edit.edit),
    ("preview", issue_make.preview),
    ("check", issue_make.check),
    ("approve", issue_make.approve),
    ("reopen", issue_make.reopen),
    ("test", issue_send.send_test),
    ("send", issue_send.send),
    ("status", issue_send.status),
    ("report", issue_report.report),
    ("pause", issue_send.pause),
    ("resume", issue_send.resume),
    ("cancel", issue_send.cancel),
    ("correct", issue_correct.correct),
):
    app.command(name)(command)

app.add_typer(issue_block.app, name="block")
