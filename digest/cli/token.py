"""`digest token`: what programs use the API with."""

from typing import Any

import typer

app = typer.Typer(no_args_is_help=True, help="Tokens of the API: add, list, remove.")
_JSON = typer.Option(False, "--json", help="For programs.")


@app.command("add")
def add(
    name: str = typer.Argument(..., help="Whose it is, as website."),
    scopes: list[str] = typer.Option(
        ..., "--scope", help="What it may do, as subscribers:write. May be repeated."
    ),
    per_minute: int = typer.Option(600, "--per-minute", min=1, max=100_000, help="Requests a minute."),
    as_json: bool = _JSON,
) -> None:
    """Make a token and print its secret, this once."""
    from datetime import UTC, datetime

    from digest.access import tokens
    from digest.actions.context import open_context
    from digest.cli import output

    with open_context() as context, context.database.writing() as session:
        secret = tokens.add(session, name, scopes, now=datetime.now(UTC), per_minute=per_minute)
    if as_json:
        output.json({"name": name, "scopes": sorted(set(scopes)), "per_minute": per_minute, "token": secret})
        return
    output.done(secret)
    output.warn("this is shown once. Send it as `Authorization: Bearer …`; see docs/api.md.")


@app.command("list")
def list_all(as_json: bool = _JSON) -> None:
    """Show every token, what it may do and when it was last used."""
    from digest.access import tokens
    from digest.actions.context import open_context
    from digest.cli import output

    with open_context() as context, context.database.reading() as session:
        found: list[dict[str, Any]] = [
            {
                "name": one.name,
                "scopes": one.scopes,
                "per_minute": one.per_minute,
                "created_at": one.created_at,
                "last_used_at": one.last_used_at,
            }
            for one in tokens.listed(session)
        ]
    if as_json:
        output.json_lines(found)
        return
    output.table(
        "Tokens",
        ["Token", "Scopes", "A minute#", "Made", "Last used"],
        [
            [
                one["name"],
                ", ".join(one["scopes"]),
                one["per_minute"],
                f"{one['created_at']:%Y-%m-%d}",
                f"{one['last_used_at']:%Y-%m-%d %H:%M} UTC" if one["last_used_at"] else "never",
            ]
            for one in found
        ],
        empty="There is no token yet. Make one with `digest token add website --scope subscribers:write`.",
    )


@app.command("remove")
def remove(name: str) -> None:
    """Take a token back: it is refused from the next request on."""
    from digest.access import tokens
    from digest.actions.context import open_context
    from digest.cli import output

    with open_context() as context, context.database.writing() as session:
        tokens.remove(session, name)
    output.done(f"The token {name} is refused from now on.")
