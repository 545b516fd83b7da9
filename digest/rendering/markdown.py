"""Markdown that editors write, as safe HTML for a mail and as plain text.

HTML inside the Markdown is shown literally. What comes out passes an allowlist all the same, so that a
fault of one wall is not a hole.
"""

from functools import lru_cache

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token

from digest.rendering import literal
from digest.rendering.language import tag
from digest.rendering.typesetting import kept_together

_TAGS = {"p", "br", "strong", "em", "a", "ul", "ol", "li", "blockquote", "h3", "h4", "code", "pre", "hr", "s"}
_QUOTES = {
    "hy": "«»„“",
    "ru": "«»„“",
    "fr": ["«\u202f", "\u202f»", "“", "”"],
    "de": "„“‚‘",
    "es": "«»“”",
    "ar": "«»“”",
}


_CLEANER = nh3.Cleaner(
    tags=_TAGS,
    attributes={"a": {"href"}, "ol": {"start"}},
    url_schemes={"http", "https", "mailto"},
    link_rel=None,
    strip_comments=True,
)


@lru_cache(maxsize=32)
def _parser(language: str) -> MarkdownIt:
    quotes = _QUOTES.get(tag(language).split("-")[0].lower(), "“”‘’")
    options = {"html": False, "linkify": False, "typographer": True, "quotes": quotes, "maxNesting": 20}
    return MarkdownIt("commonmark", options).enable(["replacements", "smartquotes", "strikethrough"])


def to_html(markdown: str, language: str) -> str:
    """Safe, well-formed HTML; headings begin at h3, so that they stand under a section's."""
    return _both(markdown, language)[0]


def to_text(markdown: str, language: str) -> tuple[tuple[str, str], ...]:
    """The paragraphs as plain text, each with the prefix of its first line (`- `, `1. `, `> ` or none)."""
    return _both(markdown, language)[1]


@lru_cache(maxsize=128)
def _both(markdown: str, language: str) -> tuple[str, tuple[tuple[str, str], ...]]:
    """Parsed once for the two parts of a mail."""
    tokens = _parser(language).parse(_kept_breaks(markdown))
    return _html(tokens, language), tuple(_paragraphs(tokens))


def _html(tokens: list[Token], language: str) -> str:
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = "h3" if token.tag in ("h1", "h2", "h3") else "h4"
    html = _parser(language).renderer.render(tokens, _parser(language).options, {})
    return str(_CLEANER.clean(html)).replace("<br>", "<br />").replace("<hr>", "<hr />").strip()


def _paragraphs(tokens: list[Token]) -> list[tuple[str, str]]:
    paragraphs: list[tuple[str, str]] = []
    lists: list[int | None] = []
    quotes = 0
    item_begins = False
    for token in tokens:
        if token.type == "ordered_list_open":
            lists.append(int(token.attrGet("start") or 1))
        elif token.type == "bullet_list_open":
            lists.append(None)
        elif token.type in ("ordered_list_close", "bullet_list_close"):
            lists.pop()
        elif token.type == "list_item_open":
            item_begins = True
        elif token.type == "blockquote_open":
            quotes += 1
        elif token.type == "blockquote_close":
            quotes -= 1
        elif token.type in ("inline", "code_block", "fence"):
            prefix = "> " * quotes
            if lists and item_begins:
                position = lists[-1]
                prefix += "- " if position is None else f"{position}. "
                if position is not None:
                    lists[-1] = position + 1
            item_begins = False
            paragraphs.append((prefix, _inline_text(token) if token.children else token.content.strip()))
    return paragraphs


def _kept_breaks(markdown: str) -> str:
    # Leading spaces are Markdown's grammar: clean each line, but keep its indentation.
    cleaned = []
    for row in markdown.replace("\r\n", "\n").replace("\r", "\n").split("\n"):
        indent = len(row) - len(row.lstrip(" "))
        cleaned.append(" " * indent + kept_together(literal.line(row)))
    return "\n".join(cleaned)


def _inline_text(token: Token) -> str:
    """The text of a run; a link shows its address after its words."""
    text: list[str] = []
    address = ""
    for child in token.children or []:
        if child.type in ("text", "code_inline"):
            text.append(child.content)
        elif child.type == "softbreak":
            text.append(" ")
        elif child.type == "hardbreak":
            text.append("\n")
        elif child.type == "link_open":
            address = str(child.attrGet("href") or "")
        elif child.type == "link_close" and address:
            text.append(f" ({address})" if "".join(text[-1:]) != address else "")
        elif child.type == "image":
            text.append(child.content)
    return "".join(text).strip()
