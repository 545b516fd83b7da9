"""The HTML as a document: its language, its roles, its headings, and words where a listener needs them."""

import re
from collections.abc import Iterator

from lxml.html import HtmlElement

from digest.rendering.language import direction
from digest.rendering.preflight.finding import Finding, error, warning
from digest.rendering.preflight.mail import Mail

TITLE = error("title", "A screen reader says the title first.", "Give the issue a subject.")
LANG = error(
    "lang", "Without lang on html and on each child of body the text is read in the wrong voice.",
    "Start the theme from parts/document.mjml.",
)  # fmt: skip
DIR = error(
    "dir", "Without the right dir the text runs the wrong way.", "Start the theme from parts/document.mjml."
)
ROLES = error(
    "table-role", "A layout table without role=presentation is read out as a table of data.",
    'Write role="presentation" on the table.',
)  # fmt: skip
ALT = error(
    "alt",
    "A picture without words says nothing where pictures are off or not seen.",
    "Give the picture an alt text.",
)
LINK_TEXT = error(
    "link-text",
    "A link without words cannot be found by ear.",
    "Put words, or a picture with alt text, inside.",
)
BARE_LINK = warning(
    "link-bare", "“Read more” says nothing on its own, in a list of links.", "Make the headline the link."
)
HEADINGS = warning(
    "heading-order", "A level that is skipped, or a second h1, loses a listener.", "Use h1, h2, h3 in order."
)
STRUCTURE = error(
    "markup",
    "Elements that mail programs remove, or that act, have no place in a mail.",
    "Remove the element.",
)
RULES = (TITLE, LANG, DIR, ROLES, ALT, LINK_TEXT, BARE_LINK, HEADINGS, STRUCTURE)

_BARE = re.compile(
    r"(read (more|on)|more|click here|here|link|continue( reading)?|learn more|подробнее|читать далее|ещё"
    r"|lire la suite|en savoir plus|ici|mehr( lesen| dazu)?|weiterlesen|hier|leer más|más|aquí|կարդալ ավելին"
    r"|ավելին|այստեղ|اقرأ المزيد|المزيد|هنا)[.…»>→ ]*",
    re.IGNORECASE,
)
_ACTING = ("script", "iframe", "object", "embed", "form", "input", "base", "link", "svg", "video", "audio")


def check(mail: Mail) -> Iterator[Finding]:
    """Everything a screen reader depends on, and elements that must not be there."""
    tree = mail.tree
    if not (tree.findtext("head/title") or "").strip():
        yield TITLE.found("html: head")
    language = tree.get("lang") or ""
    tops: list[HtmlElement] = [tree, *(child for child in mail.body if isinstance(child.tag, str))]
    for element in tops:
        if not element.get("lang") or element.get("lang") == "und":
            yield LANG.found(place(element))
        if element.get("dir") not in ("ltr", "rtl"):
            yield DIR.found(place(element))
    if language and tree.get("dir") in ("ltr", "rtl") and tree.get("dir") != direction(language):
        yield DIR.found(
            "html",
            f"The language {language} is written {direction(language)}, and dir says {tree.get('dir')}.",
        )
    for table in tree.iter("table"):
        if table.get("role") not in ("presentation", "none"):
            yield ROLES.found(place(table))
    yield from _pictures(mail)
    yield from _links(mail)
    yield from _headings(mail)
    for element in tree.iter(*_ACTING):
        yield STRUCTURE.found(place(element), f"<{element.tag!s}> has no place in a mail.")
    for element in mail.body.iter():
        if isinstance(element.tag, str) and any(name.startswith("on") for name in element.attrib):
            yield STRUCTURE.found(place(element), "An attribute of the element runs a script.")


def place(element: HtmlElement) -> str:
    """Where an element stands, for a person: its tag, and its words or its address."""
    words = " ".join(element.text_content().split())[:50]
    told = words or element.get("alt") or element.get("src") or element.get("class") or ""
    return f"html: {element.tag!s} “{told[:50]}”" if told else f"html: {element.tag!s}"


def _pictures(mail: Mail) -> Iterator[Finding]:
    for picture in mail.tree.iter("img"):
        alt = picture.get("alt")
        if alt is None:
            yield ALT.found(place(picture))
        elif not alt.strip() and next(picture.iterancestors("a"), None) is not None:
            yield ALT.found(place(picture), "The picture is a link, and its alt text is empty.")


def _links(mail: Mail) -> Iterator[Finding]:
    for link in mail.tree.iter("a"):
        words = " ".join(link.text_content().split())
        words = words or " ".join((picture.get("alt") or "") for picture in link.iter("img")).strip()
        if not words:
            yield LINK_TEXT.found(f"html: a “{link.get('href', '')[:60]}”")
        elif _BARE.fullmatch(words):
            yield BARE_LINK.found(place(link))


def _headings(mail: Mail) -> Iterator[Finding]:
    before = 0
    firsts = 0
    for heading in mail.body.iter("h1", "h2", "h3", "h4", "h5", "h6"):
        level = int(str(heading.tag)[1])
        firsts += level == 1
        if level > before + 1:
            yield HEADINGS.found(
                place(heading),
                f"h{level} follows h{before}." if before else f"The first heading is h{level}.",
            )
        before = level
    if firsts > 1:
        yield HEADINGS.found("html", f"There are {firsts} h1.")
