"""`digest issue edit`: the editor's hand in a draft."""

import typer

from digest.cli.issue_make import ISSUE


def edit(
    issue: str = ISSUE,
    subject: str = typer.Option(None, "--subject", help="Empty takes the program's proposal again."),
    preheader: str = typer.Option(None, "--preheader"),
    intro: str = typer.Option(None, "--intro", help="Opening words in Markdown; `-` reads standard input."),
    item: int = typer.Option(None, "--item", metavar="N", help="The item that the options below are about."),
    headline: str = typer.Option(None, "--headline"),
    summary: str = typer.Option(None, "--summary", help="`-` reads standard input."),
    section: str = typer.Option(None, "--section"),
    language: str = typer.Option(
        "", "--in", metavar="LANGUAGE", help="Headline and summary are those of its version in this language."
    ),
    move: int = typer.Option(None, "--move", metavar="PLACE", help="Move the item to this place."),
    pin: bool = typer.Option(None, "--pin/--unpin"),
    drop: bool = typer.Option(False, "--drop", help="Take the item out."),
    release: str = typer.Option(None, "--release", metavar="FIELD", help="Give a field back to the program."),
    restore: int = typer.Option(None, "--restore", metavar="ARTICLE", help="Put a dropped article back."),
    add: int = typer.Option(None, "--add", metavar="ARTICLE", help="Put a candidate in that was left out."),
    by: str = typer.Option("", "--by", help="Who changes it; your user name when not given."),
) -> None:
    """Change a draft. All that is given happens together or not at all, and survives a rebuild."""
    import getpass
    import sys
    from datetime import UTC, datetime

    from digest.actions.context import open_context
    from digest.actions.edit import Edit
    from digest.actions.edit import edit as edit_issue
    from digest.cli import output

    def text(value: str | None) -> str | None:
        return sys.stdin.read().strip() if value == "-" else value

    about_item = (headline, summary, section, move, pin, release)
    if item is None and (drop or any(value is not None for value in about_item)):
        raise typer.BadParameter("say which item with --item N; `digest issue show` numbers them.")
    wish = Edit(
        subject=subject,
        preheader=preheader,
        intro=text(intro),
        item=item,
        headline=headline,
        summary=text(summary),
        section=section,
        language=language,
        move=move,
        pin=pin,
        drop=drop,
        release=(release,) if release is not None else (),
        restore=restore,
        add=add,
    )
    with open_context() as context:
        edited = edit_issue(context, issue, wish, by or getpass.getuser(), datetime.now(UTC))
    if not edited.done:
        raise typer.BadParameter("nothing to change was given; see `digest issue edit --help`.")
    output.done(edited.sentence)
