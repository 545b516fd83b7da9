"""How two readings of one text are compared."""

import re


def plain(text: str) -> str:
    """`text` reduced to its letters and digits, for comparing what two readers took from one page."""
    return re.sub(r"[\W_]+", "", text.casefold())
