"""How an installation is set up: `digest.toml` and the environment (`DIGEST_*`), read once at the edge.

Importing this module is cheap; the settings library is loaded by the first `load`.
"""

import difflib
import os
import stat
import tomllib
import typing
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
    "smtp.token_command": 'token_command = ["oauth2-token", "--for", "news@example.org"]',
    "relays": '[[relays]]\nurl = "smtps://user@second.example.org"\nweight = 2',
    "dkim": '[[dkim]]\ndomain = "news.example.org"\nselector = "s2026"\nkey_file = "dkim-s2026.pem"',
    "pace": '[pace]\nrate = 50\nhours = "08:00-20:00"\ntimezone = "Asia/Yerevan"',
    "pace.hours": 'hours = "08:00-20:00"',
    "pace.timezone": 'timezone = "Asia/Yerevan"',
    "pace.warm_up": "warm_up = { day = 2026-12-01, first = 500, growth = 1.5 }",
    "pace.domains": '[pace.domains."example.com"]\nconnections = 4\nrate = 10',
    "fetch": "[fetch]\nallow_private_networks = false",
    "web": '[web]\nhost = "127.0.0.1"\nport = 8025',
    "web.port": "port = 8025",
    "web.allowed_redirects": 'allowed_redirects = ["https://www.example.org"]',
    "web.sender": 'sender = "hello@example.org"',
    "web.proof_of_work": "proof_of_work = true",
    "web.metrics_token": 'metrics_token = "at-least-16-characters"',
    "llm": '[llm]\nurl = "http://127.0.0.1:11434/v1"\nmodel = "small"',
    "pictures": "[pictures]\nhost = true",
    "hooks": '[hooks.mailgun]\nsigning_key = "…"',
    "hooks.ses.topics": '[hooks.ses]\ntopics = ["arn:aws:sns:eu-west-1:123456789012:bounces"]',
    "hooks.postmark.secret": '[hooks.postmark]\nsecret = "a-secret-of-16-or-more-characters"',
    "hooks.mailgun.signing_key": '[hooks.mailgun]\nsigning_key = "…"',
    "hooks.sendgrid.public_key": '[hooks.sendgrid]\npublic_key = "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE…"',
    "hooks.brevo.secret": '[hooks.brevo]\nsecret = "a-secret-of-16-or-more-characters"',
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
    return any(values.get(key) for key in ("keys", "smtp", "relays"))


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
    secret = any(word in key for word in ("key", "password", "token", "secret"))
    # A whole section may hold a secret, so it is never shown.
    plain = isinstance(first["input"], str | int | float) and first["type"] != "missing"
    shown = f" is {first['input']!r}" if plain and not secret else ""
    return SettingsError(
        f"The setting {key!r} in {name}{shown}: {problem}.", f"Example: {example}" if example else ""
    )


def _keys_at(model: Any, places: list[str]) -> list[str]:
    for place in places:
        if place in model.model_fields:
            model = _section(model.model_fields[place].annotation)
    return [key for key in model.model_fields if key != "folder"]


def _section(annotation: Any) -> Any:
    """The model in `Model`, `Model | None`, `list[Model]` or `dict[str, Model]`."""
    if hasattr(annotation, "model_fields"):
        return annotation
    inner = (_section(one) for one in typing.get_args(annotation))
    return next((one for one in inner if one is not None), None)
