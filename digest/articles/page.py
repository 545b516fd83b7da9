"""From the bytes of a page to a tree: charset first, then a parse that survives broken and hostile markup."""

import re

from lxml import etree
from lxml.html import HtmlElement, HTMLParser
from w3lib.encoding import html_to_unicode

from digest.articles.problem import NoArticle

LARGEST = 20_000_000
"""Bytes; a page beyond this is refused."""

_INVALID = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
_DEEPEST = 200


def decode(raw: bytes, charset: str | None = None) -> str:
    """`raw` as text: by byte order mark, then the HTTP charset, then `<meta>`, else UTF-8, else by its bytes.

    A declared charset that leaves unreadable characters gives way to UTF-8 when the bytes are valid UTF-8.
    """
    header = f"text/html; charset={charset}" if charset else None
    _, text = html_to_unicode(header, raw, default_encoding="utf-8", auto_detect_fun=_detect)
    if "\ufffd" in text:
        try:
            return raw.decode("utf-8-sig")
        except UnicodeDecodeError:
            pass
    return text


def _detect(raw: bytes) -> str:
    try:
        raw.decode("utf-8")
        return "utf-8"
    except UnicodeDecodeError:
        from charset_normalizer import from_bytes

        best = from_bytes(raw[:50_000]).best()
        return best.encoding if best else "cp1252"


def parse(page: bytes | str, where: str, charset: str | None = None) -> HtmlElement:
    """The tree of `page`, without comments, scripts still in it.

    Raises NoArticle for an empty page, one beyond LARGEST, or one that has no element at all.
    """
    if len(page) > LARGEST:
        raise NoArticle(where, f"a page of {len(page) // 1_000_000} MB, more than {LARGEST // 1_000_000} MB")
    text = decode(page, charset) if isinstance(page, bytes) else page
    text = _DECLARATION.sub("", _INVALID.sub("", text.lstrip("\ufeff")), count=1)
    if not text.strip():
        raise NoArticle(where, "an empty page")
    parser = HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=False)
    try:
        tree = etree.fromstring(text.encode("utf-8", "replace"), parser)
    except (etree.ParserError, etree.XMLSyntaxError) as error:
        raise NoArticle(where, f"markup that cannot be read ({error})") from None
    if not isinstance(tree, HtmlElement):
        raise NoArticle(where, "no markup at all")
    return tree
