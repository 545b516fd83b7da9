"""Where links lead: dead, elsewhere than they say, or in the clear."""

import re
from collections.abc import Iterator
from ipaddress import ip_address, ip_network
from urllib.parse import urlsplit

from digest.rendering.preflight.document import place
from digest.rendering.preflight.finding import Finding, error, warning
from digest.rendering.preflight.mail import Mail

NOWHERE = error(
    "link-nowhere", "The link leads nowhere, or runs a script.", "Give it a whole http or https address."
)
CLEAR = warning("link-http", "The address is not encrypted; some programs warn the reader.", "Use https.")
DECEIVES = error(
    "link-deceives",
    "The words show one site and the link goes to another, as phishing does.",
    "Show the address it goes to.",
)
NAMES_ANOTHER = warning(
    "link-names-another",
    "The words are the name of one site and the link goes to another, which filters distrust.",
    "Name the site it goes to, or say it in other words.",
)
DEAD = error("link-dead", "The address does not answer.", "Correct the link, or drop the item.")
REDIRECTS = warning("link-redirects", "The address sends the reader on.", "Link where it ends.")
PRIVATE = warning(
    "link-private",
    "The address is of a private network or of the sender's own machine: a reader elsewhere cannot open it.",
    "Link to the public address.",
)
NUMERIC = warning("link-numeric", "A link to a bare IP address counts as spam.", "Use the site's name.")
SHORTENER = warning(
    "link-shortener", "Filters distrust links that hide where they lead.", "Link to the page itself."
)
RULES = (NOWHERE, CLEAR, DECEIVES, NAMES_ANOTHER, DEAD, REDIRECTS, PRIVATE, NUMERIC, SHORTENER)

_SHOWN_HOST = re.compile(r"^(https?://|www\.)?((?:[\w-]+\.)+[a-z]{2,})(?:[/:?#]\S*)?$", re.IGNORECASE)
_PRIVATE_NETWORKS = tuple(
    ip_network(text)
    for text in (
        *("127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16"),
        *("::1/128", "fc00::/7", "fe80::/10"),
    )
)
_SHORTENERS = {
    "bit.ly",
    "t.co",
    "tinyurl.com",
    "goo.gl",
    "ow.ly",
    "is.gd",
    "buff.ly",
    "cutt.ly",
    "rebrand.ly",
}


def check(mail: Mail) -> Iterator[Finding]:
    """Each link by what it says; and by what its address answered, where that was asked."""
    for link in mail.body.iter("a"):
        href = (link.get("href") or "").strip()
        where = place(link)
        try:
            parts = urlsplit(href)
            host = (parts.hostname or "").lower()
        except ValueError:
            yield NOWHERE.found(where, f"The address {href!r} cannot be read.")
            continue
        if parts.scheme in ("mailto", "tel"):
            continue
        if parts.scheme not in ("http", "https") or not host:
            yield NOWHERE.found(where, f"The link leads to {href!r}.")
            continue
        if _is_private(host):
            yield PRIVATE.found(where, f"{host} is no public address.")
            continue
        if parts.scheme == "http":
            yield CLEAR.found(where, f"{href[:80]} is not encrypted.")
        if re.fullmatch(r"[\d.]+|.*:.*", host):
            yield NUMERIC.found(where)
        if host in _SHORTENERS:
            yield SHORTENER.found(where, f"{host} hides where the link leads.")
        shown = _SHOWN_HOST.match(" ".join(link.text_content().split()))
        if shown and not _same_site(shown[2].lower(), host):
            rule = DECEIVES if shown[1] else NAMES_ANOTHER
            yield rule.found(where, f"The words show {shown[2]} and the link goes to {host}.")
        if mail.answers is not None and (answer := mail.answers.get(href)) is not None:
            if answer.status is None or answer.status >= 400:
                told = "does not answer" if answer.status is None else f"answers {answer.status}"
                yield DEAD.found(where, f"{href[:80]} {told}.")
            elif answer.location and answer.location != href:
                yield REDIRECTS.found(where, f"{href[:60]} sends the reader on to {answer.location[:60]}.")


def _is_private(host: str) -> bool:
    """Loopback, link-local and the private ranges of RFC 1918, RFC 4193 and RFC 6762."""
    try:
        address = ip_address(host)
    except ValueError:
        return host == "localhost" or host.endswith((".localhost", ".local"))
    return any(address in network for network in _PRIVATE_NETWORKS if network.version == address.version)


def addresses(mail: Mail) -> list[str]:
    """The http and https addresses of the mail's links, each once, in order: what to ask the web about."""
    found = (link.get("href", "").strip() for link in mail.body.iter("a"))
    return list(dict.fromkeys(href for href in found if href.startswith(("http://", "https://"))))


def _same_site(shown: str, host: str) -> bool:
    shown, host = shown.removeprefix("www."), host.removeprefix("www.")
    return shown == host or host.endswith("." + shown) or shown.endswith("." + host)
