"""Themes of an installation's own: start one from a bundled theme, and check one on hard issues."""

import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from digest.rendering import preflight
from digest.rendering.errors import RenderingError
from digest.rendering.preflight import Finding
from digest.rendering.render import render_many
from digest.rendering.sample import LANGUAGES, sample
from digest.rendering.theme import ENTRY, Theme, names, theme
from digest.rendering.theme_settings import FILE as SETTINGS
from digest.rendering.view import Image, IssueView, ItemView, Link

_NAME = re.compile(r"[a-z][a-z0-9-]{0,39}")
_HARD = (
    'A “hard” one: <b>&amp;</b> \\ "quoted" ' + "Donaudampfschifffahrtselektrizitätenhauptbetriebswerk" * 2
)


class ThemeExists(RenderingError):
    """A theme of this name is there already."""


def start_theme(root: Path, name: str, start: str = "classic") -> Path:
    """Make the folder `root`/`name` as a copy of the bundled theme `start`; its path.

    Raises RenderingError for a name that cannot be a folder's, ThemeExists where it is taken, and
    UnknownTheme when there is no theme to start from. Changes nothing in each case.
    """
    if not _NAME.fullmatch(name):
        raise RenderingError(f"{name!r} cannot be a theme's name.", "Use small letters, digits and hyphens.")
    if name in names():
        raise ThemeExists(f"{name!r} is the name of a bundled theme.", "Choose another.")
    folder = root / name
    if folder.exists():
        raise ThemeExists(
            f"The folder {folder} is there already.", "Choose another name, or edit what is there."
        )
    original = theme(start)
    folder.mkdir(parents=True)
    settings = original.folder / SETTINGS
    for path in [*original.files(), *([settings] if settings.is_file() else [])]:
        copy = folder / path.relative_to(original.folder)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, copy)
    return folder


def theme_in(folder: Path) -> Theme:
    """The own theme of a folder; RenderingError where it holds no `issue.mjml`."""
    if not (folder / ENTRY).is_file():
        raise RenderingError(
            f"{folder} is not a theme: it holds no {ENTRY}.", "Start one with `digest theme new NAME`."
        )
    found = Theme(folder.resolve().name, folder.resolve(), own=True)
    found.check_tags()
    _ = found.settings  # a wrong one is told now, not when an issue is built
    return found


def check_theme(checked: Theme) -> list[Finding]:
    """What preflight finds in the theme on the sample in each language, and on hard issues.

    Raises TemplateError for a fault of a template. Each finding's place begins with the issue's name.
    """
    findings: dict[tuple[str, str], Finding] = {}
    hard = list(_issues())
    for (name, view), rendered in zip(hard, render_many([view for _, view in hard], checked), strict=True):
        for finding in preflight.check(preflight.of_rendered(rendered, view)):
            told = replace(finding, where=f"{name}, {finding.where}")
            findings.setdefault((finding.rule, finding.why), told)
    return list(findings.values())


def _issues() -> Iterator[tuple[str, IssueView]]:
    for language in LANGUAGES:
        yield f"sample in {language}", sample(language)
    yield "every block", sample("en", every_block=True)
    whole = sample("en", stories=25)
    yield "25 stories", whole
    yield "no pictures", _with_stories(whole, lambda item: replace(item, image=None))
    yield "hard content", _with_stories(sample("en"), _harden)
    yield (
        "one story",
        replace(_with_stories(sample("en", stories=1), lambda item: item, blocks=False), intro=""),
    )


def _with_stories(
    view: IssueView, change: Callable[[ItemView], ItemView], *, blocks: bool = True
) -> IssueView:
    sections = []
    for section in view.sections:
        content = [change(entry) if isinstance(entry, ItemView) else entry for entry in section.content]
        sections.append(
            replace(
                section, content=tuple(entry for entry in content if blocks or isinstance(entry, ItemView))
            )
        )
    return replace(view, sections=tuple(sections))


def _harden(item: ItemView) -> ItemView:
    return replace(
        item,
        headline=_HARD,
        summary=_HARD,
        byline="",
        source="A source",
        image=Image("https://pictures.example/tall.jpg", _HARD, 600, 1200),
        also=(Link(_HARD, "https://other.example/"),),
        points=("One", "Two"),
        quote=_HARD,
        follow_up=True,
        label="Label",
    )
