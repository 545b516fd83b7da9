"""`digest demo`: the whole job on a bundled newsroom, through the program itself."""

from typing import TYPE_CHECKING, Any

import typer

if TYPE_CHECKING:
    from digest.demo.report import Report, Stage
    from digest.demo.run import Demo

app = typer.Typer(help="Run the whole job on a bundled newsroom, through a real local SMTP server.")


@app.command()
def demo(
    out: str = typer.Option(
        "demo-out", "--out", metavar="FOLDER", help="Where everything goes; an earlier demo is replaced."
    ),
    subscribers: int = typer.Option(
        200, "--subscribers", min=1, max=100_000, help="How many invented readers."
    ),
    as_json: bool = typer.Option(False, "--json", help="Print the report as JSON and stop."),
) -> None:
    """Publish a news site, read it, build an issue, send it, and show what arrived."""
    import signal
    from pathlib import Path

    from digest.cli import output
    from digest.demo.run import run_demo

    def stopped(number: int, frame: Any) -> None:
        raise KeyboardInterrupt

    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, stopped)  # so that child processes end with us
    with run_demo(Path(out), subscribers, _Shown(silent=as_json)) as done:
        if as_json:
            output.json(done.report.as_dict())
            return
        _tell(done.report)
        output.done(f"\nIn {out}/: issue.html, issue.txt, issue.mjml, inbox/*.eml and report.json;")
        output.done("work/ is the installation: try `digest issue explain` there.")
        if output.is_terminal():
            _serve_inbox(done)


class _Shown:
    """A line for each stage as it ends; on a terminal also for the one that runs."""

    def __init__(self, *, silent: bool) -> None:
        self._silent = silent

    def begins(self, label: str) -> None:
        from digest.cli import output

        if output.is_terminal() and not self._silent:
            print(f"… {label}", end="\r", flush=True)

    def ended(self, stage: "Stage") -> None:
        if not self._silent:
            print(f"{stage.seconds:5.1f} s  {stage.label:<24} {stage.note}", flush=True)


def _tell(report: "Report") -> None:
    from digest.cli import output

    figures = report.figures
    print()
    output.table(
        "What happened",
        ["What", "Figure#"],
        [
            *(
                (name.capitalize(), f"{figures[name]:,}")
                for name in ("articles", "stories", "items", "recipients", "accepted")
            ),
            ("Received and verified", f"{figures['received']:,}"),
            *((f"Seconds: {stage.label.lower()}", f"{stage.seconds:.1f}") for stage in report.stages),
            ("Seconds in all", f"{report.seconds:.1f}"),
        ],
    )


def _serve_inbox(done: "Demo") -> None:
    from digest.cli import output
    from digest.demo.inbox import inbox_app
    from digest.demo.lifetime import listen, serve
    from digest.demo.run import readers_pages

    listener = listen()
    with readers_pages(done):
        output.done(f"The inbox:  http://127.0.0.1:{listener.getsockname()[1]}/")
        output.done(f"The site:   {done.site}")
        output.done("Ctrl-C ends.")
        try:
            serve(inbox_app(done.folder.inbox), listener, child=False)
        except KeyboardInterrupt:
            pass
        finally:
            listener.close()
    output.done("\nThe demo is over; the folder stays.")
