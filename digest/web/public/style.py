"""The one stylesheet of the public pages, each newsletter's colours for it, and their one script."""

from collections.abc import Mapping
from functools import cache
from hashlib import sha256

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from digest.actions.context import Context
from digest.actions.look import colours
from digest.paths import templates

_NAMES = ("ink", "muted", "ground", "sheet", "accent", "on_accent", "line", "tint")
_DARK_ON_ACCENT = "#121213"


@cache
def _sheet() -> bytes:
    return (templates() / "pages" / "style.css").read_bytes()


@cache
def _script() -> bytes:
    return (templates() / "pages" / "work.js").read_bytes()


def show(request: Request) -> Response:
    """The stylesheet, kept by browsers for a day."""
    return _answer(request, _sheet(), seconds=86400)


def work(request: Request) -> Response:
    """The script of the sign-up form where the settings ask for a proof of work; the only one of these pages."""
    return _answer(request, _script(), seconds=86400, kind="text/javascript")


def brand(request: Request) -> Response:
    """The colours of one newsletter, light and dark: they follow the stylesheet and override its own."""
    context: Context = request.app.state.context
    found = colours(context, request.path_params["newsletter"])
    if found is None:
        return PlainTextResponse("There is no such newsletter.\n", 404)
    return _answer(request, _rules(found).encode(), seconds=3600)


def _rules(found: Mapping[str, str]) -> str:
    light = {name: found[name] for name in _NAMES}
    dark = {name: found[f"dark_{name}"] for name in _NAMES if f"dark_{name}" in found}
    dark["on_accent"] = _DARK_ON_ACCENT
    return f":root{{{_listed(light)}}}@media (prefers-color-scheme:dark){{:root{{{_listed(dark)}}}}}"


def _listed(values: Mapping[str, str]) -> str:
    return "".join(f"--{name.replace('_', '-')}:{value};" for name, value in values.items())


def _answer(request: Request, content: bytes, *, seconds: int, kind: str = "text/css") -> Response:
    etag = f'"{sha256(content).hexdigest()[:16]}"'
    headers = {"ETag": etag, "Cache-Control": f"public, max-age={seconds}"}
    if request.headers.get("if-none-match") == etag:
        return Response(status_code=304, headers=headers)
    return Response(content, media_type=kind, headers=headers)
