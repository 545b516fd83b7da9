"""Markup from strangers: made harmless by allowlist, or made plain."""

import html
import re
import unicodedata
from functools import cache
from typing import Any

# fmt: off
_BLOCKS = frozenset(
    [
        "article", "aside", "blockquote", "br", "caption", "dd", "div", "dl", "dt", "figcaption",
        "figure", "footer", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main", "ol",
        "p", "pre", "section", "table", "td", "th", "tr", "ul",
    ]
)
_INLINE = frozenset(
    [
        "a", "abbr", "b", "bdi", "bdo", "cite", "code", "data", "del", "dfn", "em", "i", "img",
        "ins", "kbd", "mark", "q", "rp", "rt", "ruby", "s", "samp", "small", "span", "strike",
        "strong", "sub", "sup", "time", "tt", "u", "var", "tbody", "thead", "tfoot", "audio",
        "video", "source", "picture",
    ]
)
_WITH_CONTENT = frozenset(
    [
        "script", "style", "noscript", "template", "iframe", "form", "select",
        "textarea", "svg", "math", "title",
    ]
)
# fmt: on
_ATTRIBUTES = {
    "*": {"dir", "lang", "title"},
    "a": {"href", "hreflang"},
    "img": {"src", "alt", "width", "height"},
    "audio": {"src"},
    "video": {"src", "poster", "width", "height"},
    "source": {"src", "type"},
    "blockquote": {"cite"},
    "q": {"cite"},
    "ol": {"start", "type"},
    "time": {"datetime"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"},
}
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
_BLOCK_TAG = re.compile(r"</?(?:" + "|".join(sorted(_BLOCKS)) + r")\b[^<>]*>", re.IGNORECASE)
_SYNDICATION_NOTE = re.compile(
    r"(?:<p>)?\s*The post <a\b[^>]*>[^<]*</a> (?:first )?appeared (?:first )?on <a\b[^>]*>[^<]*</a>\.?\s*"
    r"(?:</p>)?\s*$"
)
_NOTE_LENGTH = 2000
_FRAME = re.compile(r"<iframe\b[^<>]*>(?:[^<]*</iframe\s*>)?", re.IGNORECASE)


@cache
def _cleaner(base: str | None) -> Any:
    import nh3

    return nh3.Cleaner(
        tags=set(_BLOCKS | _INLINE),
        clean_content_tags=set(_WITH_CONTENT),
        attributes={tag: set(names) for tag, names in _ATTRIBUTES.items()},
        url_schemes={"http", "https", "mailto"},
        link_rel=None,
        url_relative=("rewrite_with_base", base) if base else "deny",
    )


@cache
def _stripper() -> Any:
    import nh3

    return nh3.Cleaner(tags=set(), clean_content_tags=set(_WITH_CONTENT))


def harmless(markup: str, base: str | None) -> str:
    """HTML with nothing that acts: allowed tags and attributes only, links and images absolute by `base`."""
    # An unclosed frame, as XHTML writes it, would swallow all that follows.
    markup = _FRAME.sub("", _CONTROLS.sub("", _without_note(markup)))
    cleaned: str = _cleaner_for(base).clean(markup)
    return cleaned.strip()


def _without_note(markup: str) -> str:
    """The markup without WordPress's "The post … appeared first on …" at its end."""
    tail = markup[-_NOTE_LENGTH:]
    return markup[:-_NOTE_LENGTH] + _SYNDICATION_NOTE.sub("", tail) if "appeared" in tail else markup


def _cleaner_for(base: str | None) -> Any:
    # Entries of a feed share few bases; a hostile feed with one base an entry shall not fill the cache.
    if _cleaner.cache_info().currsize > 200:
        _cleaner.cache_clear()
    return _cleaner(base)


def plain(markup: str, *, is_html: bool = True) -> str:
    """One line of text: tags gone, entities read, white space and control characters made single spaces."""
    text = markup
    if is_html and ("<" in text or "&" in text):
        text = _BLOCK_TAG.sub(" ", _without_note(text))
        text = html.unescape(_stripper().clean(text))
    return " ".join(_CONTROLS.sub(" ", text).split())


def paragraphs(text: str) -> str:
    """Plain text of several paragraphs: control characters gone, paragraphs parted by one empty line."""
    text = _CONTROLS.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    return "\n\n".join(part.strip() for part in re.split(r"\n\s*\n", text) if part.strip())


def words(text: str) -> int:
    """About how many words; scripts without spaces count two characters as one."""
    spaceless = sum(1 for character in text if _is_spaceless(character))
    return len(text.split()) + spaceless // 2


def _is_spaceless(character: str) -> bool:
    if character < "\u0e00":
        return False
    return character < "\u0e80" or unicodedata.east_asian_width(character) in ("W", "F")
