"""Which links of a rendition are counted, and the rendition with those links led past us. Pure.

A link stays as it is when it is one of our own pages (leaving, choosing, reading on the web …), when a
recipient's slot stands in it, when it is no web address, and when its words are themselves a web address:
they would then show one site and lead to another, as phishing does.
"""

import re
from collections.abc import Mapping
from html import escape, unescape
from urllib.parse import quote, urlsplit

import idna

from digest import slots

LONGEST = 2048
OWN_PAGES = frozenset(
    {"u", "p", "v", "c", "m", "r", "o", "a", "i", "subscribe", "style", "hooks", "api", "desk"}
)
"""First parts of the paths that `digest serve` answers itself."""

_QUOTED = r"(?:[^<>\"]|\"[^\"]*\")*?"
_ANCHOR = re.compile(
    rf'<a\b{_QUOTED}\shref="(?P<href>[^"]*)"{_QUOTED}>(?P<words>.*?)</a>', re.DOTALL | re.IGNORECASE
)
_HREF = re.compile(rf'(<(?:a|v:[a-z]+)\b{_QUOTED}\shref=")([^"]*)(")', re.DOTALL | re.IGNORECASE)
_TAG = re.compile(r"<[^>]*>")
_SHOWN_ADDRESS = re.compile(r"(?:https?://|www\.)\S+|(?:[\w-]+\.)+[a-z]{2,}(?:[/:?#]\S*)?", re.IGNORECASE)
_IN_TEXT = re.compile(r"https?://[^\s<>]+")
_AROUND = "().,;:!?»”\"'"
_SAFE = "!#$%&'()*+,/:;=?@[]~-._"


def countable(html: str, public_url: str) -> list[str]:
    """The addresses of the links that are to be counted, each once, in the order of the page."""
    anchors = [
        (unescape(one["href"]), " ".join(unescape(_TAG.sub("", one["words"])).split()))
        for one in _ANCHOR.finditer(html)
    ]
    shown = {href for href, words in anchors if _SHOWN_ADDRESS.fullmatch(words)}
    found = (href for href, _ in anchors if href not in shown and _may_be_counted(href, public_url))
    return list(dict.fromkeys(found))


def rewritten(html: str, text: str, addresses: Mapping[str, str]) -> tuple[str, str]:
    """HTML and text with every link of `addresses` replaced; nothing else is touched."""

    def in_html(match: re.Match[str]) -> str:
        address = addresses.get(unescape(match[2]))
        return match[0] if address is None else f"{match[1]}{escape(address)}{match[3]}"

    def in_text(match: re.Match[str]) -> str:
        whole = match[0]
        for url in (whole, whole.rstrip(_AROUND)):
            if url in addresses:
                return addresses[url] + whole[len(url) :]
        return whole

    return _HREF.sub(in_html, html), _IN_TEXT.sub(in_text, text)


def with_pixel(html: str, address: str) -> str:
    """The HTML with one transparent picture at its end, which a mail program asks for when the mail is opened."""
    pixel = (
        f'<img src="{escape(address)}" alt="" width="1" height="1" '
        'style="display:block;width:1px;height:1px;border:0">'
    )
    head, end, rest = html.rpartition("</body>")
    return f"{head}{pixel}{end}{rest}" if end else html + pixel


def as_ascii(url: str) -> str | None:
    """The address as a `Location` header carries it; None where there is no such form within LONGEST."""
    try:
        parts = urlsplit(url)
        host = parts.netloc if parts.netloc.isascii() else _ascii_host(parts.netloc)
    except (ValueError, UnicodeError):
        return None
    head = f"{parts.scheme}://{host}"
    whole = head + quote(url[len(parts.scheme) + 3 + len(parts.netloc) :], safe=_SAFE)
    return whole if len(whole) <= LONGEST else None


def _ascii_host(netloc: str) -> str:
    name, colon, port = netloc.partition(":")
    return idna.encode(name, uts46=True).decode() + colon + port


def _may_be_counted(href: str, public_url: str) -> bool:
    if slots.OPEN in href or any(letter.isspace() for letter in href):
        return False
    try:
        parts = urlsplit(href)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.username is not None:
            return False
    except ValueError:
        return False
    return not _is_own(href, public_url) and as_ascii(href) is not None


def _is_own(href: str, public_url: str) -> bool:
    own, asked = urlsplit(public_url), urlsplit(href)
    if asked.netloc.lower() != own.netloc.lower() or not asked.path.startswith(own.path):
        return False
    first = asked.path[len(own.path) :].lstrip("/").partition("/")[0]
    return first.partition(".")[0] in OWN_PAGES
