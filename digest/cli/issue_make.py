"""`digest issue build|preview|check|approve|reopen`: from a selection to an issue that may go out."""

import typer

ISSUE = typer.Argument(
    "", metavar="[ISSUE]", help="`weekly/4`, `4`, or `weekly` for its latest; the only one's latest."
)
JSON = typer.Option(False, "--json", help="One JSON document.")


def build(
    newsletter: str = typer.Argument(
        "", metavar="[NEWSLETTER]", help="May be left out when there is one only."
    ),
    as_json: bool = JSON,
) -> None:
    """Choose and summarize what is new into a draft. Edits and pins of an open draft survive."""
    from datetime import UTC, datetime

    from digest.actions.build import build as build_issue
    from digest.actions.context import open_context
    from digest.cli import output

    with open_context() as context:
        built = build_issue(context, newsletter, datetime.now(UTC))
    if as_json:
        output.json(built.issue | {"candidates": built.candidates, "stories": built.stories})
        return
    items = built.issue["items"]
    name = f"{built.issue['newsletter']}/{built.issue['number']}"
    output.done(
        f"Built {name}: {len(items)} {'item' if len(items) == 1 else 'items'} of {built.stories} stories "
        f"in {built.candidates} articles."
    )
    output.done(f"Subject: {built.issue['subject']}")
    for reason in built.issue["decision"].get("reasons", []):
        output.warn(reason)
    output.done(f"Next: digest issue show {name}, digest issue preview {name}, digest issue approve {name}")


def preview(
    issue: str = ISSUE,
    out: str = typer.Option(
        "preview", "--out", metavar="FOLDER", help="Where issue.html, .txt and .mjml go."
    ),
    open_it: bool = typer.Option(False, "--open", help="Open it in the browser of this machine."),
    text: bool = typer.Option(False, "--text", help="Print the text part instead of writing files."),
) -> None:
    """Render the issue as it stands, into files."""
    from pathlib import Path

    from digest.actions.context import open_context
    from digest.actions.preview import preview as render_preview
    from digest.actions.preview import write_files
    from digest.cli import output

    with open_context() as context:
        shown = render_preview(context, issue)
    if text:
        output.done(shown.rendered.text)
        return
    files = write_files(shown, Path(out))
    output.done(f"{shown.name}: {', '.join(map(str, files))}")
    if open_it:
        import webbrowser

        webbrowser.open(files[0].resolve().as_uri())


def check(
    issue: str = ISSUE,
    online: bool = typer.Option(
        False, "--online", help="Also ask every link, and DNS for the sender's records."
    ),
    as_json: bool = JSON,
) -> None:
    """Check the issue before it goes: exit status 1 when something must be mended first."""
    from digest.actions.check import check as check_issue
    from digest.actions.context import open_context
    from digest.cli import output

    with open_context() as context:
        checked = check_issue(context, issue, online=online)
    if as_json:
        output.json(checked.to_json())
    else:
        for group in checked.grouped:
            first, more = group[0], len(group) - 1
            output.done(f"{first.severity.upper():<8} {first.rule}: {first.why}")
            output.done(f"{'':<8} {first.where}{f' and {more} more' if more else ''}. {first.mend}")
        output.done(checked.sentence)
    if checked.errors:
        if as_json:
            output.warn(checked.sentence)
        raise typer.Exit(1)


def approve(
    issue: str = ISSUE,
    by: str = typer.Option("", "--by", help="Whose word it is; your user name when not given."),
    override: list[str] = typer.Option(None, "--override", metavar="RULE", help="Approve despite this rule."),
    why: str = typer.Option("", "--why", help="Why the rules may be overridden; recorded."),
) -> None:
    """Give your word that the issue may go out as it is rendered now."""
    import getpass
    from datetime import UTC, datetime

    from digest.actions.context import open_context
    from digest.actions.publish import approve as approve_issue
    from digest.cli import output

    if override and not why:
        raise typer.BadParameter("--override needs --why, which is recorded.")
    person = by or getpass.getuser()
    with open_context() as context:
        name = approve_issue(context, issue, person, datetime.now(UTC), override=override or (), why=why)
    output.done(f"{name} is approved by {person}.")
    output.done("Next: digest issue send – or `digest run` sends it at its hour.")


def reopen(issue: str = ISSUE) -> None:
    """Take the approval back, so that the issue can be edited."""
    import getpass
    from datetime import UTC, datetime

    from digest.actions.context import open_context
    from digest.actions.planning import reopen as reopen_issue
    from digest.cli import output

    with open_context() as context:
        name = reopen_issue(context, issue, getpass.getuser(), datetime.now(UTC))
    output.done(f"{name} is a draft again.")
