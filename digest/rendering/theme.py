"""Themes: folders of templates, run in a sandbox, with the shared parts at hand under `parts/`."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from jinja2 import (
    ChoiceLoader,
    Environment,
    FileSystemLoader,
    PrefixLoader,
    StrictUndefined,
    TemplateNotFound,
    TemplateSyntaxError,
)
from jinja2 import TemplateError as JinjaError
from jinja2.ext import Extension
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup

from digest import slots
from digest.paths import templates
from digest.rendering.compiling import with_units
from digest.rendering.errors import TemplateError, UnknownTheme
from digest.rendering.sandbox import compose_limited
from digest.rendering.tags import faults
from digest.rendering.theme_settings import FILE as SETTINGS
from digest.rendering.theme_settings import ThemeSettings, read_theme_settings

ENTRY = "issue.mjml"
SUFFIXES = (".mjml", ".css", ".html")


def _slot(name: str) -> Markup:
    if name not in slots.NAMES:
        raise ValueError(f"there is no slot {name!r}; there are {', '.join(slots.NAMES)}")
    return Markup(slots.marker(name))


class _MendedOnce(Extension):
    """Mends a bundled template when it is loaded, which the compile step does to own themes at every render."""

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:
        return with_units(source)


class _DataEnvironment(Environment):
    """Looks into a dictionary first: bundled templates see nothing else, and ask it 600 times an issue."""

    def getattr(self, obj: Any, attribute: str) -> Any:
        if type(obj) is dict and attribute in obj:
            return obj[attribute]
        return super().getattr(obj, attribute)


@dataclass(frozen=True)
class Theme:
    """A theme's folder, which holds `issue.mjml` and what else it needs.

    `own` themes, which are not bundled, are composed in a process with limits: see `sandbox`.
    """

    name: str
    folder: Path
    own: bool = False

    @cached_property
    def environment(self) -> Environment:
        """Templates see the data they are given and the shared parts; no object of the program, no file.

        An own theme's run in Jinja2's sandbox; bundled ones, reviewed as the code is, save its time.
        """
        kind = ImmutableSandboxedEnvironment if self.own else _DataEnvironment
        environment = kind(
            loader=ChoiceLoader(
                [FileSystemLoader(self.folder), PrefixLoader({"parts": FileSystemLoader(parts())})]
            ),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
            extensions=() if self.own else (_MendedOnce,),
        )
        environment.globals.clear()
        environment.globals.update(slot=_slot, range=range)
        return environment

    @cached_property
    def settings(self) -> ThemeSettings:
        """What the theme's `theme.toml` says; TemplateError for a wrong one."""
        return read_theme_settings(self.folder / SETTINGS, f"{self.name}/{SETTINGS}")

    def files(self) -> Iterator[Path]:
        """The theme's own templates."""
        return (path for path in sorted(self.folder.rglob("*")) if path.suffix in SUFFIXES)

    def compose(self, *issues: dict[str, object]) -> list[str]:
        """The MJML of each issue; TemplateError with file, line and excerpt for any fault of a template."""
        return (
            compose_limited(self.name, self.folder, issues) if self.own else [*map(self.compose_here, issues)]
        )

    def compose_here(self, values: dict[str, object]) -> str:
        """As `compose`, for one issue and in this process."""
        try:
            return self.environment.get_template(ENTRY).render(values)
        except TemplateError:
            raise
        except TemplateSyntaxError as error:
            raise TemplateError(
                error.message or "the template is not well formed",
                self._shown(error.filename or error.name or ENTRY),
                error.lineno,
                _line(error.source or "", error.lineno),
            ) from None
        except (
            JinjaError,
            ArithmeticError,
            LookupError,
            TypeError,
            ValueError,
            RecursionError,
        ) as error:
            raise self._located(error) from None

    def check_tags(self) -> None:
        """Refuse a theme with a tag that MJML does not know, before anything is rendered."""
        for path in self.files():
            source = self._source(path)
            for fault in faults(source):
                raise TemplateError(
                    fault.reason, self._shown(str(path)), fault.line, _line(source, fault.line)
                )

    def traced(self, error: TemplateError) -> TemplateError:
        """The error of a line of composed MJML, told of the template's line that wrote it, if one line did."""
        if error.excerpt:
            found = []
            for path in [*self.files(), *sorted(parts().glob("*.mjml"))]:
                rows = self._source(path).splitlines()
                found += [(path, number) for number, row in enumerate(rows, 1) if error.excerpt in row]
            if len(found) == 1:
                path, number = found[0]
                return TemplateError(error.reason, self._shown(str(path)), number, error.excerpt, error.hint)
        return error

    def _source(self, path: Path) -> str:
        try:
            return path.read_text(encoding="utf-8")
        except UnicodeDecodeError as error:
            line = path.read_bytes()[: error.start].count(b"\n") + 1
            raise TemplateError("the file is not UTF-8", self._shown(str(path)), line) from None

    def _located(self, error: Exception) -> TemplateError:
        file, line = ENTRY, 0
        trace = error.__traceback__
        while trace is not None:
            name = trace.tb_frame.f_code.co_filename
            if name.endswith((".mjml", ".css")):
                file, line = name, trace.tb_lineno
            trace = trace.tb_next
        excerpt = ""
        if line and Path(file).is_file():
            excerpt = _line(self._source(Path(file)), line)
        reason = " ".join(str(error).split()) or type(error).__name__
        if isinstance(error, TemplateNotFound):
            reason = f"there is no template {error.name!r}"
        return TemplateError(reason, self._shown(file), line, excerpt)

    def _shown(self, file: str) -> str:
        path = Path(file)
        for root, prefix in ((self.folder, f"{self.name}/"), (parts(), "parts/")):
            if path.is_relative_to(root):
                return prefix + str(path.relative_to(root))
        return file


def _line(source: str, number: int) -> str:
    lines = source.splitlines()
    return lines[number - 1] if 0 < number <= len(lines) else ""


def parts() -> Path:
    """The folder of the parts that all themes share."""
    return templates() / "themes" / "_parts"


def theme(name: str, own: Path | None = None) -> Theme:
    """The theme of this name: from the folder `own` of the installation's themes, else a bundled one.

    UnknownTheme says which there are; TemplateError names a tag that MJML does not know.
    """
    if own is not None and name in names(own):
        found = Theme(name, own / name, own=True)
        found.check_tags()
        return found
    if name in names():
        return _bundled(name)
    there = sorted({*names(), *(names(own) if own else ())})
    raise UnknownTheme(f"There is no theme {name!r}.", f"There are: {', '.join(there)}.")


@lru_cache(maxsize=32)
def _bundled(name: str) -> Theme:
    found = Theme(name, templates() / "themes" / name)
    found.check_tags()
    return found


def names(root: Path | None = None) -> list[str]:
    """The themes in a folder (the bundled ones by default), in order of the alphabet."""
    root = root or templates() / "themes"
    if not root.is_dir():
        return []
    return sorted(
        path.parent.name for path in root.glob(f"*/{ENTRY}") if not path.parent.name.startswith("_")
    )
