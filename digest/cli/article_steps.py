"""`digest article extract` and `cluster`: the steps on files or standard input, storing nothing."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from digest.articles.extracted import Extracted

_FILES = Annotated[
    list[str], typer.Argument(metavar="FILE...", help="HTML, Markdown or text files; - is standard input.")
]


def extract(
    files: _FILES,
    url: str = typer.Option("", "--url", help="The address that the page was found at."),
    as_json: bool = typer.Option(False, "--json", help="One object a line."),
) -> None:
    """Print what each page or file says, and store nothing."""
    import sys

    from digest.cli import output
    from digest.problem import Problem

    failed = 0
    for name in files:
        try:
            found = read(name, url or None)
        except Problem as problem:
            failed += 1
            print(f"Error: {problem}", file=sys.stderr, flush=True)
            continue
        if as_json:
            output.json_lines([_extract(name, found)])
            continue
        facts = _extract(name, found)
        text = facts.pop("text")
        output.facts((label.capitalize(), for_people(value)) for label, value in facts.items())
        print(f"\n{text}\n")
    if failed:
        raise typer.Exit(1)


def cluster(
    files: Annotated[
        list[str] | None, typer.Argument(metavar="[FILE...]", help="HTML, Markdown or text files.")
    ] = None,
    as_json: bool = typer.Option(False, "--json", help="One object a line, as when piped."),
) -> None:
    """Say which articles tell the same story; without files, of JSON lines (id, text, title, published) on
    standard input."""
    from digest.articles.story import cluster as cluster_of
    from digest.cli import output

    given: dict[str, Any] = {}
    tellings = [_telling_of(name) for name in files] if files else _tellings_of_lines(given)
    stories = cluster_of(tellings)
    if as_json or not output.is_terminal():
        output.json_lines(
            {"id": given.get(telling.id, telling.id), "story": stories[telling.id]} for telling in tellings
        )
        return
    numbers = {key: number for number, key in enumerate(dict.fromkeys(stories.values()), start=1)}
    rows = sorted(
        (numbers[stories[telling.id]], telling.title or telling.text[:80], telling.id) for telling in tellings
    )
    output.table("Stories", ["Story#", "Title", "Article"], rows)


def _telling_of(name: str) -> Any:
    from digest.articles.story import Telling

    found = read(name, None)
    return Telling(name, found.text, found.title, found.published, found.language)


def _tellings_of_lines(given: dict[str, Any]) -> list[Any]:
    """The articles of standard input; `given` gets their ids as they were written, numbers included."""
    import json
    import sys

    from digest.articles.moment import read_moment
    from digest.articles.problem import ArticleError
    from digest.articles.story import Telling

    hint = 'Each line is an object like {"id": "1", "text": "…"}, with title and published if known.'
    tellings: list[Telling] = []
    for number, line in enumerate(sys.stdin.buffer, start=1):
        if not line.strip():
            continue
        try:
            line_given = json.loads(line.decode("utf-8-sig"))
        except (UnicodeDecodeError, ValueError, RecursionError) as error:
            raise ArticleError(f"Line {number} is not JSON: {str(error)[:80]}.", hint) from None
        if (
            not isinstance(line_given, dict)
            or "id" not in line_given
            or not isinstance(line_given.get("text"), str)
        ):
            raise ArticleError(f"Line {number} has no id or no text.", hint)
        identifier = str(line_given["id"])
        if identifier in given:
            raise ArticleError(f"Line {number}: the id {line_given['id']!r} stands twice.", hint)
        given[identifier] = line_given["id"]
        moment = read_moment(str(line_given.get("published") or ""))
        tellings.append(
            Telling(
                identifier,
                line_given["text"],
                str(line_given.get("title") or ""),
                moment.at() if moment else None,
                line_given.get("language"),
            )
        )
    return tellings


def read(name: str, url: str | None) -> "Extracted":
    """The article of a file, or of standard input for `-`. Raises ArticleError when it cannot be read."""
    import sys

    from digest.articles import extract_bytes
    from digest.articles.problem import ArticleError

    if name == "-":
        return extract_bytes(sys.stdin.buffer.read(), "standard input", url)
    try:
        raw = Path(name).read_bytes()
    except OSError as error:
        raise ArticleError(
            f"{name} cannot be read: {error.strerror}.", "Name a file that exists, or - for standard input."
        ) from None
    return extract_bytes(raw, name, url)


def for_people(value: object) -> object:
    """A time to the minute with its zone, a list with commas."""
    from datetime import datetime

    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M %Z}"
    return ", ".join(map(str, value)) if isinstance(value, list) else value


def _extract(name: str, found: "Extracted") -> dict[str, Any]:
    return {
        "file": name,
        "title": found.title,
        "byline": found.byline,
        "dateline": found.dateline_line,
        "published": found.published,
        "language": found.language,
        "image": found.image.url if found.image else None,
        "text": found.text,
    }
