"""`digest doctor`: is everything as it must be?"""

import typer

app = typer.Typer(help="Check settings, database, relay, disk and clock.")


@app.command()
def doctor(as_json: bool = typer.Option(False, "--json", help="One JSON document.")) -> None:
    """Look at every part that sending depends on; exit status 1 when one is not well."""
    from dataclasses import asdict

    from digest.actions.context import open_context
    from digest.actions.doctor import examine
    from digest.cli import output

    with open_context(migrated=False) as context:
        signs = examine(context)
    if as_json:
        output.json([asdict(sign) for sign in signs])
    else:
        width = max(len(sign.part) for sign in signs)
        for sign in signs:
            output.done(f"{'ok' if sign.well else 'NOT WELL':<8} {sign.part:<{width}}  {sign.words}")
    if not all(sign.well for sign in signs):
        raise typer.Exit(1)
