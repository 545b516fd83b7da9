"""Title and text of a Markdown or plain text file: marks of layout taken off, words kept."""

import re

from digest.text.typography import tidy

_FRONT_MATTER = re.compile(r"\A---\n(.*?)\n---\n", re.DOTALL)
_TITLE_FIELD = re.compile(r"^title:\s*[\"']?(.+?)[\"']?\s*$", re.MULTILINE)
_FENCE = re.compile(r"^(?:```|~~~).*?^(?:```|~~~)[^\n]*$", re.MULTILINE | re.DOTALL)
_HEADING = re.compile(r"^#{1,6}\s+(.+?)\s*#*$")
_IMAGE = re.compile(r"!\[[^\]]*\]\([^)]*\)")
_LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")
_EMPHASIS = re.compile(r"(?<!\w)(\*\*|__|\*|_|`)(?=\S)(.+?)(?<=\S)\1(?!\w)")
_LINE_MARK = re.compile(r"^\s*(?:>\s?|[-*+]\s+|\d{1,3}[.)]\s+)")
_RULE = re.compile(r"^\s*(?:[-*_=]\s*){3,}$")
_TITLE_WORDS = 25


def plain_article(content: str, *, markdown: bool = False) -> tuple[str | None, str]:
    """Title and text of `content`. The title is the front matter's, the first heading, or a short first
    line alone.

    A first line is a title when a blank line follows and it does not end like a sentence.
    """
    text = tidy(content)
    title: str | None = None
    if markdown:
        front = _FRONT_MATTER.match(content.lstrip("\ufeff").replace("\r\n", "\n"))
        if front:
            named = _TITLE_FIELD.search(front[1])
            title = named[1] if named else None
            text = tidy(content.replace("\r\n", "\n")[front.end() :])
        text = _FENCE.sub("", text)
    blocks: list[str] = []
    for block in text.split("\n\n"):
        lines = [
            _bare(line) if markdown else line
            for line in block.split("\n")
            if not (markdown and _RULE.match(line))
        ]
        heading = _HEADING.match(lines[0]) if markdown and lines else None
        if heading:
            if title is None and not blocks:
                title = heading[1]
            lines = lines[1:]
        if any(lines):
            blocks.append("\n".join(line for line in lines if line))
    if title is None and len(blocks) > 1 and _looks_like_title(blocks[0]):
        title = blocks.pop(0)
    return title, "\n\n".join(blocks)


def _bare(line: str) -> str:
    if line.startswith("#"):
        return line
    line = _LINK.sub(r"\1", _IMAGE.sub("", _LINE_MARK.sub("", line)))
    return _EMPHASIS.sub(r"\2", line).strip()


def _looks_like_title(block: str) -> bool:
    return "\n" not in block and len(block.split()) <= _TITLE_WORDS and block[-1] not in ".։:。،,;…"
