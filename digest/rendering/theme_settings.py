"""What a theme says of itself in `theme.toml`: how long the summaries are that it has room for."""

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from digest.rendering.errors import TemplateError
from digest.summary.length import Length
from digest.summary.problem import SummaryError

FILE = "theme.toml"
EXAMPLE = "[summary] with words = 60, or characters = 400"

DEFAULT_LENGTH = Length(words=60)


@dataclass(frozen=True)
class ThemeSettings:
    """The settings of a theme; the defaults are those of a theme that says nothing."""

    summary: Length = DEFAULT_LENGTH


def read_theme_settings(file: Path, shown: str) -> ThemeSettings:
    """The settings in this file, or the defaults where there is none. TemplateError, told of `shown`, for a
    file that is not TOML, a key that is not known, or a length that cannot be.
    """
    try:
        values = tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return ThemeSettings()
    except UnicodeDecodeError:
        raise TemplateError("the file is not UTF-8", shown) from None
    except tomllib.TOMLDecodeError as error:
        raise TemplateError(f"the file is not TOML: {error}", shown, hint=f"Example: {EXAMPLE}.") from None
    _known(values, {"summary"}, shown)
    length = values.get("summary", {})
    if not isinstance(length, dict):
        raise TemplateError("`summary` is a table", shown, hint=f"Example: {EXAMPLE}.")
    _known(length, {"words", "characters"}, shown)
    if not all(type(value) is int for value in length.values()):
        raise TemplateError("the length of a summary is a whole number", shown, hint=f"Example: {EXAMPLE}.")
    try:
        return ThemeSettings(Length(**length)) if length else ThemeSettings()
    except SummaryError as error:
        raise TemplateError(error.message.rstrip("."), shown, hint=error.hint) from None


def _known(values: dict[str, Any], keys: set[str], shown: str) -> None:
    for key in values:
        if key not in keys:
            known = ", ".join(sorted(keys))
            raise TemplateError(f"there is no setting `{key}`", shown, hint=f"There is: {known}.")
