"""`digest segment`: saved filters over subscribers."""

import typer

app = typer.Typer(no_args_is_help=True, help="Saved filters over a list.")
_JSON = typer.Option(False, "--json", help="For programs.")


@app.command("add")
def add(
    slug: str = typer.Argument(..., help="Its name in commands."),
    expression: str = typer.Argument(..., help="As 'topic:politics and lang:hy and joined<30d'."),
) -> None:
    """Keep a filter under a name."""
    from datetime import UTC, datetime

    from digest.actions.context import open_context
    from digest.cli import output
    from subscribers.segments.saved import add_segment

    with open_context() as context, context.database.writing() as session:
        add_segment(session, slug, expression, now=datetime.now(UTC))
    output.done(
        f"The segment {slug} is kept. See whom it finds with `digest segment test {slug} --list LIST`."
    )


@app.command("list")
def list_all(as_json: bool = _JSON) -> None:
    """Show every segment."""
    from digest.actions.context import open_context
    from digest.cli import output
    from subscribers.segments.saved import segments

    with open_context() as context, context.database.reading() as session:
        found = [
            {"segment": one.slug, "expression": one.expression, "created_at": one.created_at}
            for one in segments(session)
        ]
    if as_json:
        output.json_lines(found)
        return
    output.table(
        "Segments",
        ["Segment", "Expression"],
        [[one["segment"], one["expression"]] for one in found],
        empty="There is no segment yet. Add one with `digest segment add armenian lang:hy`.",
    )


@app.command("show")
def show(slug: str, as_json: bool = _JSON) -> None:
    """Show one segment."""
    from digest.actions.context import open_context
    from digest.cli import output
    from subscribers.segments.saved import find_segment

    with open_context() as context, context.database.reading() as session:
        found = find_segment(session, slug)
        facts = {"segment": found.slug, "expression": found.expression, "created_at": found.created_at}
    if as_json:
        output.json(facts)
    else:
        output.facts([(key.replace("_", " ").capitalize(), value) for key, value in facts.items()])


@app.command("test")
def try_out(
    segment: str = typer.Argument(..., help="A segment's name, or an expression."),
    list_slug: str = typer.Option(..., "--list", help="The list."),
    sample: int = typer.Option(10, "--sample", min=0, help="Show so many of them."),
    as_json: bool = _JSON,
) -> None:
    """Count whom a segment finds on a list, and show some of them."""
    from datetime import UTC, datetime

    from digest.actions.context import open_context
    from digest.cli import output
    from subscribers.addresses import shown
    from subscribers.lists import find_list
    from subscribers.segments.saved import condition, count_and_sample

    with open_context() as context, context.database.reading() as session:
        wanted = condition(session, segment, now=datetime.now(UTC))
        number, people = count_and_sample(session, find_list(session, list_slug).id, wanted, sample=sample)
        found = [(shown(one.address), one.name, one.language or "") for one in people]
    if as_json:
        output.json({"count": number, "sample": [address for address, _, _ in found]})
        return
    output.done(f"{number} people.")
    if found:
        output.table("", ["Address", "Name", "Language"], found)


@app.command("remove")
def remove(slug: str) -> None:
    """Forget a segment; the people stay."""
    from digest.actions.context import open_context
    from digest.cli import output
    from digest.issues import newsletters
    from digest.problem import Problem
    from subscribers.segments.saved import remove_segment

    with open_context() as context, context.database.writing() as session:
        used = [one.slug for one in newsletters.listed(session) if one.segment == slug]
        if used:
            raise Problem(
                f"The segment {slug!r} says who gets {', '.join(used)}.",
                f"Give it another first: digest newsletter edit {used[0]} --segment …",
            )
        remove_segment(session, slug)
    output.done(f"The segment {slug} is gone.")
