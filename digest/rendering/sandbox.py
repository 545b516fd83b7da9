"""Own themes are composed in a process of their own, with limits on time, memory and output.

Jinja2's sandbox keeps a template away from Python; it does not keep `{% for %}` in `{% for %}` from
running for a day or `"x" * 10 ** 9` from filling the memory. The process that runs it has a limit for both.
"""

import contextlib
import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from markupsafe import Markup

from digest.rendering.errors import TemplateError

SECONDS = 5
MEMORY = 512 * 1024 * 1024
OUTPUT = 2 * 1024 * 1024
_MARKUP = "__html__"


def compose_limited(name: str, folder: Path, issues: Sequence[Mapping[str, Any]]) -> list[str]:
    """The MJML of a theme's templates for the values of some issues, composed in another process.

    The limits are for all of them together. Raises TemplateError for a fault of a template, and when a limit is passed.
    """
    data = [{key: value for key, value in values.items() if key != "say"} for values in issues]
    job = json.dumps({"name": name, "folder": str(folder), "issues": _tagged(data)})
    try:
        done = subprocess.run(
            [sys.executable, "-m", "digest.rendering.sandbox"],
            input=job.encode(),
            capture_output=True,
            timeout=SECONDS + 5,
            check=False,
            cwd=Path(__file__).parents[2],
        )
    except subprocess.TimeoutExpired:
        raise _too_much(name, f"takes longer than {SECONDS} seconds") from None
    if done.returncode == 0 and len(done.stdout) <= OUTPUT:
        composed: list[str] = json.loads(done.stdout)
        return composed
    if done.returncode == 3:
        raise TemplateError(**json.loads(done.stdout))
    if len(done.stdout) > OUTPUT:
        raise _too_much(name, f"makes more than {OUTPUT // 1024:,} KB")
    raise _too_much(name, f"takes more than {SECONDS} seconds or {MEMORY // 1024 // 1024} MB")


def _too_much(name: str, what: str) -> TemplateError:
    return TemplateError(
        f"the theme {what}", name, hint="Look for a loop in a loop, or a text that is multiplied."
    )


def _tagged(value: Any) -> Any:
    """Markup survives JSON as an object with one key, so that it is not escaped a second time."""
    if isinstance(value, Markup):
        return {_MARKUP: str(value)}
    if isinstance(value, Mapping):
        return {key: _tagged(entry) for key, entry in value.items()}
    if isinstance(value, (list, tuple)):
        return [_tagged(entry) for entry in value]
    return value


def _untagged(value: dict[str, Any]) -> Any:
    return Markup(value[_MARKUP]) if value.keys() == {_MARKUP} else value


def _main() -> int:
    from digest.rendering.theme import Theme
    from digest.rendering.words import words

    job = json.loads(sys.stdin.read(), object_hook=_untagged)
    _limit()
    theme = Theme(job["name"], Path(job["folder"]), own=True)
    try:
        composed = [
            theme.compose_here({**values, "say": words(values["language"]).say}) for values in job["issues"]
        ]
    except TemplateError as error:
        fault = {"reason": error.reason, "file": error.file, "line": error.line, "excerpt": error.excerpt}
        sys.stdout.buffer.write(json.dumps(fault).encode())
        return 3
    except MemoryError:
        return 4
    sys.stdout.buffer.write(json.dumps(composed).encode()[: OUTPUT + 1])
    return 0


def _limit() -> None:
    try:
        import resource
    except ImportError:  # not on Windows: the parent's clock remains
        return
    for limit, most in ((resource.RLIMIT_CPU, SECONDS), (resource.RLIMIT_AS, MEMORY)):
        with contextlib.suppress(ValueError, OSError):  # macOS knows no limit of memory
            resource.setrlimit(limit, (most, most))


if __name__ == "__main__":
    raise SystemExit(_main())
