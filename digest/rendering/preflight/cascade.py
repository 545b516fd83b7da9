"""The styles that elements really have: inline styles, attributes, inheritance, and dark-mode rules.

Small on purpose: it knows what a mail uses (type, class, descendant and child selectors) and leaves
everything else unmatched.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from lxml.html import HtmlElement

from digest.rendering.colour import BLACK, WHITE, Colour

_DARK = re.compile(r"@media\s*\(prefers-color-scheme:\s*dark\)\s*\{((?:[^{}]*\{[^{}]*\})*)\s*\}")
_RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")
_HEX = re.compile(r"#([0-9a-fA-F]{6}|[0-9a-fA-F]{3})\b")
_RGB = re.compile(r"rgb\(\s*(\d{1,3})\s*,\s*(\d{1,3})\s*,\s*(\d{1,3})\s*\)")
_COMPOUND = re.compile(r"^([a-zA-Z][a-zA-Z0-9]*|\*)?((?:[.#][A-Za-z0-9_-]+)*)$")
_NAMED = {"white": WHITE, "black": BLACK, "gray": Colour(128, 128, 128), "red": Colour(255, 0, 0)}
_SIZES = {"h1": 32.0, "h2": 24.0, "h3": 18.72, "h4": 16.0, "small": 13.0}


@dataclass(frozen=True)
class Computed:
    """What one element looks like. Sizes in CSS pixels; `background` is the nearest painted one."""

    colour: Colour = BLACK
    background: Colour = WHITE
    font_size: float = 16.0
    line_height: float = 19.2
    display: str = "inline"
    padding_above: float = 0.0
    padding_below: float = 0.0
    hidden: bool = False


def colour_of(value: str) -> Colour | None:
    """The colour in a CSS value, or None where there is none that this module reads."""
    if found := _HEX.search(value):
        digits = found[1] if len(found[1]) == 6 else "".join(2 * digit for digit in found[1])
        return Colour(*bytes.fromhex(digits))
    if found := _RGB.search(value):
        return Colour(*(min(int(part), 255) for part in found.groups()))
    return next((_NAMED[word] for word in value.lower().split() if word in _NAMED), None)


def declarations(style: str) -> dict[str, str]:
    """A style attribute as properties and values; `!important` stays in the value."""
    found = {}
    for declaration in re.split(r";(?![^(]*\))", style):
        name, colon, value = declaration.partition(":")
        if colon:
            found[name.strip().lower()] = value.strip()
    return found


def computed(body: HtmlElement, *, dark: bool = False, sheets: str = "") -> dict[HtmlElement, Computed]:
    """The look of each element under `body`; with `dark`, as `prefers-color-scheme: dark` shows it."""
    rules = list(_dark_rules(sheets)) if dark else []
    looks: dict[HtmlElement, Computed] = {}
    for element in body.iter():
        if not isinstance(element.tag, str):
            continue
        parent = element.getparent()
        above = looks.get(parent, Computed()) if parent is not None else Computed()
        style = declarations(element.get("style") or "")
        matching = sorted(
            (rule for rule in rules if _matches(element, rule.path)), key=lambda rule: rule.weight
        )
        for rule in matching:
            for name, value in rule.style.items():
                if name not in style or "!important" in value:
                    style[name] = value
                    if name == "background":  # the shorthand sets the colour too
                        style.pop("background-color", None)
        looks[element] = _look(element, style, above)
    return looks


def texts(body: HtmlElement) -> Iterator[tuple[HtmlElement, str]]:
    """Each run of text that is shown, with the element whose look it has."""
    for element in body.iter():
        if not isinstance(element.tag, str) or element.tag in ("style", "script", "title"):
            continue
        if element.text and element.text.strip():
            yield element, element.text.strip()
        parent = element.getparent()
        if element is not body and parent is not None and element.tail and element.tail.strip():
            yield parent, element.tail.strip()


def _look(element: HtmlElement, style: Mapping[str, str], above: Computed) -> Computed:
    size = _size(style.get("font-size", ""), above.font_size) or _SIZES.get(str(element.tag), above.font_size)
    height = above.line_height * size / above.font_size if size != above.font_size else above.line_height
    padding = style.get("padding", "").split()
    top, bottom = (padding[0], padding[2] if len(padding) > 2 else padding[0]) if padding else ("", "")
    blocks = ("div", "p", "h1", "h2", "h3", "h4", "li", "ul", "ol", "td", "table", "blockquote", "body")
    return replace(
        above,
        colour=colour_of(style.get("color", "")) or above.colour,
        background=(
            colour_of(style.get("background-color", ""))
            or colour_of(style.get("background", ""))
            or colour_of(element.get("bgcolor") or "")
            or above.background
        ),
        font_size=size,
        line_height=_size(style.get("line-height", ""), size) or height,
        display=_plain(style.get("display", "block" if element.tag in blocks else "inline")),
        padding_above=_size(style.get("padding-top", top), size) or 0.0,
        padding_below=_size(style.get("padding-bottom", bottom), size) or 0.0,
        hidden=above.hidden or _plain(style.get("display", "")) == "none",
    )


def _plain(value: str) -> str:
    return value.replace("!important", "").strip().lower()


def _size(value: str, relative: float) -> float | None:
    found = re.match(r"([0-9.]+)(px|em|%|pt)?", value.strip())
    if not found or not found[1].strip("."):
        return None
    number = float(found[1])
    factors = {"px": 1.0, "em": relative, "%": relative / 100, "pt": 4 / 3, None: relative}
    return number * factors[found[2]] if number else 0.0


@dataclass(frozen=True)
class _Rule:
    path: tuple[tuple[str, str], ...]
    style: Mapping[str, str]
    weight: tuple[int, int]


def _dark_rules(sheets: str) -> Iterator[_Rule]:
    order = 0
    for block in _DARK.finditer(sheets):
        for selectors, style in _RULE.findall(block[1]):
            for selector in selectors.split(","):
                order += 1
                steps = re.sub(r"\s*>\s*", " >", selector.strip()).split()
                path = tuple((">" if step.startswith(">") else " ", step.lstrip(">")) for step in steps)
                if path and all(_COMPOUND.match(step) for _, step in path):
                    classes = sum(step.count(".") for _, step in path)
                    yield _Rule(path, declarations(style), (classes, order))


def _matches(element: HtmlElement, path: tuple[tuple[str, str], ...]) -> bool:
    *before, (combinator, step) = path
    if not _fits(element, step):
        return False
    if not before:
        return True
    parent = element.getparent()
    while parent is not None:
        if _matches(parent, tuple(before)):
            return True
        if combinator == ">":
            return False
        parent = parent.getparent()
    return False


def _fits(element: HtmlElement, step: str) -> bool:
    found = _COMPOUND.match(step)
    if not found:
        return False
    if found[1] and found[1] not in ("*", element.tag):
        return False
    classes = (element.get("class") or "").split()
    marks = re.findall(r"([.#])([A-Za-z0-9_-]+)", found[2])
    return all(name in classes if kind == "." else element.get("id") == name for kind, name in marks)
