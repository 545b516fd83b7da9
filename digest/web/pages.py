"""Pages from templates, in the reader's language and the newsletter's colours."""

from functools import cache
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from digest.actions.look import LANGUAGES, Look, isolated, preferred
from digest.paths import templates
from digest.rendering.dates import long_date
from digest.rendering.language import direction
from digest.rendering.words import words


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(templates() / "pages"),
        autoescape=True,
        undefined=StrictUndefined,
        auto_reload=False,  # they are part of the program; looking at their files costs each page a tenth of its time
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(languages=LANGUAGES, long_date=long_date)
    return environment


def page(name: str, look: Look, status: int = 200, **values: Any) -> Response:
    """The page `name` of templates/pages, filled with `values`."""
    return HTMLResponse(fragment(name, look, **values), status, headers={"Content-Language": look.language})


def fragment(name: str, look: Look, **values: Any) -> str:
    """The HTML of the template `name`, said in the look's language."""
    said = words(look.language)
    template = _environment().get_template(f"{name}.html")
    shared = {
        "say": lambda sentence, **given: said.say(
            sentence, **{key: isolated(value, said.language) for key, value in given.items()}
        ),
        "count": said.count,
        "lang": said.language,
        "dir": direction(said.language),
    }
    return template.render(shared, look=look, **values)


def message_page(look: Look, heading: str, *sentences: str, status: int = 200) -> Response:
    """A page that only says something; heading and sentences are English and are translated here."""
    said = words(look.language)
    return page("message", look, status, heading=said.say(heading), sentences=[*map(said.say, sentences)])


def plain_look(request: Request) -> Look:
    """The look where nothing is known of the reader but what the browser says."""
    return Look(preferred(request.headers.get("accept-language", "")))


def list_number(text: object) -> int | None:
    """A list's number as a form gives it; None for what no list can have, however many digits it has."""
    return int(text) if isinstance(text, str) and text.isdecimal() and len(text) < 10 else None
