"""Header fields as bytes: validated, folded by us, encoded only where encoding is allowed.

The standard library turns a long List-Unsubscribe into RFC 2047 words, which mailbox providers then
ignore (cpython#85725); so structured fields are folded here, at commas and white space only.
"""

import base64
import re
from collections.abc import Iterable

from outbox.problem import AddressError, HeaderError

LINE = 76
"""Octets of a line with an encoded word (RFC 2047 section 2); the other fields keep to it where they can."""

LONGEST = 998
"""Octets that a line may have at all, without CRLF (RFC 5322 section 2.1.1)."""

_FORBIDDEN = re.compile(r"[\x00-\x08\x0a-\x1f\x7f\ud800-\udfff]")
_ATOMS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?: [A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_USUAL = re.compile(r"[A-Za-z0-9_+-]+(?:\.[A-Za-z0-9_+-]+)*@[A-Za-z0-9]{1,63}(?:\.[A-Za-z0-9]{1,63}){1,3}")
_LOCAL = re.compile(r'[^\x00-\x20\x7f\ud800-\udfff()<>\[\]:;@\\,"]+|"(?:[ !#-\[\]-~]|\\[ -~])*"')
_DOMAIN = re.compile(r"(?!-)[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63})*|\[[0-9A-Fa-f:.IPv]+\]")


def checked(field: str, value: str) -> str:
    """`value`, or HeaderError when a CR, LF, NUL or another control character stands in it."""
    if _FORBIDDEN.search(value):
        raise HeaderError(
            f"{field} holds a line break or another control character: {value[:60]!r}.",
            "Write it on one line.",
        )
    return value


def fold(field: str, tokens: Iterable[str]) -> bytes:
    """The field with its tokens on lines of at most 76 characters where they fit, ended by CRLF.

    Tokens are joined by a space or by a fold, and never cut; HeaderError when one is too long for a line.
    """
    tokens = list(tokens)
    whole = f"{field}: {' '.join(tokens)}"
    if len(whole) <= LINE:
        return whole.encode() + b"\r\n"
    lines = [f"{field}:"]
    for number, token in enumerate(tokens):
        if number and len(lines[-1]) + 1 + len(token) > LINE:
            lines.append("")
        lines[-1] += f" {token}"
    if max(map(len, lines)) > LONGEST // 4 and any(len(line.encode()) > LONGEST for line in lines):
        raise HeaderError(f"{field} is too long for one line: {lines[0][:60]!r}.", "Shorten it.")
    return "\r\n".join(lines).encode() + b"\r\n"


def encoded_words(text: str, column: int) -> list[str]:
    """`text` as RFC 2047 words of whole characters; the first is to stand at `column` of its line."""
    words: list[str] = []
    held = b""
    room = _octets(LINE - column)
    for character in text:
        octets = character.encode("utf-8", "replace")
        if len(held) + len(octets) > room:
            words.append(_word(held))
            held, room = b"", _octets(LINE - 1)
        held += octets
    return [*words, _word(held)]


def unstructured(field: str, text: str) -> bytes:
    """A free-text field such as Subject: folded at spaces, or in encoded words when it is not plain ASCII."""
    text = re.sub("[ \t]+", " ", checked(field, text)).strip(" ")
    words = text.split(" ")
    plain = text.isascii() and "=?" not in text and max(map(len, words)) <= LINE - len(field) - 2
    return fold(field, words if plain else encoded_words(text, len(field) + 2))


def phrase(display: str, column: int) -> list[str]:
    """A display name as tokens: bare atoms, a quoted string, or encoded words (RFC 5322 section 3.2.5)."""
    if display.isascii() and "=?" not in display and len(display) <= LINE - column - 2:
        if _ATOMS.fullmatch(display):
            return display.split(" ")
        return ['"' + display.replace("\\", "\\\\").replace('"', '\\"') + '"']
    return encoded_words(display, column)


def mailbox(field: str, display: str, address: str) -> bytes:
    """A field with one mailbox: `From: Display <address>`; an empty display gives the bare address.

    White space and control characters of the display name become single spaces, so nothing of it can
    end the field; the address must have passed `mail_address`.
    """
    if (
        len(display) + len(address) < LINE - 8 - len(field)
        and "=?" not in display
        and _ATOMS.fullmatch(display)
    ):
        return f"{field}: {display} <{address}>\r\n".encode()
    display = " ".join(_FORBIDDEN.sub(" ", display).split())
    if not display:
        return fold(field, [address])
    return fold(field, [*phrase(display, len(field) + 2), f"<{address}>"])


def mail_address(address: str) -> str:
    """`address` as SMTP carries it, an international domain in A-labels (RFC 6531 section 3.7.4.2).

    Raises AddressError for control characters, spaces, brackets, a missing part or an impossible domain.
    """
    if _USUAL.fullmatch(address):
        return address
    local, at, domain = address.rpartition("@")
    if at and not domain.isascii():
        domain = _a_labels(domain)
    if (
        not at
        or not _LOCAL.fullmatch(local)
        or not _DOMAIN.fullmatch(domain)
        or len(local) + len(domain) > 318
    ):
        raise AddressError(
            f"{address[:80]!r} is not an address that mail can be sent to.", "Mend or remove it."
        )
    return f"{local}@{domain}"


def _a_labels(domain: str) -> str:
    import idna

    try:
        return idna.encode(domain, uts46=True).decode()
    except (idna.IDNAError, UnicodeError):
        return ""


def _octets(width: int) -> int:
    """How many octets fit in a base64 word of `width` characters; at least one whole character."""
    return max(4, (width - len("=?utf-8?b??=")) // 4 * 3)


def _word(octets: bytes) -> str:
    return f"=?utf-8?b?{base64.b64encode(octets).decode()}?="
