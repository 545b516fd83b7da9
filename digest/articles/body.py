"""The paragraphs of a page as trafilatura finds them, and a walk over what it found."""

from typing import Any

from lxml.html import HtmlElement

LONG_LINE = 80
"""Lines between single breaks that are longer than this are paragraphs of their own."""

_NESTING = ("item", "row", "p", "list", "head", "quote", "cell")


def body_paragraphs(tree: HtmlElement, url: str | None) -> list[str]:
    """The paragraphs, headings and list items of the main text of `tree`, in order; empty when there is
    none."""
    from trafilatura import bare_extraction

    document: Any = bare_extraction(tree, url=url, include_comments=False, with_metadata=False)
    if document is None or document.body is None:
        return []
    paragraphs: list[str] = []
    for block in document.body:
        _walk(block, paragraphs)
    return paragraphs


def _walk(block: Any, paragraphs: list[str]) -> None:
    tag = block.tag
    if tag == "row":
        cells = [" ".join("".join(cell.itertext()).split()) for cell in block if cell.tag == "cell"]
        add(" | ".join(cell for cell in cells if cell), paragraphs)
    elif tag in ("list", "table", "quote", "item", "div") and any(child.tag in _NESTING for child in block):
        opening = [block.text or ""]
        for child in block:
            if child.tag in _NESTING:
                add("".join(opening), paragraphs)
                opening = [child.tail or ""]
                _walk(child, paragraphs)
            else:
                opening.append(_with_breaks(child) + (child.tail or ""))
        add("".join(opening), paragraphs)
    else:
        add_lines(_with_breaks(block), paragraphs)


def _with_breaks(block: Any) -> str:
    parts: list[str] = []
    for element in block.iter():
        if element.tag == "lb":
            parts.append("\n")
        elif element.text:
            parts.append(element.text.replace("\n", " "))
        if element is not block and element.tail:
            parts.append(element.tail.replace("\n", " "))
    return "".join(parts)


def add_lines(text: str, paragraphs: list[str]) -> None:
    """Add `text` to `paragraphs`: empty lines part paragraphs, and so does a break beside a long line."""
    group: list[str] = []
    for line in [*(line.strip() for line in text.split("\n")), ""]:
        if not line or (group and (len(line) > LONG_LINE or len(group[-1]) > LONG_LINE)):
            add(" ".join(group), paragraphs)
            group = []
        if line:
            group.append(line)


def add(text: str | None, paragraphs: list[str]) -> None:
    """Add `text` to `paragraphs` unless it is blank."""
    if text and text.strip():
        paragraphs.append(text.strip())
