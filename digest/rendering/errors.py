"""What can go wrong when an issue is rendered, each with the place where to mend it."""

from digest.problem import Problem


class RenderingError(Problem):
    """The root of this room's errors."""


class BrandError(RenderingError):
    """A value of the newsletter's brand cannot be used."""


class UnknownTheme(RenderingError):
    """There is no theme of this name."""


class TemplateError(RenderingError):
    """A theme's template is wrong. `file`, `line` (from 1) and `excerpt` say where; line 0 means unknown."""

    def __init__(self, reason: str, file: str, line: int = 0, excerpt: str = "", hint: str = "") -> None:
        place = f"{file}:{line}" if line else file
        shown = f" in `{excerpt.strip()[:120]}`" if excerpt.strip() else ""
        super().__init__(f"{place}: {reason.rstrip('.')}{shown}.", hint)
        self.reason = reason
        self.file = file
        self.line = line
        self.excerpt = excerpt.strip()[:120]
