"""`digest theme`: themes of your own."""

from pathlib import Path

import typer

app = typer.Typer(no_args_is_help=True, help="Your own themes: start one, check one.")


@app.command("new")
def new(
    name: str = typer.Argument(help="The theme's name: small letters, digits, hyphens."),
    start: str = typer.Option("classic", "--from", help="The bundled theme to start from."),
    folder: Path | None = typer.Option(
        None, "--folder", help="Where own themes lie (default: `templates` of digest.toml, else ./themes)."
    ),
) -> None:
    """Start a theme of your own as a copy of a bundled one."""
    from digest.cli import output
    from digest.rendering.own_themes import start_theme

    settled = folder or _own_themes()
    made = start_theme(settled or Path("themes"), name, start)
    output.done(f"Made {made} from the theme {start!r}. Edit it, then: digest theme check {made}")
    if settled is None:
        output.done('To use it, write into digest.toml: templates = "themes"')


@app.command("check")
def check(
    which: str = typer.Argument(metavar="NAME|FOLDER", help="A theme's name, or the folder it lies in."),
    as_json: bool = typer.Option(False, "--json", help="One JSON object a finding, a line each."),
) -> None:
    """Render a theme on hard issues in three scripts and say what is wrong; exit 1 on an error."""
    from dataclasses import asdict

    from digest.cli import output
    from digest.rendering import theme
    from digest.rendering.own_themes import check_theme, theme_in
    from digest.rendering.preflight import Severity

    checked = theme_in(Path(which)) if Path(which).is_dir() else theme(which, own=_own_themes())
    findings = check_theme(checked)
    if as_json:
        output.json_lines(asdict(finding) for finding in findings)
    elif findings:
        rows = [(one.severity, one.rule, one.where, one.why, one.mend) for one in findings]
        output.table(f"Theme {checked.name}", ("severity", "rule", "where", "why", "mend"), rows)
    else:
        output.done(f"The theme {checked.name!r} is in order.")
    if any(finding.severity is Severity.ERROR for finding in findings):
        raise typer.Exit(1)


def _own_themes() -> Path | None:
    """The folder of own themes where there is an installation here; a theme needs none to be checked."""
    from digest.settings import SettingsError, load

    try:
        return load().own_themes
    except SettingsError:
        return None
