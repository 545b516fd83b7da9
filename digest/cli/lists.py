"""`digest list`: lists that people subscribe to."""

from typing import TYPE_CHECKING, Any

import typer

if TYPE_CHECKING:
    from subscribers.lists import Standing

app = typer.Typer(no_args_is_help=True, help="Lists that people subscribe to.")
_JSON = typer.Option(False, "--json", help="For programs.")
_WELCOME = "off|letter|issue"
_WELCOMES = "After the confirmation: nothing, a letter, or a letter with the last issue."


@app.command("add")
def add(
    slug: str = typer.Argument(..., help="Its name in commands and addresses, as weekly."),
    name: str = typer.Option("", "--name", help="Its name as people see it."),
    description: list[str] = typer.Option([], "--description", metavar="LANG=TEXT", help="May be repeated."),
    opt_in: str = typer.Option("double", "--opt-in", metavar="double|single"),
    private: bool = typer.Option(False, "--private", help="No public sign-up page."),
    welcome: str = typer.Option("off", "--welcome", metavar=_WELCOME, help=_WELCOMES),
    goodbye: bool = typer.Option(False, "--goodbye", help="Send a goodbye mail to those who leave."),
) -> None:
    """Add a list."""
    from datetime import UTC, datetime

    from digest.actions.context import open_context
    from digest.cli import output
    from subscribers.lists import add_list

    texts = dict(_pair(text) for text in description)
    with open_context() as context, context.database.writing() as session:
        add_list(
            session,
            slug,
            now=datetime.now(UTC),
            name=name,
            description=texts,
            opt_in=opt_in,
            public=not private,
            welcome=welcome,
            goodbye=goodbye,
        )
    output.done(f"The list {slug} is there. Bring people with `digest subscriber import FILE --list {slug}`.")


@app.command("edit")
def edit(
    slug: str = typer.Argument(..., help="Its name in commands and addresses."),
    name: str = typer.Option(None, "--name", help="Its name as people see it."),
    description: list[str] = typer.Option(
        [], "--description", metavar="LANG=TEXT", help="May be repeated; empty removes."
    ),
    opt_in: str = typer.Option(None, "--opt-in", metavar="double|single"),
    public: bool = typer.Option(
        None, "--public/--private", help="With a sign-up page and an archive, or not."
    ),
    welcome: str = typer.Option(None, "--welcome", metavar=_WELCOME, help=_WELCOMES),
    goodbye: bool = typer.Option(None, "--goodbye/--no-goodbye", help="A mail to those who leave, or not."),
) -> None:
    """Change what is given."""
    from digest.actions.context import open_context
    from digest.cli import output
    from subscribers.lists import edit_list, find_list

    given = {"name": name, "opt_in": opt_in, "public": public, "welcome": welcome, "goodbye": goodbye}
    values: dict[str, Any] = {key: value for key, value in given.items() if value is not None}
    texts = dict(_pair(text) for text in description)
    with open_context() as context, context.database.writing() as session:
        found = find_list(session, slug)
        if texts:
            merged = {**found.description, **texts}
            values["description"] = {language: text for language, text in merged.items() if text}
        edit_list(found, values)
    if values:
        output.done(f"Changed of {slug}: {', '.join(key.replace('_', '-') for key in values)}.")
    else:
        output.done(f"Nothing of {slug} was to be changed: name what, as in --welcome issue.")


@app.command("list")
def list_all(as_json: bool = _JSON) -> None:
    """Show every list with its members by state."""
    from digest.actions.context import open_context
    from digest.cli import output
    from subscribers.lists import standings

    with open_context() as context, context.database.reading() as session:
        found = [_facts(standing) for standing in standings(session)]
    if as_json:
        output.json_lines(found)
        return
    states = ("confirmed", "unconfirmed", "unsubscribed", "bounced", "complained")
    output.table(
        "Lists",
        ["List", "Name", *(f"{state}#" for state in states)],
        [[one["list"], one["name"], *(one["members"].get(state, 0) for state in states)] for one in found],
        empty="There is no list yet. Add one with `digest list add weekly`.",
    )


@app.command("show")
def show(slug: str, as_json: bool = _JSON) -> None:
    """Show one list."""
    from digest.actions.context import open_context
    from digest.cli import output
    from subscribers.lists import standings

    with open_context() as context, context.database.reading() as session:
        (standing,) = standings(session, slug)
        found = _facts(standing)
    if as_json:
        output.json(found)
        return
    members = found.pop("members")
    descriptions = found.pop("description")
    output.facts(
        [(key.replace("_", " ").capitalize(), value) for key, value in found.items()]
        + [(f"Description ({language})", text) for language, text in descriptions.items()]
        + [(state.capitalize(), number) for state, number in members.items()]
    )


@app.command("snippet")
def snippet(
    slug: str,
    language: str = typer.Option("", "--language", metavar="TAG", help="Instead of the newsletter's."),
    thanks: str = typer.Option("", "--thanks", metavar="URL", help="Where the form leads afterwards."),
) -> None:
    """Print the HTML of a sign-up form for another site."""
    from digest.actions.context import open_context
    from digest.actions.snippet import snippet as form

    with open_context() as context:
        typer.echo(form(context, slug, language, thanks), nl=False)


@app.command("remove")
def remove(slug: str, force: bool = typer.Option(False, "--force", help="Even if it has members.")) -> None:
    """Remove a list with its memberships."""
    from digest.actions.context import open_context
    from digest.cli import output
    from subscribers.lists import remove_list

    with open_context() as context, context.database.writing() as session:
        members = remove_list(session, slug, force=force)
    output.done(f"The list {slug} is gone, with {members} memberships.")


def _pair(text: str) -> tuple[str, str]:
    key, equals, value = text.partition("=")
    if not equals or not key:
        raise typer.BadParameter(f"{text!r} is not LANG=TEXT, as in hy=Շաբաթաթերթ")
    return key, value


def _facts(standing: "Standing") -> dict[str, Any]:
    from subscribers.lists import welcome_of

    found = standing.list
    return {
        "list": found.slug,
        "name": found.name,
        "opt_in": found.opt_in,
        "public": found.public,
        "welcome": welcome_of(found),
        "goodbye": found.goodbye,
        "description": found.description,
        "created_at": found.created_at,
        "members": {str(state): number for state, number in sorted(standing.counts.items())},
    }
