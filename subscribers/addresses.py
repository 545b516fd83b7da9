"""Email addresses: one normal form for equality, one form for mailing, one form for reading.

- `email`, the normal form: Unicode NFC, lower case throughout, the domain as A-labels. Two addresses
  are the same person if and only if this is equal. (RFC 5321 section 2.4 lets a host tell `Anna` from
  `anna`; none does, and a list with both mails one person twice.)
- `given`, where mail goes: the local part in the case it was typed, the domain as A-labels, which every
  SMTP server takes (RFC 6531 section 3 asks for them where SMTPUTF8 is not offered).
- `shown(given)`: the domain as U-labels, for people.

Refused besides what the RFCs refuse: comments and folding white space, domain literals, domains of a
single label, numeric top-level domains, and the names reserved against use in mail (RFC 6761) other
than `.test`, which tests and demonstrations use. Quoted local parts are accepted, and unquoted where
the quotes say nothing. No DNS is asked here.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from digest.problem import Problem

LONGEST = 254  # RFC 5321 section 4.5.3.1.3, without the angle brackets
LONGEST_LOCAL = 64

_ATEXT = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
# A strict subset of what email-validator accepts without changing it: ASCII, no quotes, no label with
# hyphens in the third and fourth place, no reserved top-level domain. Nearly every address matches.
_PATTERN = (
    rf"(?=[^@\n]{{1,{LONGEST_LOCAL}}}@){_ATEXT}+(?:\.{_ATEXT}+)*"
    r"@(?!(?:[^@\n]*\.)?(?:arpa|invalid|local|localhost|onion)$)"
    rf"(?:(?!..--){_LABEL}\.)+(?!..--)[A-Za-z](?:[A-Za-z0-9-]{{0,61}}[A-Za-z0-9])"
)
_PLAIN = re.compile(_PATTERN, re.IGNORECASE | re.ASCII).fullmatch
# Stricter still, and in small letters: many addresses in a row, each on its line, at a quarter of the
# time. Labels have single hyphens inside; no address is so long that a part of it could be too long.
_SMALL_LINES = re.compile(
    r"(?:[a-z0-9!#$%&'*+/=?^_`{|}~-]++(?:\.[a-z0-9!#$%&'*+/=?^_`{|}~-]++)*+"
    r"@(?:[a-z0-9]++(?:-[a-z0-9]++)*+\.)++[a-z][a-z0-9]*+(?:-[a-z0-9]++)*+"
    r"(?<!\.arpa)(?<!\.invalid)(?<!\.local)(?<!\.localhost)(?<!\.onion)\n)*+",
    re.ASCII,
).fullmatch
_AT_ONCE = 1000
ADDRESS_IN_LINE = re.compile(r'[^\s,;"<>]+@[^\s,;"<>]+')
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")


class AddressError(Problem):
    """The text is not an address that can be mailed. `reason` says why, without the address."""

    def __init__(self, address: str, reason: str) -> None:
        super().__init__(f"{_safe(address)} is not an email address: {reason}")
        self.address = address
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Address:
    """An address: `email` for equality, `given` for mailing."""

    email: str
    given: str


def normalise(address: str) -> Address:
    """The normal form of an address; AddressError if it is none. Spaces around it are not part of it."""
    text = address.strip(" \t")
    if _PLAIN(text) and len(text) <= LONGEST:
        return Address(text.lower(), _with_small_domain(text))
    return _normalise_unusual(text)


def plain_addresses(texts: Sequence[str]) -> tuple[list[str], list[str], list[int]]:
    """The normal forms and mailed forms of many addresses, and the places of those that are not plain.

    Those places hold something useless: `normalise` has to look at them one by one.
    """
    odd: list[int] = []
    emails: list[str] = []
    for start in range(0, len(texts), _AT_ONCE):
        part = texts[start : start + _AT_ONCE]
        joined = "\n".join(part)
        lines = joined.lower() + "\n"
        small = lines.count("\n") == len(part) and joined.isascii() and max(map(len, part)) <= LONGEST_LOCAL
        if small and _SMALL_LINES(lines):
            emails += lines.split("\n")[:-1]
            continue
        emails += [text.lower() for text in part]
        odd += [n for n, text in enumerate(part, start) if not _PLAIN(text) or len(text) > LONGEST]
    givens = [
        email if text == email else _with_small_domain(text)
        for text, email in zip(texts, emails, strict=True)
    ]
    return emails, givens, odd


def _with_small_domain(text: str) -> str:
    local, at, domain = text.partition("@")
    return f"{local}{at}{domain.lower()}"


def shown(address: str) -> str:
    """The address as people read it: a domain of A-labels as Unicode, where that is well formed."""
    local, _, domain = address.rpartition("@")
    if "xn--" not in domain:
        return address
    import idna

    try:
        return f"{local}@{idna.decode(domain)}"
    except idna.IDNAError:
        return address


def _normalise_unusual(text: str) -> Address:
    if not text:
        raise AddressError(text, "it is empty.")
    if len(text) > 4 * LONGEST:
        raise AddressError(text, "it is far too long.")
    if control := _CONTROL.search(text):
        raise AddressError(text, f"it contains the control character U+{ord(control.group()):04X}.")
    from email_validator import EmailNotValidError, validate_email

    try:
        found = validate_email(
            text, check_deliverability=False, test_environment=True, allow_quoted_local=True, strict=True
        )
    except EmailNotValidError as error:
        raise AddressError(text, _sentence(str(error))) from None
    if "." not in found.ascii_domain:
        raise AddressError(text, "the part after the @-sign should have a period.")
    given = f"{found.local_part}@{found.ascii_domain}"
    email = f"{unicodedata.normalize('NFC', found.local_part.lower())}@{found.ascii_domain.lower()}"
    return Address(email, given)


def _safe(text: str) -> str:
    """The text on one line and of a readable length, with everything invisible written out."""
    visible = "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)
    return f'"{visible}"' if len(visible) <= 80 else f'"{visible[:77]}..."'


def _sentence(reason: str) -> str:
    return reason[:1].lower() + reason[1:]
