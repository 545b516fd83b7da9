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
    move: int = typer.Option(None, "--move", metavar="PLACE", help="Move the item to this place."),
    pin: bool = typer.Option(None, "--pin/--unpin"),
    drop: bool = typer.Option(False, "--drop", help="Take the item out."),
    release: str = typer.Option(None, "--release", metavar="FIELD", help="Give a field back to the program."),
    restore: int = typer.Option(None, "--restore", metavar="ARTICLE", help="Put a dropped article back."),
) -> None:
    """Change a draft. All that is given happens together or not at all, and survives a rebuild."""
    import sys

    from digest.actions.context import open_context
    from digest.cli import output
    from digest.issues import editing, find_issue
    from digest.issues.finding import name_of

    def text(value: str) -> str:
        return sys.stdin.read().strip() if value == "-" else value

    about_item = (headline, summary, section, move, pin, release)
    if item is None and (drop or any(value is not None for value in about_item)):
        raise typer.BadParameter("say which item with --item N; `digest issue show` numbers them.")
    done: list[str] = []
    with open_context() as context, context.database.writing() as session:
        found = find_issue(session, issue)
        if subject is not None:
            editing.set_subject(session, found, subject)
            done.append(f"subject: {found.subject}")
        if preheader is not None:
            editing.set_preheader(session, found, preheader)
            done.append(f"preheader: {found.preheader}")
        if intro is not None:
            editing.set_intro(session, found, text(intro))
            done.append("intro")
        if item is not None:
            if headline is not None:
                done.append(
                    f"headline of {item}: {editing.set_headline(session, found, item, headline).headline}"
                )
            if summary is not None:
                editing.set_summary(session, found, item, text(summary))
                done.append(f"summary of {item}")
            if section is not None:
                editing.set_section(session, found, item, section)
                done.append(f"section of {item}: {section or 'none'}")
            if pin is not None:
                editing.set_pinned(session, found, item, pin)
                done.append(f"{item} {'pinned' if pin else 'not pinned'}")
            if release is not None:
                editing.release(session, found, item, release)
                done.append(f"{release} of {item} is the program's again")
            if drop:
                done.append(f"dropped: {editing.drop(session, found, item).headline}")
            elif move is not None:
                editing.move(session, found, item, move)
                done.append(f"{item} moved to {move}")
        if restore is not None:
            done.append(f"restored: {editing.restore(session, found, restore).headline}")
        name = name_of(found)
    if not done:
        raise typer.BadParameter("nothing to change was given; see `digest issue edit --help`.")
    output.done(f"{name} – {'; '.join(done)}.")
