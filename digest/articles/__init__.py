"""Articles: what a page says once all else is taken away, which address it has, which story it tells.

The verbs are loaded when first used, because the parsers behind them cost time to import.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from digest.articles.extraction import extract, extract_bytes, extract_fragment, extract_text

__all__ = ["extract", "extract_bytes", "extract_fragment", "extract_text"]


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(name)
    from digest.articles import extraction

    return getattr(extraction, name)
