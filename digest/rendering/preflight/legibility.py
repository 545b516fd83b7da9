"""What the eye and the thumb need: contrast in light, dark and inverted, size of type, size of targets."""

import re
from collections.abc import Callable, Iterator

from lxml.html import HtmlElement

from digest.rendering import colour
from digest.rendering.colour import Colour
from digest.rendering.preflight import cascade
from digest.rendering.preflight.cascade import Computed
from digest.rendering.preflight.document import place
from digest.rendering.preflight.finding import Finding, Rule, error, warning
from digest.rendering.preflight.mail import Mail

LIGHT = error(
    "contrast-light",
    "Text under 4.5:1 on its ground is hard to read (WCAG 1.4.3).",
    "Choose a darker colour.",
)
DARK = error(
    "contrast-dark", "In dark mode text needs 4.5:1 too.", "Mend the theme's prefers-color-scheme rules."
)
INVERTED = warning(
    "contrast-inverted", "Some programs turn every colour over; the pair must be readable then too.",
    "Choose a colour further from its ground.",
)  # fmt: skip
TYPE_SIZE = warning(
    "type-size", "Type under 14 pixels is hard to read on a phone.", "Set it in 14 pixels or more."
)
TAP = warning(
    "tap-target",
    "A link on its own needs a height of 44 pixels to be hit with a thumb.",
    "Give the link padding.",
)
RULES = (LIGHT, DARK, INVERTED, TYPE_SIZE, TAP)

TAP_HEIGHT = 44.0
_STYLE = re.compile(r"<style[^>]*>(.*?)</style>", re.DOTALL | re.IGNORECASE)


def check(mail: Mail) -> Iterator[Finding]:
    """Each fault once for a pair of colours or a size, however often it occurs."""
    sheets = "".join(_STYLE.findall(mail.html))
    light = cascade.computed(mail.body)
    yield from _contrast(mail.body, light, LIGHT, lambda shade: shade)
    if "prefers-color-scheme" in sheets:
        yield from _contrast(
            mail.body, cascade.computed(mail.body, dark=True, sheets=sheets), DARK, lambda shade: shade
        )
    yield from _contrast(mail.body, light, INVERTED, colour.inverted)
    yield from _sizes(mail.body, light)
    yield from _targets(mail.body, light)


def _contrast(
    body: HtmlElement, looks: dict[HtmlElement, Computed], rule: Rule, seen: Callable[[Colour], Colour]
) -> Iterator[Finding]:
    told = set()
    for element, _ in cascade.texts(body):
        look = looks[element]
        if look.hidden:
            continue
        text, ground = seen(look.colour), seen(look.background)
        ratio = colour.contrast(text, ground)
        large = look.font_size >= 24 or (
            look.font_size >= 18.66 and element.tag in ("h1", "h2", "h3", "b", "strong")
        )
        if ratio < (3.0 if large else colour.AA) and (text, ground) not in told:
            told.add((text, ground))
            yield rule.found(place(element), f"{text} on {ground} has a contrast of {ratio:.1f}.")


def _sizes(body: HtmlElement, looks: dict[HtmlElement, Computed]) -> Iterator[Finding]:
    told = set()
    for element, words in cascade.texts(body):
        look = looks[element]
        if not look.hidden and words.strip("\u00a0 ") and look.font_size < 14 and look.font_size not in told:
            told.add(look.font_size)
            yield TYPE_SIZE.found(place(element), f"The text is {look.font_size:g} pixels high.")


def _targets(body: HtmlElement, looks: dict[HtmlElement, Computed]) -> Iterator[Finding]:
    for link in body.iter("a"):
        look = looks[link]
        if look.hidden or not _stands_alone(link, look):
            continue
        picture = next(link.iter("img"), None)
        inside = max(
            (float(re.sub(r"\D", "", image.get("height") or "0") or 0) for image in link.iter("img")),
            default=0.0,
        )
        height = (
            max(inside, look.line_height if picture is None else 0.0)
            + look.padding_above
            + look.padding_below
        )
        if height < TAP_HEIGHT:
            yield TAP.found(place(link), f"The link is {height:g} pixels high.")


def _stands_alone(link: HtmlElement, look: Computed) -> bool:
    """Links in running text are excepted (WCAG 2.5.8, exception "Inline")."""
    if look.display in ("block", "inline-block"):
        return True
    parent = link.getparent()
    if parent is None or parent.tag == "span":
        return False
    others = "".join(parent.text_content().split()) != "".join(link.text_content().split())
    return not others
