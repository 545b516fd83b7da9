"""`digest newsletter preview-theme`: every theme with this newsletter's brand."""

from pathlib import Path

import typer


def preview_theme(
    slug: str = typer.Argument("", help="May be left out when there is one only."),
    out: Path = typer.Option("theme-preview", "--out", metavar="FOLDER", help="Where the pages go."),
    language: str = typer.Option("", "--language", help="en, hy or ar (default: the newsletter's, else en)."),
    as_json: bool = typer.Option(False, "--json", help="One JSON document."),
) -> None:
    """Write a page for each theme with this newsletter's brand, and one that shows them all."""
    from digest.actions.context import open_context
    from digest.cli import output
    from digest.issues.finding import find_newsletter
    from digest.rendering import parse_brand
    from digest.rendering.gallery import write_gallery

    with open_context() as context, context.database.reading() as session:
        newsletter = find_newsletter(session, slug)
        title, brand = newsletter.title, parse_brand(newsletter.brand)
        spoken = language or newsletter.language.split("-")[0]
        own = context.settings.own_themes
    written = write_gallery(out, title=title, brand=brand, language=spoken, own=own)
    if as_json:
        output.json({"index": str(written[0]), "pages": [str(path) for path in written[1:]]})
    else:
        output.done(f"Wrote {len(written) - 1} themes of {title!r}: open {written[0]} in a browser.")
