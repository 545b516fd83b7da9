"""Pages of the desk from templates/desk, with its own strict policy."""

from collections.abc import Mapping
from functools import cache
from hashlib import sha256
from typing import Any
from urllib.parse import urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from digest.actions.context import Context
from digest.actions.sign_in import Visitor
from digest.paths import templates
from digest.web.desk import times

POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self' data:; "
    "frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
# A form's Origin header is `null` where the policy is no-referrer, and the desk asks for that header.
HEADERS = {
    "Content-Security-Policy": POLICY,
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def page(
    request: Request,
    name: str,
    visitor: Visitor | None = None,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
    **values: Any,
) -> Response:
    """The page `name` of templates/desk for this visitor."""
    html = _environment().get_template(f"{name}.html").render(
        desk=root(request), visitor=visitor, version=_version(), **values
    )  # fmt: skip
    return HTMLResponse(html, status, headers={**HEADERS, **(headers or {})})


def message(
    request: Request, heading: str, *sentences: str, visitor: Visitor | None = None, status: int = 200
) -> Response:
    """A page that only says something, with a way back."""
    return page(request, "message", visitor, status, heading=heading, sentences=[*filter(None, sentences)])


def go(request: Request, path: str = "") -> Response:
    """On to another page of the desk, after a form was dealt with (RFC 9110 section 15.4.4)."""
    return RedirectResponse(f"{root(request)}{path}", 303, headers=HEADERS)


def root(request: Request) -> str:
    """The path of the desk on this host: the public address may have one of its own."""
    context: Context = request.app.state.context
    return f"{urlsplit(context.settings.public_url).path}/desk"


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(templates() / "desk"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(
        when=times.when, clock=times.clock, field=times.field, away=times.away, zone_name=times.zone_name
    )
    environment.filters["thousands"] = lambda number: f"{number:,}"
    environment.filters["counted"] = counted
    return environment


def counted(number: int, word: str, words: str = "") -> str:
    """The number with its noun: "1 item", "1,140 words"."""
    return f"{number:,} {word if number == 1 else words or word + 's'}"


@cache
def _version() -> str:
    """Changes when a file that browsers keep does."""
    files = (templates() / "desk" / name for name in ("desk.css", "desk.js"))
    return sha256(b"".join(file.read_bytes() for file in files)).hexdigest()[:12]
