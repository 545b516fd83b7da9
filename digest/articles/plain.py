"""Articles given as plain text or Markdown: front matter, then a title, then paragraphs."""

import re

from digest.articles.title import tidy

_FRONT = re.compile(r"\A---\s*\n(.*?)\n(?:---|\.\.\.)\s*(?:\n|\Z)", re.DOTALL)
_FIELD = re.compile(r"^([A-Za-z_][\w-]*)\s*:\s*(.*)$")
_HEADING = re.compile(r"^(#{1,6})\s+(.*?)\s*#*$")
_UNDERLINE = re.compile(r"^(?:=+|-{3,})\s*$")
_LONGEST_TITLE = 200


def front_matter(text: str) -> tuple[dict[str, str], str]:
    """The `key: value` lines between `---` at the start of `text`, keys in lower case, and the text after
    them."""
    found = _FRONT.match(text)
    if not found:
        return {}, text
    fields: dict[str, str] = {}
    last = ""
    for line in found[1].splitlines():
        named = _FIELD.match(line)
        if named:
            last = named[1].lower()
            fields[last] = named[2].strip().strip("\"'")
        elif last and re.match(r"^\s*-\s+", line):
            item = re.sub(r"^\s*-\s+", "", line).strip().strip("\"'")
            fields[last] = f"{fields[last]}, {item}" if fields[last] else item
    return fields, text[found.end() :]


def markdown_paragraphs(text: str) -> tuple[str | None, list[str]]:
    """The first heading, if the text begins with one, and the paragraphs as plain text."""
    from lxml.html import fragment_fromstring
    from markdown_it import MarkdownIt

    from digest.articles.container import blocks

    html = MarkdownIt("commonmark", {"html": False}).render(text)
    tree = fragment_fromstring(html, create_parent="div")
    title = None
    first = next((child for child in tree), None)
    if first is not None and first.tag in ("h1", "h2"):
        title = tidy(first.text_content())
        first.drop_tree()
    return title, [block.text for block in blocks(tree)]


def text_paragraphs(text: str) -> tuple[str | None, list[str]]:
    """A title and the paragraphs of plain text.

    The first line is the title when it stands alone, is short and does not end as a sentence does.
    """
    blocks = [
        block.strip()
        for block in re.split(r"\n\s*\n", text.replace("\r\n", "\n").replace("\r", "\n"))
        if block.strip()
    ]
    if len(blocks) == 1 and "\n" in blocks[0]:
        blocks = [line.strip() for line in blocks[0].split("\n") if line.strip()]
    title = None
    if (
        len(blocks) > 1
        and "\n" not in blocks[0]
        and len(blocks[0]) <= _LONGEST_TITLE
        and blocks[0][-1] not in ".։:。,;"
    ):
        title = tidy(blocks.pop(0))
    return title, [" ".join(block.split("\n")) for block in blocks]
