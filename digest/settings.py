"""How an installation is set up: `digest.toml` and the environment (`DIGEST_*`), read once at the edge.

Importing this module is cheap; the settings library is loaded by the first `load`.
"""

import difflib
import os
import stat
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from digest.problem import Problem

if TYPE_CHECKING:
    from digest.settings_model import Settings

FILE_NAME = "digest.toml"
EXAMPLES = {
    "database": 'database = "sqlite:///digest.sqlite3"',
    "public_url": 'public_url = "https://news.example.org"',
    "keys": 'keys = ["k1:a-secret-of-at-least-32-characters"]',
    "templates": 'templates = "my-themes"',
    "smtp": '[smtp]\nurl = "smtp://user@relay.example.org:587"',
    "smtp.url": 'url = "smtp://user@relay.example.org:587" or url = "folder:outbox-mail/"',
    "smtp.connections": "connections = 8",
    "fetch": "[fetch]\nallow_private_networks = false",
    "web": '[web]\nhost = "127.0.0.1"\nport = 8025',
    "web.port": "port = 8025",
    "web.allowed_redirects": 'allowed_redirects = ["https://www.example.org"]',
    "web.sender": 'sender = "hello@example.org"',
    "llm": '[llm]\nurl = "http://127.0.0.1:11434/v1"\nmodel = "small"',
    "pictures": "[pictures]\nhost = true",
}


class SettingsError(Problem):
    """A setting is missing, unknown or wrong; the message names its key and shows an example."""


def find(path: Path | None = None) -> Path:
    """The settings file: the one named, `DIGEST_CONFIG`, or `digest.toml` in this folder."""
    found = path or Path(os.environ.get("DIGEST_CONFIG", FILE_NAME))
    if not found.is_file():
        raise SettingsError(
            f"There is no settings file {str(found)!r}.",
            "Run `digest init` to make one, or name it with --config.",
        )
    return found.resolve()


def load(path: Path | None = None) -> "Settings":
    """The settings of the file and the environment, the environment first; SettingsError if one is wrong."""
    from pydantic import ValidationError

    from digest.settings_model import Settings

    file = find(path)
    try:
        values = tomllib.loads(file.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{file.name} cannot be read: {error}.", "Mend that line.") from None
    if file.stat().st_mode & (stat.S_IRGRP | stat.S_IROTH) and _holds_secrets(values):
        raise SettingsError(
            f"{file.name} holds secrets and can be read by others.", f"Run `chmod 600 {file.name}`."
        )
    try:
        return Settings(folder=file.parent, **values)
    except ValidationError as error:
        raise _explained(error, file.name, Settings) from None


def _holds_secrets(values: Mapping[str, Any]) -> bool:
    return bool(values.get("keys")) or "smtp" in values


def _explained(error: Any, name: str, model: Any) -> SettingsError:
    """The first finding of pydantic, in words, with the key, the value's problem and an example."""
    first = error.errors(include_url=False)[0]
    places = [str(part) for part in first["loc"] if not isinstance(part, int)]
    key = ".".join(places)
    if first["type"] == "extra_forbidden":
        known = _keys_at(model, places[:-1])
        close = difflib.get_close_matches(places[-1], known, n=1)
        hint = f"Did you mean {close[0]!r}?" if close else f"Known keys there: {', '.join(sorted(known))}."
        return SettingsError(f"{name} has an unknown key {key!r}.", hint)
    example = EXAMPLES.get(key) or EXAMPLES.get(places[0] if places else "", "")
    problem = first["msg"].removeprefix("Value error, ")
    problem = problem[:1].lower() + problem[1:]
    shown = (
        "" if first["type"] == "missing" or "key" in key or "password" in key else f" is {first['input']!r}"
    )
    return SettingsError(
        f"The setting {key!r} in {name}{shown}: {problem}.", f"Example: {example}" if example else ""
    )


def _keys_at(model: Any, places: list[str]) -> list[str]:
    for place in places:
        model = model.model_fields[place].annotation
    return [key for key in model.model_fields if key != "folder"]
