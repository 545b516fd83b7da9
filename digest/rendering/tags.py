"""The MJML tags that compile. The compiler drops an unknown tag without a word; this does not."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

KNOWN = {
    *("mjml", "mj-head", "mj-body", "mj-attributes", "mj-all", "mj-class", "mj-breakpoint", "mj-font"),
    *("mj-html-attributes", "mj-selector", "mj-html-attribute", "mj-preview", "mj-style", "mj-title"),
    *("mj-accordion", "mj-accordion-element", "mj-accordion-title", "mj-accordion-text", "mj-button"),
    *("mj-carousel", "mj-carousel-image", "mj-column", "mj-divider", "mj-group", "mj-hero", "mj-image"),
    *("mj-navbar", "mj-navbar-link", "mj-raw", "mj-section", "mj-social", "mj-social-element", "mj-spacer"),
    *("mj-table", "mj-text", "mj-wrapper"),
}
# Reads a file named by the template: never allowed, whoever wrote it (standards, section 6.9).
FORBIDDEN = {"mj-include"}
_TAG = re.compile(r"</?(mj[a-z]*(?:-[A-Za-z0-9-]*)?)(?=[\s/>])", re.IGNORECASE)
_NOT_MARKUP = re.compile(r"\{#.*?#\}|<!--.*?-->", re.DOTALL)


@dataclass(frozen=True)
class TagFault:
    """A tag that will not compile, and the line (from 1) it stands on."""

    tag: str
    line: int
    reason: str


def faults(source: str) -> Iterator[TagFault]:
    """Every tag of `source` (a template or composed MJML) that is unknown, forbidden or in capitals."""
    markup = _NOT_MARKUP.sub(lambda match: re.sub(r"[^\n]", " ", match[0]), source)
    for match in _TAG.finditer(markup):
        name = match[1]
        if name in KNOWN:
            continue
        if name in FORBIDDEN:
            reason = f"<{name}> is not allowed in a theme"
        elif name.lower() in KNOWN:
            reason = f"<{name}> must be written in small letters"
        else:
            reason = f"<{name}> is not an MJML tag"
        yield TagFault(name, markup.count("\n", 0, match.start()) + 1, reason)
