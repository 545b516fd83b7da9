"""Untrusted text made safe to show: exactly its visible characters, and nothing that acts."""

import re
import unicodedata
from urllib.parse import quote, urlsplit

# Controls, private use (slot markers are of these), lone surrogates and noncharacters show nothing
# or break XML; the bidi embeddings, overrides and isolates could turn the text around them over.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f"
    "\u202a-\u202e\u2066-\u2069\u206a-\u206f\ufff0-\uffff\ufeff\ufdd0-\ufdef"
    "\ue000-\uf8ff\ud800-\udfff\U000e0000-\U000e001f\U000f0000-\U0010ffff]"
)
_UNUSUAL = re.compile(
    "[\x00-\x1f\x7f-\x9f\u0300-\u036f\u0483-\u0489\u2028-\u202e\u2066-\u206f\u20d0-\u20ff"
    "\ud800-\uf8ff\ufdd0-\ufdef\ufeff\ufff0-\uffff\U000e0000-\U000e001f\U000f0000-\U0010ffff]"
)
_SPACES = re.compile(r"[ \t\r\n\x85\u2028\u2029]+")
_MARKS = re.compile(
    r"((?:[\u0300-\u036f\u0483-\u0489\u20d0-\u20ff]){8})[\u0300-\u036f\u0483-\u0489\u20d0-\u20ff]+"
)
# What RFC 3986 lets stand in an address, with the percent sign of what is encoded already.
_PLAIN_ADDRESS = re.compile(r"[!#$%&'()*+,/:;=?@\[\]~\-._A-Za-z0-9]+")
_USUAL_ADDRESS = re.compile(
    r"https?://[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+(?:/[!$%&'()*+,/:;=?@~\-._A-Za-z0-9]*)?"
)
_NO_HOST = re.compile(r"[\"'<>\\^`{|}%\s]")
_ADDRESS_SAFE = "!#$%&'()*+,/:;=?@[]~-._"


def line(text: str) -> str:
    """`text` as one line of visible characters, in Unicode's composed form.

    More than eight combining marks on a letter are cut, so that no word grows over its neighbours.
    """
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    if not unicodedata.is_normalized("NFC", text):
        text = unicodedata.normalize("NFC", text)
    if _UNUSUAL.search(text) or "  " in text:
        text = _SPACES.sub(" ", _MARKS.sub(r"\1", _INVISIBLE.sub("", text)))
    return text.strip(" \u200b\u2060")


def lines(text: str) -> str:
    """`text` with its line breaks kept (as `\\n`), each line as by `line`."""
    broken = re.sub("\r\n?|\x85|\u2028|\u2029", "\n", text)
    return "\n".join(line(part) for part in broken.split("\n")).strip()


def address(url: str | None) -> str:
    """`url` if it is a whole http, https or mailto address that may stand in a link, else an empty text."""
    if not url:
        return ""
    if _USUAL_ADDRESS.fullmatch(url):
        return url
    text = line(url).replace(" ", "%20")
    try:
        parts = urlsplit(text)
        host = parts.hostname
    except ValueError:
        return ""
    if parts.scheme in ("http", "https") and host:
        if _PLAIN_ADDRESS.fullmatch(text):
            return text
        if _NO_HOST.search(parts.netloc):
            return ""
        # The host stays as it is written, in whatever script; what follows is percent-encoded.
        head = text[: text.index("://") + 3 + len(parts.netloc)]
        return head + quote(text[len(head) :], safe=_ADDRESS_SAFE)
    if parts.scheme == "mailto" and "@" in parts.path:
        return quote(text, safe=_ADDRESS_SAFE)
    return ""
