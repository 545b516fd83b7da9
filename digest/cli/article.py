"""`digest article`: articles as stored, and the steps that make them on files or standard input."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from digest.cli.article_steps import cluster, extract, for_people, read
from digest.cli.summarize import summarize

if TYPE_CHECKING:
    from digest.articles.extracted import Extracted
    from digest.articles.tables import Article

app = typer.Typer(no_args_is_help=True, help="Articles as read, and the steps that make them.")
app.command("extract")(extract)
app.command("summarize")(summarize)
app.command("cluster")(cluster)

_JSON = typer.Option(False, "--json", help="For programs.")
_KEY = typer.Argument(metavar="ARTICLE", help="Its number or address.")


@app.command("add")
def add(
    what: str = typer.Argument(metavar="URL|FILE", help="The article's address, or a file that holds it."),
    url: str = typer.Option("", "--url", help="The address of an article that comes from a file."),
) -> None:
    """Fetch or read one article and keep it."""
    from datetime import UTC, datetime

    from digest.actions.context import open_context
    from digest.articles import queries
    from digest.articles.grouping import group
    from digest.cli import output

    now = datetime.now(UTC)
    with open_context() as context:
        if what.lower().startswith(("http://", "https://")):
            found, where = _fetched(what, context.settings), what
        else:
            path = Path(what)
            found, where = read(what, url or None), url or path.resolve().as_uri()
        with context.database.writing() as session:
            stored = queries.keep(session, found, now=now, url=where)
            if stored.outcome is queries.Kept.NEW:
                group(session, [stored.article.id], now=now)
            number, title = stored.article.id, stored.article.title
    said = {"new": "Added", "changed": "Updated", "same": "Nothing changed in"}[stored.outcome]
    output.done(
        f"{said} article {number}, {title!r} ({found.language or 'language unknown'}, "
        f"{len(found.paragraphs)} {'paragraph' if len(found.paragraphs) == 1 else 'paragraphs'})."
    )


@app.command("list")
def list_articles(
    limit: int = typer.Option(50, "--limit", min=1, help="At most so many."),
    search: str = typer.Option("", "--search", help="In titles and bylines."),
    language: str = typer.Option("", "--language", help="Only this language."),
    as_json: bool = _JSON,
) -> None:
    """Show stored articles, the newest first."""
    from digest.actions.context import open_context
    from digest.articles import queries
    from digest.cli import output

    with open_context() as context, context.database.reading() as session:
        rows = [
            _facts(article)
            for article in queries.newest(session, limit=limit, search=search, language=language or None)
        ]
    if as_json:
        output.json_lines({name: value for name, value in row.items() if name != "text"} for row in rows)
        return
    output.table(
        "Articles",
        ["No#", "Published", "Title", "Byline", "Language", "Words#", "State"],
        [
            (
                row["id"],
                f"{row['published']:%Y-%m-%d %H:%M}",
                row["title"],
                row["byline"],
                row["language"],
                row["words"],
                row["state"],
            )
            for row in rows
        ],
        empty="There is no article yet; `digest fetch` reads the sources.",
    )


@app.command("show")
def show(key: str = _KEY, as_json: bool = _JSON) -> None:
    """Show one article with its text."""
    from digest.actions.context import open_context
    from digest.articles import queries
    from digest.cli import output

    with open_context() as context, context.database.reading() as session:
        facts = _facts(queries.find(session, key))
    if as_json:
        output.json(facts)
        return
    text = facts.pop("text")
    output.facts((name.replace("_", " ").capitalize(), for_people(value)) for name, value in facts.items())
    print(f"\n{text}")


@app.command("pin")
def pin(key: str = _KEY, off: bool = typer.Option(False, "--off", help="Take the pin back.")) -> None:
    """Put an article first in every issue it can be in."""
    from digest.actions.context import open_context
    from digest.articles import queries
    from digest.cli import output

    with open_context() as context, context.database.writing() as session:
        article = queries.pin(session, key, not off)
    output.done(f"{article.title!r} is {'no longer pinned' if off else 'pinned'}.")


@app.command("drop")
def drop(key: str = _KEY, off: bool = typer.Option(False, "--off", help="Let it in again.")) -> None:
    """Keep an article out of every issue."""
    from digest.actions.context import open_context
    from digest.articles import queries
    from digest.cli import output

    with open_context() as context, context.database.writing() as session:
        article = queries.drop(session, key, not off)
    output.done(f"{article.title!r} is {'let in again' if off else 'kept out of every issue'}.")


@app.command("changes")
def changes(key: str = _KEY, as_json: bool = _JSON) -> None:
    """Show how an article's text changed since it was first read."""
    from difflib import unified_diff
    from itertools import pairwise

    from digest.actions.context import open_context
    from digest.articles import queries
    from digest.cli import output

    with open_context() as context, context.database.reading() as session:
        article = queries.find(session, key)
        earlier = queries.changes(session, article.id)
        states = [
            (f"until {change.seen_at:%Y-%m-%d %H:%M} UTC", change.title, change.text)
            for change in reversed(earlier)
        ]
        states.append(("now", article.title, article.text))
        listed = [
            {"seen_at": change.seen_at, "title": change.title, "text": change.text} for change in earlier
        ]
    if as_json:
        output.json_lines(listed)
        return
    if len(states) == 1:
        output.done(f"{states[0][1]!r} has not changed since it was first read.")
    for (old_name, old_title, old_text), (new_name, new_title, new_text) in pairwise(states):
        before, after = [old_title, "", *old_text.split("\n")], [new_title, "", *new_text.split("\n")]
        for line in unified_diff(before, after, old_name, new_name, lineterm="", n=1):
            print(line)


def _fetched(address: str, settings: Any) -> "Extracted":
    import asyncio

    from digest.articles import extract
    from digest.articles.extracted import Hints
    from digest.sources.fetcher import Fetcher, Limits

    async def fetch() -> Any:
        limits = Limits(seconds=settings.fetch.timeout_seconds, bytes=settings.fetch.max_bytes)
        async with Fetcher(
            limits, allow_private_networks=settings.fetch.allow_private_networks, contact=settings.public_url
        ) as fetcher:
            return await fetcher.fetch(address, accept="text/html,application/xhtml+xml")

    page = asyncio.run(fetch())
    return extract(page.content, page.url, Hints(charset=page.charset))


def _facts(article: "Article") -> dict[str, Any]:
    return {
        "id": article.id,
        "title": article.title,
        "byline": article.byline,
        "dateline": article.dateline,
        "credit": article.credit,
        "published": article.published_at,
        "updated": article.updated_at,
        "language": article.language,
        "section": article.section,
        "topics": list(article.topics),
        "url": article.url,
        "image": article.image_url,
        "words": article.words,
        "comments": article.comments,
        "story": article.story_key,
        "state": "pinned" if article.pinned else "dropped" if article.dropped else "",
        "text": article.text,
    }
