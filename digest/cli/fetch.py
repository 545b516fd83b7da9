"""`digest fetch`: read the sources."""

import typer

app = typer.Typer(help="Read every source and keep what is new.")


@app.command()
def fetch(
    sources: list[str] = typer.Argument(
        None, metavar="[SOURCE]...", help="Only these, by number, name or address."
    ),
    as_json: bool = typer.Option(False, "--json", help="One JSON document."),
) -> None:
    """Visit every source at once. A source that fails is named and stops no other; then the exit status is 1."""
    from dataclasses import asdict
    from datetime import UTC, datetime

    from digest.actions.context import open_context
    from digest.actions.gather import Visit, gather
    from digest.cli import output

    with open_context() as context, output.progress("Reading sources") as step:

        def visited(visit: Visit) -> None:
            step(1, note=visit.source)

        gathered = gather(context, datetime.now(UTC), only=sources or (), progress=visited)
    if as_json:
        output.json([asdict(visit) | {"new": visit.new} for visit in gathered.visits])
    else:
        for visit in gathered.visits:
            for warning in visit.warnings:
                output.warn(f"{visit.source}: {warning}")
        read = len(gathered.visits) - len(gathered.failed)
        output.done(
            f"Read {read} of {len(gathered.visits)} {'source' if len(gathered.visits) == 1 else 'sources'}: "
            f"{gathered.new} new {'article' if gathered.new == 1 else 'articles'}, {gathered.changed} changed."
        )
    for visit in gathered.failed:
        output.warn(f"{visit.source} failed: {visit.error}")
    if gathered.failed:
        raise typer.Exit(1)
