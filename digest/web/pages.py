"""Pages from templates, in the reader's language."""

from functools import cache
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse, Response

from digest.paths import templates
from digest.rendering.language import direction
from digest.rendering.words import words


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(templates() / "pages"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def page(name: str, language: str = "en", status: int = 200, **values: Any) -> Response:
    """The page `name` of templates/pages, filled with `values` and said in `language`."""
    said = words(language)
    html = (
        _environment()
        .get_template(f"{name}.html")
        .render(say=said.say, lang=said.language, dir=direction(said.language), **values)
    )
    return HTMLResponse(html, status)


def message_page(heading: str, sentence: str, status: int = 200, language: str = "en") -> Response:
    """A page that only says something."""
    said = words(language)
    return page("message", language, status, heading=said.say(heading), sentence=said.say(sentence))
