"""White space that no mail program shows is taken out of HTML; conditional comments stay byte for byte."""

import re
from functools import lru_cache

_KEPT = re.compile(r"(<!--.*?-->|<style[^>]*>.*?</style>|<pre[\s>].*?</pre>)", re.DOTALL)
_PART = re.compile(r"<(?:style|pre[\s>]|!--(?!\[if|<!))")
_BLOCKS = {
    *(
        "html",
        "head",
        "body",
        "title",
        "meta",
        "style",
        "table",
        "tbody",
        "thead",
        "tr",
        "td",
        "th",
        "div",
        "p",
    ),
    *("h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "blockquote", "br", "hr"),
}
_TAG_NAME = re.compile(r"</?([a-z0-9]+)")
_RUN = re.compile(r"[ \t\r\n]+")
_RULE_SPACE = re.compile(r"\s*([{};,>])\s*")
_COMMENT_IN_STYLE = re.compile(r"/\*.*?\*/", re.DOTALL)


def minify(html: str) -> str:
    """`html`, written with tag names in small letters, shown the same in fewer bytes.

    Lines are joined: without a space beside a block's tag, with one between words or inline tags.
    """
    start = html.find(">", html.find("<body")) + 1
    head, body = html[:start], html[start:]
    return _by_parts(head) + (_by_parts(body) if _has_parts(body) else _joined(body))


def _has_parts(body: str) -> bool:
    """Whether something in the body is more than lines: a sheet, a comment to drop or one of many lines."""
    if _PART.search(body):
        return True
    return "\n" in body and any(line.rfind("<!--") > line.rfind("-->") for line in body.split("\n"))


def _by_parts(html: str) -> str:
    parts = _KEPT.split(html)
    for index, part in enumerate(parts):
        if index % 2 == 0:
            parts[index] = _joined(part)
        elif part.startswith("<style"):
            parts[index] = _minify_style(part)
        elif part.startswith("<!--") and not part.startswith(("<!--[if", "<!--<!")):
            parts[index] = ""
    return "".join(parts)


def _joined(part: str) -> str:
    lines = part.split("\n")
    if len(lines) == 1:
        return "" if part.isspace() else part
    # What stands before the first line and after the last is a comment or a style sheet, a block each.
    written: list[str] = []
    before_is_block = True
    for line in lines:
        text = line.strip()
        if not text:
            continue
        if not before_is_block and not _begins_with_block(text):
            written.append(" ")
        written.append(text)
        before_is_block = _ends_with_block(text)
    return "".join(written)


def _begins_with_block(text: str) -> bool:
    found = _TAG_NAME.match(text)
    return text.startswith("<!--") if found is None else found[1] in _BLOCKS


def _ends_with_block(text: str) -> bool:
    if not text.endswith(">"):
        return False
    found = _TAG_NAME.match(text, text.rfind("<"))
    return text.endswith("-->") if found is None else found[1] in _BLOCKS


@lru_cache(maxsize=64)
def _minify_style(style: str) -> str:
    opening, _, rest = style.partition(">")
    rules, _, closing = rest.rpartition("<")
    rules = _RULE_SPACE.sub(r"\1", _RUN.sub(" ", _COMMENT_IN_STYLE.sub("", rules)))
    return f"{opening}>{rules.replace(': ', ':').replace(';}', '}').strip()}<{closing}"
