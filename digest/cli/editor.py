"""`digest editor`: who works at the desk."""

import typer

app = typer.Typer(no_args_is_help=True, help="Who works at the desk.")

_JSON = typer.Option(False, "--json", help="One JSON document.")


@app.command("add")
def add(
    name: str = typer.Argument(help="As colleagues know the person."),
    address: str = typer.Argument(help="Links to sign in go there."),
    viewer: bool = typer.Option(False, "--viewer", help="May look at everything and change nothing."),
) -> None:
    """Let somebody in at the desk."""
    from datetime import UTC, datetime

    from digest.access import editors
    from digest.access.tables import Role
    from digest.actions.context import open_context
    from digest.cli import output

    with open_context() as context, context.database.writing() as session:
        role = Role.VIEWER if viewer else Role.EDITOR
        editor = editors.add(session, name, address, datetime.now(UTC), role)
        sentence = f"{editor.name} <{editor.address}> is {'a viewer' if viewer else 'an editor'} now."
        page = f"{context.settings.public_url}/desk"
        to = editor.address
    output.done(sentence)
    output.done(f"Next: they open {page} and ask for a link, or you print one: digest editor link {to}")


@app.command("list")
def list_editors(as_json: bool = _JSON) -> None:
    """List who may come in."""
    from digest.access import editors
    from digest.actions.context import open_context
    from digest.cli import output

    with open_context() as context, context.database.reading() as session:
        rows = [
            {"name": one.name, "address": one.address, "role": str(one.role), "since": one.created_at}
            for one in editors.listed(session)
        ]
    if as_json:
        output.json(rows)
        return
    output.table(
        "Editors",
        ["Name", "Address", "May", "Since"],
        [
            (
                one["name"],
                one["address"],
                "look" if one["role"] == "viewer" else "edit",
                f"{one['since']:%Y-%m-%d}",
            )
            for one in rows
        ],
        empty="Nobody may come in yet: digest editor add NAME ADDRESS.",
    )


@app.command("remove")
def remove(address: str = typer.Argument(help="The person's address.")) -> None:
    """Let somebody in no more; whatever they have open is closed at their next click."""
    from digest.access import editors
    from digest.actions.context import open_context
    from digest.cli import output

    with open_context() as context, context.database.writing() as session:
        signature = editors.remove(session, address).signature
    output.done(f"{signature} comes in no more. What they did keeps their name.")


@app.command("link")
def link(address: str = typer.Argument(help="The person's address.")) -> None:
    """Print a link that signs this person in, once, within fifteen minutes."""
    from datetime import UTC, datetime

    from digest.actions.context import open_context
    from digest.actions.sign_in import link as make_link
    from digest.cli import output

    with open_context() as context:
        output.done(make_link(context, address, datetime.now(UTC)))
