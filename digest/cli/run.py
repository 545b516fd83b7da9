"""`digest run`: scheduler, sender and pages in one process, the embedded default."""

from pathlib import Path

import typer

app = typer.Typer(help="Scheduler, sender and web pages in one process.")
LOG = typer.Option("", "--log", metavar="FILE", help="Log what did not simply leave, hashed addresses.")
LOG_ADDRESSES = typer.Option(False, "--log-addresses", help="Log the addresses themselves.")


@app.command()
def run(
    once: bool = typer.Option(False, "--once", help="Deal with what is due now, send it, and end: for cron."),
    web: bool = typer.Option(True, "--web/--no-web", help="Serve the pages too."),
    log: str = LOG,
    addresses: bool = LOG_ADDRESSES,
) -> None:
    """Keep the schedules: build, send what may go, serve the pages. Ctrl-C finishes what is in flight."""
    from digest.actions.context import open_context
    from digest.actions.logs import logged
    from digest.actions.run import Runner
    from digest.cli import output

    with (
        open_context() as context,
        logged(context.signer, Path(log) if log else None, addresses=addresses),
    ):
        runner = Runner(context, lambda sentence: output.done(sentence))
        if once:
            runner.once()
            return
        runner.forever("digest.web.app:create_app" if web else None)
    output.done("Stopped; what was in flight is recorded.")
