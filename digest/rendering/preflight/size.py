"""Size as sent: what Gmail clips, and the style sheets it drops."""

import re
from collections.abc import Iterator

from digest.rendering.preflight.finding import Finding, error, warning
from digest.rendering.preflight.mail import Mail

CLIPPED = 102 * 1024
NEARLY = 90 * 1024
STYLE_LIMIT = 16 * 1024

HTML_SIZE = error(
    "html-size",
    "Gmail cuts a message off at 102 KB of HTML, and the unsubscribe link with it.",
    "Take out items, shorten summaries, or choose a lighter theme.",
)
HTML_NEARLY = warning(
    "html-nearly-clipped",
    "Above 90 KB the values of a recipient, or a relay's own additions, may carry it over 102 KB.",
    "Take out an item or two.",
)
STYLE_SIZE = error(
    "style-size",
    "Gmail drops every style sheet once 16 KB of them are exceeded.",
    'Move rules of the theme into mj-style inline="inline", or remove them.',
)
RULES = (HTML_SIZE, HTML_NEARLY, STYLE_SIZE)

_STYLE = re.compile(r"<style[^>]*>(.*?)</style>", re.DOTALL | re.IGNORECASE)


def check(mail: Mail) -> Iterator[Finding]:
    """Bytes of the decoded HTML and of its style sheets."""
    size = len(mail.html.encode())
    if size >= CLIPPED:
        yield HTML_SIZE.found("html", f"The HTML has {size:,} bytes; Gmail cuts it off at {CLIPPED:,}.")
    elif size >= NEARLY:
        yield HTML_NEARLY.found("html", f"The HTML has {size:,} bytes; Gmail cuts it off at {CLIPPED:,}.")
    sheets = sum(len(sheet.encode()) for sheet in _STYLE.findall(mail.html))
    if sheets >= STYLE_LIMIT:
        yield STYLE_SIZE.found(
            "html: style", f"The style sheets have {sheets:,} bytes; {STYLE_LIMIT:,} is the limit."
        )
