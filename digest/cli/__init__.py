"""The command line: one file per noun. `digest --help` loads none of what the commands need."""

import importlib
import sys
from collections.abc import Mapping
from typing import Any

import typer
from typer.core import TyperGroup

NOUNS: Mapping[str, tuple[str, str]] = {
    "init": ("init", "Set up an installation in this folder, from a site's address."),
    "demo": ("demo", "Run the whole job on a bundled newsroom, through a real local SMTP server."),
    "fetch": ("fetch", "Read every source and keep what is new."),
    "source": ("source", "Where articles come from: feeds, pages, folders."),
    "article": ("article", "Articles as read, and the steps that make them."),
    "newsletter": ("newsletter", "Recurring publications and how they look."),
    "theme": ("theme", "Your own themes: start one, check one."),
    "issue": ("issue", "Editions: build, correct, approve, send."),
    "schedule": ("schedule", "When a newsletter leaves."),
    "list": ("lists", "Lists that people subscribe to."),
    "subscriber": ("subscriber", "People: add, import, export, unsubscribe."),
    "segment": ("segment", "Saved filters over a list."),
    "editor": ("editor", "Who works at the desk: add, list, remove, link."),
    "outbox": ("outbox", "What was handed over for sending, and what became of it."),
    "token": ("token", "Tokens of the API: add, list, remove."),
    "webhook": ("webhook", "Other programs that are told what happens."),
    "run": ("run", "Scheduler, sender and web pages in one process."),
    "serve": ("serve", "The web pages alone."),
    "worker": ("worker", "The sender alone, on as many machines as needed."),
    "db": ("db", "The database: upgrade, back up."),
    "doctor": ("doctor", "Check settings, database, relay, disk and clock."),
}


class _Nouns(TyperGroup):
    """Loads a noun's file only when that noun is used, so starting costs next to nothing."""

    def list_commands(self, ctx: Any) -> list[str]:
        return list(NOUNS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        if cmd_name not in NOUNS:
            return None
        module, help_text = NOUNS[cmd_name]
        if _help_only(ctx):
            return _command(_stub(help_text), cmd_name)
        return _command(importlib.import_module(f"digest.cli.{module}").app, cmd_name)


def _command(noun: typer.Typer, name: str) -> Any:
    noun.rich_markup_mode = None  # drawing help with rich costs 0.3 s
    noun._add_completion = False  # a noun of one command would list options about its shell
    command = typer.main.get_command(noun)
    command.name = name
    return command


def _help_only(ctx: Any) -> bool:
    return len(sys.argv) < 2 or sys.argv[1] in ("--help", "-h")


def _stub(help_text: str) -> typer.Typer:
    stub = typer.Typer(help=help_text)

    @stub.command(help=help_text)
    def _listed() -> None: ...

    return stub


app = typer.Typer(
    cls=_Nouns,
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="Digest: recent articles, chosen, summarized, composed and sent to a list you own.",
)


@app.callback(invoke_without_command=True)
def _program(
    version: bool = typer.Option(False, "--version", help="Print the version and stop."),
    config: str = typer.Option("", "--config", metavar="FILE", help="Settings file (default digest.toml)."),
) -> None:
    if version:
        from digest import __version__

        print(f"digest {__version__}")
        raise typer.Exit
    if config:
        import os

        os.environ["DIGEST_CONFIG"] = config


def main() -> None:
    """Run the program. A person's mistake is one sentence on standard error and exit status 1."""
    from digest.problem import Problem

    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    try:
        app()
    except Problem as problem:
        print(f"Error: {problem}", file=sys.stderr)
        sys.exit(1)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(1)
    except KeyboardInterrupt:
        print("Stopped.", file=sys.stderr)
        sys.exit(130)
    except Exception as error:
        trouble = _of_the_database(error)
        if trouble is None:
            raise
        print(f"Error: {trouble}", file=sys.stderr)
        sys.exit(1)


def _of_the_database(error: Exception) -> Exception | None:
    """A full disk, a lock, a server that is gone, in words; None for anything else."""
    if "sqlalchemy" not in sys.modules:
        return None
    from store.trouble import explained

    return explained(error)
