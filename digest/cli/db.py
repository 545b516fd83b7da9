"""`digest db`: the database's own commands."""

import typer

app = typer.Typer(no_args_is_help=True, help="The database: upgrade, back up.")


@app.command("upgrade")
def upgrade() -> None:
    """Bring the database to this program's version, in one transaction."""
    from digest.actions.context import open_context
    from digest.cli import output
    from digest.migrations import upgrade as migrate

    with open_context(migrated=False) as context:
        before, after = migrate(context.database)
    if before == after:
        output.done(f"The database is at version {after} already.")
    else:
        output.done(f"The database went from {before or 'empty'} to version {after}.")


@app.command("version")
def version(as_json: bool = typer.Option(False, "--json", help="One JSON document.")) -> None:
    """Show the database's version and the program's."""
    from digest.actions.context import open_context
    from digest.cli import output
    from digest.migrations import known_versions
    from digest.migrations import version as read_version

    with open_context(migrated=False) as context:
        at = read_version(context.database)
        kind = context.database.engine.dialect.name
    facts = {"kind": kind, "version": at, "program": known_versions()[-1]}
    if as_json:
        output.json(facts)
    else:
        output.facts([("Kind", kind), ("Version", at or "empty"), ("Program", facts["program"])])


@app.command("backup")
def backup(
    file: str = typer.Argument(metavar="FILE", help="A new file, as in backup-2026-11-24.sqlite3."),
) -> None:
    """Copy a SQLite database while everything runs; the copy is whole, or not there."""
    from pathlib import Path

    from digest.actions.context import open_context
    from digest.cli import output
    from store.backup import back_up

    with open_context(migrated=False) as context:
        size = back_up(context.database, Path(file))
    output.done(f"{file} holds a copy of the database, {size / 1e6:,.1f} MB.")
