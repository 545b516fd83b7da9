"""Preview: the issue as files, and one mail of it to oneself."""

from dataclasses import dataclass
from pathlib import Path

from digest import slots
from digest.actions.compose import compose
from digest.actions.context import Context
from digest.actions.links import shared_values
from digest.issues import find_issue
from digest.issues.finding import name_of
from digest.rendering import Rendered


@dataclass(frozen=True)
class Preview:
    """The issue's name and rendition, slots filled with values of nobody."""

    name: str
    rendered: Rendered


def preview(context: Context, reference: str) -> Preview:
    """The issue as it stands now, rendered but not stored."""
    with context.database.reading() as session:
        issue = find_issue(session, reference)
        rendered = compose(context, session, issue)
        values = shared_values(context, issue.id) | {"name": "A. Reader", "address": "reader@example.org"}
        return Preview(
            name_of(issue),
            Rendered(
                rendered.mjml,
                slots.fill(rendered.html, values, html=True),
                slots.fill(rendered.text, values, html=False),
            ),
        )


def write_files(shown: Preview, folder: Path) -> list[Path]:
    """Write `issue.html`, `issue.txt` and `issue.mjml` into the folder, made if missing; their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    files = []
    for name, content in (
        ("issue.html", shown.rendered.html),
        ("issue.txt", shown.rendered.text),
        ("issue.mjml", shown.rendered.mjml),
    ):
        path = folder / name
        path.write_text(content, "utf-8", newline="\n")
        files.append(path)
    return files
