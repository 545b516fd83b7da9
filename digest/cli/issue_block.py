"""`digest issue block`: what the editor puts between the items."""

import typer

from digest.cli.issue_make import ISSUE, JSON

app = typer.Typer(no_args_is_help=True, help="What stands between the items: notes, sponsors, events …")


@app.command("add")
def add(
    kind: str = typer.Argument(help="note, sponsor, event, poll, image or button."),
    after: int = typer.Option(..., "--after", metavar="N", help="The item it stands after."),
    issue: str = typer.Option("", "--issue", help="As in `digest issue show`; the latest when not given."),
    markdown: str = typer.Option("", "--markdown", help="Its text; `-` reads standard input."),
    title: str = typer.Option("", "--title", help="A heading, or the words on the button."),
    url: str = typer.Option("", "--url", help="Where it leads."),
    image_url: str = typer.Option("", "--image-url"),
    image_alt: str = typer.Option("", "--image-alt", help="What the picture shows."),
    sponsor: str = typer.Option("", "--sponsor", help="Who paid; it is always marked as sponsored."),
    when: str = typer.Option("", "--when", metavar="TIME", help="2026-12-03T19:00+04:00"),
    place: str = typer.Option("", "--place"),
) -> None:
    """Put a block after an item of a draft; it stays there through moves and rebuilds."""
    import getpass
    import sys
    from datetime import UTC, datetime

    from digest.actions.context import open_context
    from digest.actions.edit_blocks import add_block
    from digest.cli import output

    values = {
        "markdown": sys.stdin.read() if markdown == "-" else markdown,
        "title": title,
        "url": url,
        "image_url": image_url,
        "image_alt": image_alt,
        "sponsor": sponsor,
        "when": when,
        "place": place,
    }
    with open_context() as context:
        name, number = add_block(context, issue, kind, after, values, getpass.getuser(), datetime.now(UTC))
    output.done(f"{name} has block {number}, a {kind}, after item {after}.")


@app.command("list")
def list_blocks(issue: str = ISSUE, as_json: bool = JSON) -> None:
    """List the blocks of an issue."""
    from digest.actions.context import open_context
    from digest.cli import output
    from digest.issues import find_issue

    with open_context() as context, context.database.reading() as session:
        found = find_issue(session, issue)
        positions = {item.article_id: item.position for item in found.items if not item.dropped}
        rows = [block | {"after": positions.get(block["after"])} for block in found.blocks]
    if as_json:
        output.json(rows)
        return
    output.table(
        "Blocks",
        ["No#", "Kind", "After item#", "Words"],
        [
            (
                row["number"],
                row["kind"],
                row["after"] or "the end",
                row.get("title") or row.get("markdown") or row.get("image_alt"),
            )
            for row in rows
        ],
        empty="No blocks: digest issue block add note --after 1 --markdown …",
    )


@app.command("remove")
def remove(
    number: int = typer.Argument(help="The block, as `digest issue block list` numbers them."),
    issue: str = typer.Option("", "--issue", help="The latest when not given."),
) -> None:
    """Take a block out."""
    import getpass
    from datetime import UTC, datetime

    from digest.actions.context import open_context
    from digest.actions.edit_blocks import remove_block
    from digest.cli import output

    with open_context() as context:
        remove_block(context, issue, number, getpass.getuser(), datetime.now(UTC))
    output.done(f"Block {number} is gone.")
