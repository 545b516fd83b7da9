"""Letters: the few mails that are no issue (confirm, known, welcome, goodbye, move), written and handed over.

They carry no promotion: what was asked for, one button, and what happens if it is not pressed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from digest import slots
from digest.actions.context import Context
from digest.actions.look import Look, colours, isolated
from digest.paths import templates
from digest.rendering.brand import Brand
from digest.rendering.language import direction
from digest.rendering.palette import palette
from digest.rendering.width import wrap
from digest.rendering.words import words
from outbox.rendition import MessageFacts, Rendition, compile_rendition

COLUMNS = 72


@dataclass(frozen=True)
class Content:
    """What a letter says, in the reader's language already."""

    subject: str
    heading: str
    sentences: Sequence[str]
    button: str
    url: str
    closing: Sequence[str] = ()


def confirm_letter(look: Look, lists: Sequence[str], url: str) -> Content:
    """Asks the owner of the address whether they want what was asked for."""
    say = words(look.language).say
    named = _named(look, lists)
    return Content(
        say("Please confirm: {list}", list=named),
        say("One press, and you are on the list"),
        [
            say("Somebody, hopefully you, asked to get {list} at this address.", list=named),
            say("Press the button to confirm."),
        ],
        say("Confirm"),
        url,
        [say("The link is good for seven days. If it was not you, do nothing: nothing will be sent.")],
    )


def known_letter(look: Look, lists: Sequence[str], url: str) -> Content:
    """Tells somebody who signed up again that they are on the list already."""
    say = words(look.language).say
    named = _named(look, lists)
    return Content(
        say("You are already on the list: {list}", list=named),
        say("You are already on the list"),
        [
            say(
                "Somebody, hopefully you, asked to get {list} at this address. You get it already.",
                list=named,
            )
        ],
        say("Change what you get"),
        url,
        [say("If it was not you, do nothing: nothing has changed.")],
    )


def welcome_letter(look: Look, lists: Sequence[str], url: str, preferences_url: str) -> Content:
    """Greets a new member; `url` leads to the last issue, or is empty where there is none."""
    say = words(look.language).say
    named = _named(look, lists)
    return Content(
        say("Welcome to {list}", list=named),
        say("Welcome"),
        [
            say("You are on the list: {list}. The next issue comes to this address.", list=named),
            *([say("Until then, here is the latest one.")] if url else []),
        ],
        say("Read the latest issue") if url else say("Change what you get"),
        url or preferences_url,
    )


def goodbye_letter(look: Look, lists: Sequence[str], url: str) -> Content:
    """Says to one who left that this was the last mail; `url` leads back, should it have been a slip."""
    say = words(look.language).say
    named = _named(look, lists)
    return Content(
        say("You have left {list}", list=named),
        say("Goodbye, and thank you for reading"),
        [say("Nothing more of {list} comes to this address. This is the last mail.", list=named)],
        say("Change what you get"),
        url,
        [say("If you left by mistake, you can come back.")],
    )


def move_letter(look: Look, url: str) -> Content:
    """Asks the owner of a new address whether mail shall come to it."""
    say = words(look.language).say
    return Content(
        say("Please confirm your new address"),
        say("Shall your mail come here?"),
        [
            say(
                "Somebody, hopefully you, asked that {title} be sent to this address from now on.",
                title=look.title,
            )
        ],
        say("Use this address"),
        url,
        [say("The link is good for seven days. If it was not you, do nothing: nothing will be sent.")],
    )


def rendition(
    context: Context,
    look: Look,
    content: Content,
    sender: tuple[str, str],
    now: datetime,
    *,
    list_id: str | None = None,
) -> Rendition:
    """The letter as a message from `sender` (name and address); with `list_id` it can be left by one click."""
    facts = MessageFacts(
        sender_name=sender[0],
        sender_address=sender[1],
        subject=content.subject,
        date=now,
        list_id=list_id,
        language=look.language,
        one_click=list_id is not None,
    )
    return compile_rendition(*bodies("letter", context, look, content, one_click=list_id is not None), facts)


def bodies(
    name: str, context: Context, look: Look, content: Content, *, one_click: bool, **more: object
) -> tuple[str, str]:
    """HTML and text of the templates `name` of templates/mail, which know `content`, `look` and `more`."""
    values = {
        "content": content,
        "look": look,
        "colour": palette_of(context, look),
        "lang": look.language,
        "dir": direction(look.language),
        "leave": slots.marker("unsubscribe_url") if one_click else "",
        "say": words(look.language).say,
        **more,
    }
    html, text = (_environment().get_template(f"{name}.{kind}").render(values) for kind in ("html", "txt"))
    return html, text


def palette_of(context: Context, look: Look) -> Mapping[str, str]:
    """The colours of the look's newsletter; those of nobody where there is none."""
    return (colours(context, look.newsletter) if look.newsletter else None) or palette(Brand())


def _named(look: Look, lists: Sequence[str]) -> str:
    return ", ".join(isolated(one, look.language) for one in lists)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(templates() / "mail"),
        autoescape=lambda name: bool(name and name.endswith(".html")),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["wrapped"] = lambda text: "\n".join(wrap(text, COLUMNS))
    return environment
