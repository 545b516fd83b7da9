"""White space that no mail program shows is taken out of HTML; conditional comments stay byte for byte."""

import re

_COMMENT = re.compile(r"(<!--.*?-->|<style[^>]*>.*?</style>|<pre[\s>].*?</pre>)", re.DOTALL | re.IGNORECASE)
_BLOCK = (
    "html|head|body|title|meta|style|table|tbody|thead|tr|td|th|div|p|h[1-6]|ul|ol|li|blockquote|br|hr|pre"
)
_AROUND_BLOCK = re.compile(rf"\s+(?=</?(?:{_BLOCK})[\s/>])|(</?(?:{_BLOCK})(?:\s[^>]*)?>)\s+", re.IGNORECASE)
_RUN = re.compile(r"[ \t\r\n]+")
_RULE_SPACE = re.compile(r"\s*([{};,>])\s*")


def minify(html: str) -> str:
    """`html` as shown the same, in fewer bytes."""
    parts = _COMMENT.split(html)
    for index, part in enumerate(parts):
        if index % 2 == 0:
            parts[index] = "" if part.isspace() else _AROUND_BLOCK.sub(r"\1", _RUN.sub(" ", part))
        elif part[:6].lower() == "<style":
            parts[index] = _minify_style(part)
        elif part.startswith("<!--") and not part.startswith(("<!--[if", "<!--<!")):
            parts[index] = ""
    return "".join(parts)


def _minify_style(style: str) -> str:
    opening, _, rest = style.partition(">")
    rules, _, closing = rest.rpartition("<")
    rules = re.sub(r"/\*.*?\*/", "", rules, flags=re.DOTALL)
    rules = _RULE_SPACE.sub(r"\1", _RUN.sub(" ", rules)).replace(": ", ":").replace(";}", "}").strip()
    return f"{opening}>{rules}<{closing}"
