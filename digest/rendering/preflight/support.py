"""HTML and CSS that some mail programs lack, by a table derived from caniemail's data (clients.json, MIT)."""

import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from digest.rendering.preflight.cascade import declarations
from digest.rendering.preflight.finding import Finding, note, warning
from digest.rendering.preflight.mail import Mail

DEPENDS = warning(
    "support-depends", "Layout must not depend on what Outlook or Gmail lacks (standards, section 4.2).",
    "Build it from tables, or make sure it reads as well without.",
)  # fmt: skip
LACKING = note(
    "support-lacking",
    "Some mail programs do not know this feature.",
    "See that the mail reads as well without it.",
)
RULES = (DEPENDS, LACKING)

# A layout that needs one of these falls apart where it is missing.
_DEPENDED_ON = {
    *("css-display-flex", "css-display-grid", "css-background-image", "css-at-font-face", "css-variables"),
    *(
        "html-svg",
        "image-svg",
        "image-webp",
        "css-position",
        "css-float",
        "css-grid-template",
        "image-base64",
    ),
}
# What the themes use knowing that it is missing somewhere, and what is seen there instead.
FALLBACKS = {
    "css-at-media": "the mail is laid out without media queries",
    "css-at-media-prefers-color-scheme": "light colours, which survive forced inversion",
    "css-at-media-hover": "no hover effect",
    "css-pseudo-class-hover": "no hover effect",
    "css-border-radius": "square corners",
    "css-display": "ghost tables hold the layout; links are inline",
    "css-display-none": "wide pictures shown on phones too",
    "css-max-width": "ghost tables of fixed width",
    "css-max-height": "only on elements that are hidden anyway",
    "css-opacity": "only on elements that are hidden anyway",
    "css-overflow": "only on elements that are hidden anyway",
    "css-outline": "a border on linked pictures at worst",
    "css-white-space": "a name may wrap",
    "css-word-break": "a very long word may run out of its column",
    "css-letter-spacing": "unspaced letters",
    "css-word-spacing": "normal spaces",
    "css-cursor": "the usual pointer",
    "css-direction": "dir attributes say the same",
    "css-height": "natural height of pictures by their attributes",
    "css-width": "widths by attributes",
    "css-margin": "spacing by table cells",
    "css-padding": "spacing by table cells",
    "css-line-height": "the program's own line height",
    "css-list-style": "the program's own bullets",
    "css-background": "bgcolor attributes say the same",
    "css-linear-gradient": "only the white ground under a logo, which is white there anyway",
    "css-background-color": "bgcolor attributes say the same",
    "css-border": "no line",
    "css-box-shadow": "the white ground under a logo ends at the logo's edge",
    "css-border-collapse": "cellspacing attributes say the same",
    "css-border-spacing": "cellspacing attributes say the same",
    "css-important": "only in dark mode and on phones",
    "css-selector-child": "only in dark mode and on phones",
    "css-selector-descendant": "only in dark mode and on phones",
    "css-selector-class": "only in dark mode and on phones",
    "css-selector-type": "only in dark mode and on phones",
    "css-selector-grouping": "only in dark mode and on phones",
    "css-selector-id": "only the rule for Outlook.com's links",
    "css-selector-chaining": "only in dark mode and on phones",
    "css-font": "the program's own font",
    "css-font-size": "sizes stand on each element",
    "css-font-weight": "normal weight",
    "css-color-scheme": "the program decides by itself",
    "css-text-align": "align and dir attributes say the same",
    "css-text-decoration": "underlined as links are",
    "css-text-transform": "written as it is",
    "css-vertical-align": "valign attributes say the same",
    "css-unit-percent": "widths by attributes",
    "css-unit-em": "spacing of letters only",
    "css-unit-px": "widths by attributes",
    "css-sytem-ui": "the next font of the stack",
    "css-comments": "Outlook's conditional comments are meant for Outlook only",
    "html-comments": "Outlook's conditional comments are meant for Outlook only",
    "html-meta-color-scheme": "the program decides by itself",
    "html-style": "every rule that matters is inline",
    "html-role": "read as a table by a few",
    "html-aria-label": "the title says the same",
    "html-lang": "the program's own voice",
    "html-dir": "align attributes say the same",
    "html-target": "opens in the program's own way",
    "html-body": "the first div carries the same colours",
    "html-doctype": "quirks mode",
    "html-link": "no external style sheets are used",
    "html-semantics": "read as a div",
    "html-lists": "the program's own bullets",
    "html-blockquote": "indented in the program's own way",
    "html-h1-h6": "sizes stand on each element",
    "html-p": "the program's own margins",
    "html-table": "built from tables throughout",
    "html-align": "text-align says the same",
    "html-valign": "vertical-align says the same",
    "html-cellpadding": "padding says the same",
    "html-cellspacing": "border-collapse says the same",
    "html-height": "style says the same",
    "html-width": "style says the same",
    "html-img": "alt texts",
    "image-jpg": "alt texts",
    "image-png": "alt texts",
}

_STYLE = re.compile(r"<style[^>]*>(.*?)</style>", re.DOTALL | re.IGNORECASE)
_AT_RULE = re.compile(r"@(media|font-face|import|keyframes|supports)([^{;]*)")
_ATTRIBUTES = {
    *(
        "align",
        "aria-describedby",
        "aria-hidden",
        "aria-label",
        "aria-labelledby",
        "background",
        "cellpadding",
    ),
    *("cellspacing", "dir", "height", "hidden", "lang", "role", "srcset", "target", "valign", "width"),
}


@cache
def table() -> dict[str, Any]:
    """The derived table: `clients` by index, `features` by caniemail's slug."""
    found: dict[str, Any] = json.loads(Path(__file__).with_name("clients.json").read_text(encoding="utf-8"))
    return found


def check(mail: Mail) -> Iterator[Finding]:
    """Each feature that the mail uses and a claimed program lacks, once."""
    clients, features = table()["clients"], table()["features"]
    for slug in sorted(used(mail)):
        feature = features.get(slug)
        if feature is None or not feature["no"] or slug in FALLBACKS:
            continue
        names = ", ".join(clients[index] for index in feature["no"])
        rule = DEPENDS if slug in _DEPENDED_ON else LACKING
        yield rule.found(f"html: {slug}", f"{feature['title']} is missing in {names}.")


def used(mail: Mail) -> set[str]:
    """The features of the mail, by caniemail's slugs; a slug without an entry in the table is left out."""
    found: set[str] = set()
    sheets = _STYLE.findall(mail.html)
    for sheet in sheets:
        found |= {f"css-at-{kind}" for kind, _ in _AT_RULE.findall(sheet)}
        found |= {
            f"css-at-media-{name}" for name in re.findall(r"\((prefers-[a-z-]+|hover|orientation)", sheet)
        }
        found |= {f"css-pseudo-class-{name}" for name in re.findall(r"[\w\])*]:([a-z-]+)[\s,{.>]", sheet)}
        for rules in re.findall(r"\{([^{}]*)\}", sheet):
            found |= _style_features(rules)
    for element in mail.tree.iter():
        if not isinstance(element.tag, str):
            continue
        tag = "h1-h6" if re.fullmatch("h[1-6]", element.tag) else element.tag
        found.add(f"html-{tag}")
        found |= {f"html-{name}" for name in element.attrib if name in _ATTRIBUTES}
        if style := element.get("style"):
            found |= _style_features(style)
        source = (element.get("src") or "").lower()
        if element.tag == "img":
            kind = (
                "base64" if source.startswith("data:") else re.sub(r"[?#].*", "", source).rpartition(".")[2]
            )
            found.add(f"image-{'jpg' if kind == 'jpeg' else kind}")
    return {slug for slug in found if slug in table()["features"]}


def _style_features(style: str) -> set[str]:
    found = set()
    for name, value in declarations(style).items():
        if name.startswith("--"):
            found.add("css-variables")
        found.add(f"css-{name}")
        if name == "display":
            for kind in ("flex", "grid", "none"):
                if kind in value:
                    found.add(f"css-display-{kind}")
        if name in ("background", "background-image") and "url(" in value:
            found.add("css-background-image")
        if "gradient(" in value:
            found.add("css-linear-gradient")
        if "var(" in value:
            found.add("css-variables")
        found |= {f"css-unit-{unit}" for unit in re.findall(r"\d(rem|em|vw|vh|ch|vmin|vmax)\b", value)}
    return found
