"""Quoted-printable for bodies that are encoded once and spliced (RFC 2045 section 6.7).

Every piece starts at the first column and ends with a line break, hard or soft, so pieces can be put
one behind the other without looking at their neighbours: no line grows beyond 76 characters, none
starts with a dot (no dot-stuffing on the way) or with "From " (no mbox escaping), none ends in white space.
"""

import re
from binascii import b2a_qp
from html import escape

LINE = 76
SOFT_BREAK = b"=\r\n"

_TABLE = tuple(
    bytes([octet]) if (33 <= octet <= 126 and octet != 61) or octet in (9, 32) else b"=%02X" % octet
    for octet in range(256)
)
_STARTS = b".F"
_SPECIAL = re.compile("[&<>\"']")
# What needs no encoding: one line of printable ASCII but =, not ending in a blank.
_USUAL = re.compile(r"[!-\-/-<>-EG-~](?:[ -<>-~]{0,73}[!-<>-~])?")
# The same without what HTML escapes: such a value is one and the same piece in both parts.
_PLAIN = re.compile(r"[!#-%(-\-/-;?-EG-~](?:[ !#-%(-;?-~]{0,73}[!#-%(-;?-~])?")
_CONTROLS = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029\ud800-\udfff\ue000\ue001]+")


def literal(text: str, *, last: bool) -> bytes:
    """`text` with its line breaks kept as CRLF; the end of a piece that is not the last is a soft break."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    encoded = [_encode(line.encode("utf-8", "replace")) for line in lines]
    tail = encoded.pop()
    whole = b"".join(line + b"\r\n" for line in encoded)
    if tail and not last:
        tail += SOFT_BREAK
    return whole + tail


def plain(text: str) -> bytes | None:
    """The piece of a value that needs no encoding and no escaping, for text and HTML alike; None for others."""
    return text.encode() + SOFT_BREAK if _PLAIN.fullmatch(text) else None


def value(text: str, *, html: bool) -> bytes:
    """A recipient's value as a piece of one line: escaped for HTML, control characters made spaces."""
    if not text.isprintable():
        text = tidy(text)
    if html and _SPECIAL.search(text):
        text = escape(text)
    if _USUAL.fullmatch(text):
        return text.encode() + SOFT_BREAK
    if not text:
        return b""
    encoded = b2a_qp(text.encode(), quotetabs=False, istext=True)
    # Its last line may be full, and then has no room for the soft break to come.
    full = len(encoded) - encoded.rfind(b"\n") > LINE
    if full or encoded[0] in _STARTS or b"\n." in encoded or b"\nF" in encoded:
        return _encode(text.encode()) + SOFT_BREAK
    return encoded.replace(b"\n", b"\r\n") + SOFT_BREAK


def tidy(text: str) -> str:
    """`text` as it will be read: every run of control, line-breaking or slot characters is one space."""
    return _CONTROLS.sub(" ", text)


def _encode(line: bytes) -> bytes:
    """One line without its end, in pieces of at most 75 characters joined by soft breaks."""
    tokens = [_TABLE[octet] for octet in line]
    if tokens and tokens[-1] in (b" ", b"\t"):
        tokens[-1] = b"=%02X" % line[-1]
    pieces: list[bytes] = []
    held: list[bytes] = []
    width = 0
    for token in tokens:
        if width + len(token) > LINE - 1:
            pieces.append(b"".join(held))
            held, width = [], 0
        if not held and token[0] in _STARTS:
            token = b"=%02X" % token[0]
        held.append(token)
        width += len(token)
    pieces.append(b"".join(held))
    return SOFT_BREAK.join(pieces)
