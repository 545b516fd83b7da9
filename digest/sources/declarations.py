"""Document type declarations in XML from strangers: entities that could blow up or reach out are refused."""

import re
from contextlib import suppress
from xml.parsers import expat

from digest.sources.errors import Unreadable, shown

_DECLARED = re.compile(rb"<!ENTITY\s+(?:(%)\s+)?([^\s\"'>]+)\s+(?:\"([^\"]*)\"|'([^']*)')?", re.IGNORECASE)
_LONGEST = 64


class _Begun(Exception):
    """The root element has been reached: no declaration can follow."""


def check_entities(content: bytes, url: str) -> None:
    """Refuse XML that declares entities made of other entities, of files or of long texts.

    Such declarations are the billion laughs attack, its quadratic form, and the reading of local files.
    Short ones of single characters, as old feeds declare for `&nbsp;`, stay allowed, and so does naming an
    outside list of entities, as the DTD of RSS 0.91 does: it is never read. Raises Unreadable.
    """

    def declared(name: str, is_parameter: bool, value: str | None, *_outside: object) -> None:
        # A value that is None lies outside of the document; `&#` is a character, `&` alone another entity.
        if value is None and is_parameter:
            return
        if value is None or is_parameter or len(value) > _LONGEST or re.search(r"&(?!#)|%", value):
            raise Unreadable(
                f"{shown(url)} declares the XML entity {name!r}, a way to attack readers; it was not read.",
                "Ask the site to leave entity declarations out of its feed.",
                url=url,
                permanent=True,
            )

    def begun(*_element: object) -> None:
        raise _Begun

    parser = expat.ParserCreate()
    parser.EntityDeclHandler = declared
    parser.StartElementHandler = begun
    with suppress(_Begun, expat.ExpatError, LookupError, ValueError):
        parser.Parse(content, True)
    # The lenient parser for broken XML reads declarations by their looks, before the first element.
    start = re.search(rb"<\w", content)
    for found in _DECLARED.finditer(content[: start.start()] if start else content):
        value = found[3] if found[3] is not None else found[4]
        text = None if value is None else value.decode("utf-8", "replace")
        declared(found[2].decode("ascii", "replace"), bool(found[1]), text)
