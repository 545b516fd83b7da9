"""`digest source`: where articles come from."""

from typing import TYPE_CHECKING, Any

import typer

if TYPE_CHECKING:
    from digest.sources.tables import Source

app = typer.Typer(no_args_is_help=True, help="Where articles come from: feeds, pages, folders.")

KINDS = "feed, page, folder, wordpress or sitemap"
_JSON = typer.Option(False, "--json", help="One JSON document.")
_KEY = typer.Argument(metavar="SOURCE", help="Its number, name or address.")


@app.command("add")
def add(
    address: str = typer.Argument(help="A feed, a site, a page, or a folder of files."),
    kind: str = typer.Option("", "--kind", help=f"{KINDS}; found out when not given."),
    name: str = typer.Option("", "--name", help="What readers know it by; its own title when not given."),
    weight: float = typer.Option(1.0, "--weight", help="Scales the scores of its articles."),
    language: str = typer.Option("", "--language", help="Of articles that do not say: en, hy, pt-BR."),
    section: str = typer.Option("", "--section", help="Of articles that name none."),
) -> None:
    """Look at an address and keep it as a source."""
    import asyncio
    from datetime import UTC, datetime

    from digest.actions.context import open_context
    from digest.actions.reading import fetcher_for
    from digest.cli import output
    from digest.sources import queries
    from digest.sources.examine import Examined, examine
    from digest.sources.tables import SourceKind

    with open_context() as context:

        async def look() -> Examined:
            async with fetcher_for(context.settings) as fetcher:
                wanted = SourceKind(_known(kind)) if kind else None
                return await examine(address, fetcher, wanted)

        found = asyncio.run(look())
        with context.database.writing() as session:
            source = queries.add(
                session,
                kind=found.kind,
                url=found.url,
                name=name or found.name,
                now=datetime.now(UTC),
                weight=weight,
                language=language or found.language,
                section=section or None,
            )
            sentence = f"Added {source.name!r} ({source.kind}, {source.url}) as source {source.id}."
    output.done(sentence)
    output.done("`digest fetch` reads it.")


@app.command("list")
def list_sources(as_json: bool = _JSON) -> None:
    """Show every source and how its last visit went."""
    from digest.actions.context import open_context
    from digest.cli import output
    from digest.sources import queries

    with open_context() as context, context.database.reading() as session:
        rows = [_facts(source) for source in queries.all_sources(session)]
    if as_json:
        output.json(rows)
        return
    output.table(
        "Sources",
        ["No#", "Name", "Kind", "Language", "Weight#", "Last read", "State", "Address"],
        [
            (
                row["id"],
                row["name"],
                row["kind"],
                row["language"],
                f"{row['weight']:g}",
                _minute(row["fetched_at"]),
                row["state"],
                row["url"],
            )
            for row in rows
        ],
        empty="There is no source yet; `digest source add URL` adds one.",
    )


@app.command("show")
def show(key: str = _KEY, as_json: bool = _JSON) -> None:
    """Show one source with all that is known of it."""
    from digest.actions.context import open_context
    from digest.cli import output
    from digest.sources import queries

    with open_context() as context, context.database.reading() as session:
        facts = _facts(queries.get(session, key))
    if as_json:
        output.json(facts)
        return
    output.facts(
        (label.replace("_", " ").capitalize(), _minute(value) if label.endswith("_at") else value)
        for label, value in facts.items()
    )


@app.command("remove")
def remove(key: str = _KEY) -> None:
    """Forget a source; its articles stay."""
    from digest.actions.context import open_context
    from digest.cli import output
    from digest.sources import queries

    with open_context() as context, context.database.writing() as session:
        source = queries.remove(session, key)
    output.done(f"Removed {source.name!r}; its articles stay.")


@app.command("pause")
def pause(key: str = _KEY) -> None:
    """Leave a source out of every fetch."""
    from digest.actions.context import open_context
    from digest.cli import output
    from digest.sources import queries

    with open_context() as context, context.database.writing() as session:
        source = queries.pause(session, key)
    output.done(f"{source.name!r} is paused; `digest source resume {source.id}` goes on.")


@app.command("resume")
def resume(key: str = _KEY) -> None:
    """Fetch a paused source again."""
    from digest.actions.context import open_context
    from digest.cli import output
    from digest.sources import queries

    with open_context() as context, context.database.writing() as session:
        source = queries.resume(session, key)
    output.done(f"{source.name!r} is read again.")


@app.command("read")
def read(
    address: str = typer.Argument(help="A feed, a site, a page, or a folder; or a stored source's name."),
    kind: str = typer.Option("", "--kind", help=f"{KINDS}; found out when not given."),
    as_json: bool = _JSON,
) -> None:
    """Print what a feed, page or folder gives, and store nothing."""
    import asyncio
    from dataclasses import replace
    from datetime import UTC, datetime

    from digest.actions.context import open_context
    from digest.actions.reading import fetcher_for
    from digest.cli import output
    from digest.sources import queries
    from digest.sources.examine import examine
    from digest.sources.read import Reading, SourceFacts, facts, read_source
    from digest.sources.tables import SourceKind

    with open_context() as context:
        with context.database.reading() as session:
            try:
                stored = facts(queries.get(session, address))
            except queries.NoSuchSource:
                stored = None

        async def look() -> Reading:
            async with fetcher_for(context.settings) as fetcher:
                if stored is not None:
                    source = replace(stored, etag=None, last_modified=None)
                else:
                    found = await examine(address, fetcher, SourceKind(_known(kind)) if kind else None)
                    source = SourceFacts(found.kind, found.url, found.language)
                return await read_source(source, fetcher, datetime.now(UTC))

        reading = asyncio.run(look())
    for warning in reading.warnings:
        output.warn(warning)
    if as_json:
        output.json([_entry(entry) for entry in reading.entries])
        return
    output.table(
        reading.title,
        ["Published", "Title", "Author", "Language", "Characters#", "Image", "Address"],
        [
            (
                _minute(entry.published),
                entry.title,
                entry.author,
                entry.language,
                len(entry.html or entry.text or entry.summary or "") or len(entry.document or b""),
                "yes" if entry.image else "",
                entry.url,
            )
            for entry in reading.entries
        ],
        empty="Nothing recent is there.",
    )


def _known(kind: str) -> str:
    from digest.sources.tables import SourceKind

    if kind not in list(SourceKind):
        raise typer.BadParameter(f"{kind!r} is not a kind of source; use {KINDS}.", param_hint="--kind")
    return kind


def _minute(moment: Any) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC" if moment else ""


def _facts(source: "Source") -> dict[str, Any]:
    state = "paused" if source.paused else f"failing: {source.error}" if source.error else "good"
    return {
        "id": source.id,
        "name": source.name,
        "kind": str(source.kind),
        "url": source.url,
        "weight": source.weight,
        "language": source.language,
        "section": source.section,
        "state": state if source.fetched_at or source.error or source.paused else "not read yet",
        "fetched_at": source.fetched_at,
        "failed_at": source.failed_at,
        "failures": source.failures,
        "created_at": source.created_at,
    }


def _entry(entry: Any) -> dict[str, Any]:
    from dataclasses import asdict

    return {name: value for name, value in asdict(entry).items() if name not in ("document", "charset")}
