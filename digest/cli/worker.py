"""`digest worker`: the sender alone, on as many machines as one PostgreSQL database is reached from."""

from pathlib import Path

import typer

from digest.cli.run import LOG, LOG_ADDRESSES

app = typer.Typer(help="The sender alone, on as many machines as needed.")


@app.command()
def worker(
    log: str = LOG,
    addresses: bool = LOG_ADDRESSES,
) -> None:
    """Send what is due, beside a `digest run` that keeps the schedules. Ctrl-C finishes what is in flight."""
    from digest.actions.context import open_context
    from digest.actions.logs import logged
    from digest.actions.run import Runner
    from digest.cli import output

    with (
        open_context() as context,
        logged(context.signer, Path(log) if log else None, addresses=addresses),
    ):
        Runner(context, lambda sentence: output.done(sentence)).forever(None, schedule=False)
    output.done("Stopped; what was in flight is recorded.")
