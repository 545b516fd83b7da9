"""The body of a cleaned page as paragraphs: trafilatura finds it, this walks what it found."""

from copy import deepcopy
from typing import Any

from lxml.html import HtmlElement

LONG_LINE = 80
"""Lines between single breaks that are longer than this are paragraphs of their own."""


def body_paragraphs(tree: HtmlElement, url: str | None) -> list[str]:
    """The paragraphs, headings and list items of the main text of `tree`, in order; empty when there is
    none."""
    from trafilatura import bare_extraction

    document: Any = bare_extraction(
        tree, url=url, include_comments=False, include_tables=True, with_metadata=False
    )
    if document is None or document.body is None:
        return []
    paragraphs: list[str] = []
    for block in document.body:
        _walk(block, paragraphs)
    return paragraphs


def fragment_paragraphs(tree: HtmlElement) -> list[str]:
    """The paragraphs of a fragment that is the whole article already, as a feed or a REST answer gives it."""
    paragraphs: list[str] = []
    _walk_html(deepcopy(tree), paragraphs)
    return paragraphs


def _walk(block: Any, paragraphs: list[str]) -> None:
    tag = block.tag
    if tag in ("list", "table", "quote", "row") and any(
        child.tag in ("item", "row", "p", "list", "head", "quote", "cell") for child in block
    ):
        if tag == "row":
            cells = [" ".join("".join(cell.itertext()).split()) for cell in block if cell.tag == "cell"]
            paragraphs.append(" | ".join(cell for cell in cells if cell))
            return
        _add(block.text, paragraphs)
        for child in block:
            _walk(child, paragraphs)
            _add(child.tail, paragraphs)
        return
    if tag == "item" and block.find("list") is not None:
        _add(block.text, paragraphs)
        for child in block:
            _walk(child, paragraphs)
            _add(child.tail, paragraphs)
        return
    _add_lines(_with_breaks(block), paragraphs)


def _with_breaks(block: Any) -> str:
    parts: list[str] = []
    for event in block.iter():
        if event.tag == "lb":
            parts.append("\n")
        elif event.text:
            parts.append(" ".join(event.text.split("\n")))
        if event is not block and event.tail:
            parts.append(event.tail.replace("\n", " "))
    return "".join(parts)


def _add_lines(text: str, paragraphs: list[str]) -> None:
    lines = [line.strip() for line in text.split("\n")]
    group: list[str] = []
    for line in [*lines, ""]:
        if not line or (group and (len(line) > LONG_LINE or len(group[-1]) > LONG_LINE)):
            _add(" ".join(group), paragraphs)
            group = []
        if line:
            group.append(line)
    _add(" ".join(group), paragraphs)


def _add(text: str | None, paragraphs: list[str]) -> None:
    if text and text.strip():
        paragraphs.append(text.strip())


_BLOCK_TAGS = frozenset(
    ["p", "div", "section", "article", "blockquote", "ul", "ol", "li", "dl", "dt", "dd", "table", "tr", "h1", "h2", "h3", "h4", "h5", "h6", "pre", "figure", "figcaption", "header", "footer", "body", "html", "center", "hr", "address", "main"]
)


def _walk_html(root: HtmlElement, paragraphs: list[str]) -> None:
    """Text of `root` with a new paragraph at every block's edge; iterative, for hostile depth."""
    buffer: list[str] = []

    def flush() -> None:
        _add_lines("".join(buffer), paragraphs)
        buffer.clear()

    stack: list[tuple[Any, bool]] = [(root, False)]
    while stack:
        element, closing = stack.pop()
        is_block = element.tag in _BLOCK_TAGS
        if closing:
            if is_block:
                flush()
            if element is not root and element.tail:
                buffer.append(element.tail.replace("\n", " "))
            continue
        if is_block:
            flush()
        elif element.tag == "br":
            buffer.append("\n")
        elif element.tag in ("td", "th") and buffer and buffer[-1].strip():
            buffer.append(" | ")
        stack.append((element, True))
        if element.tag not in ("script", "style"):
            if element.text:
                buffer.append(element.text.replace("\n", " ") if element.tag != "pre" else element.text)
            stack.extend((child, False) for child in reversed(element) if isinstance(child.tag, str))
    flush()
