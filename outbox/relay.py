"""A relay: the mail server, or the folder, that takes our messages."""

import ipaddress
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal
from urllib.parse import parse_qs, unquote, urlsplit

from outbox.problem import RelayError
from outbox.tokens import TokenSource

Security = Literal["none", "opportunistic", "starttls", "tls"]

PASSWORD_VARIABLE = "DIGEST_SMTP__PASSWORD"
_EXAMPLE = "Write smtp://user@mail.example.org:587, smtps://user@mail.example.org or folder:outbox-mail/."
_STARTTLS: dict[str, Security] = {"required": "starttls", "optional": "opportunistic", "never": "none"}
_OPTIONS = {"starttls", "connections", "rate", "weight", "ca"}


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Seconds to wait at each step (RFC 5321 section 4.5.3.2).

    `connect` is until the machine answers, `greeting` for each step of saying hello (the server's first line,
    TLS, EHLO, AUTH), `envelope` for MAIL and RCPT, `data` for DATA, `dot` for the body and its final dot.
    """

    connect: float = 30.0
    greeting: float = 300.0
    envelope: float = 300.0
    data: float = 120.0
    dot: float = 600.0


@dataclass(frozen=True)
class Relay:
    """Where to send, how safely, and how fast.

    `connections` is how many may be open at once, `rate` messages a second (0 for no limit), `weight`
    its share of the work among several relays. `ca` names a file of certificates to trust beside the
    system's. `local_name` is what EHLO says. With `token` it is signed in to with an access token.
    Password and token are in no representation of a relay.
    """

    host: str = ""
    port: int = 0
    security: Security = "starttls"
    username: str = ""
    password: str = field(default="", repr=False)
    token: TokenSource | None = field(default=None, repr=False)
    folder: Path | None = None
    connections: int = 10
    messages_per_connection: int = 1000
    seconds_per_connection: float = 300.0
    rate: float = 0.0
    weight: int = 1
    ca: Path | None = None
    verify_certificate: bool = True
    local_name: str | None = None
    timeouts: Timeouts = Timeouts()

    @property
    def label(self) -> str:
        """How messages and metrics call it."""
        return f"folder:{self.folder}" if self.folder else f"{self.host}:{self.port}"

    @property
    def is_loopback(self) -> bool:
        return is_loopback(self.host)


def is_loopback(host: str) -> bool:
    """Whether `host` is this very machine by its name or address, without asking DNS."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def parse_relay(
    url: str,
    *,
    username: str | None = None,
    password: str | None = None,
    token: TokenSource | None = None,
    starttls: str | None = None,
    verify_certificate: bool = True,
    ca: Path | None = None,
    connections: int = 10,
    messages_per_connection: int = 1000,
    seconds_per_connection: float = 300.0,
    rate: float = 0.0,
    weight: int = 1,
    timeouts: Timeouts | None = None,
    environment: Mapping[str, str] | None = None,
) -> Relay:
    """The relay that `url` names; a password that is in neither place comes from DIGEST_SMTP__PASSWORD.

    `smtp://` requires STARTTLS beyond loopback unless `starttls` (or `?starttls=` of the URL) is
    `optional` or `never`, `smtps://` is TLS from the start, `folder:PATH` writes files. The URL may
    carry `starttls`, `connections`, `rate`, `weight` and `ca`, which go before the arguments. Raises
    RelayError with the part at fault, never with the password.
    """
    scheme, _, rest = url.partition(":")
    if scheme == "folder":
        if not rest:
            raise RelayError("The relay folder: names no folder.", _EXAMPLE)
        return Relay(folder=Path(rest), security="none", connections=1)
    if scheme not in ("smtp", "smtps") or not rest.startswith("//"):
        raise RelayError(f"A relay cannot start with {scheme[:20]!r}.", _EXAMPLE)
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise RelayError("The port of the relay is not a number from 1 to 65535.", _EXAMPLE) from None
    if not host or port == 0:
        raise RelayError("The relay names no host, or port 0.", _EXAMPLE)
    options = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    if unknown := sorted(options.keys() - _OPTIONS):
        raise RelayError(
            f"The relay has an unknown option {unknown[0]!r}.", f"Known: {', '.join(sorted(_OPTIONS))}."
        )
    username = username or unquote(parts.username or "")
    password = password or unquote(parts.password or "")
    if username and not password and token is None:
        password = (os.environ if environment is None else environment).get(PASSWORD_VARIABLE, "")
        if not password:
            raise RelayError(
                f"The relay {host} has a user and no password.",
                f"Set {PASSWORD_VARIABLE}, or its password or token in the settings.",
            )
    security = _security(scheme, host, options.get("starttls", starttls))
    if username and security in ("none", "opportunistic") and not is_loopback(host):
        raise RelayError(f"The relay {host} could get the password in clear.", "Use smtps:// or STARTTLS.")
    return Relay(
        host=host,
        port=port or {"tls": 465, "none": 25}.get(security, 587),
        security=security,
        username=username,
        password=password,
        token=token,
        connections=int(_positive(options, "connections", connections)),
        messages_per_connection=messages_per_connection,
        seconds_per_connection=seconds_per_connection,
        rate=_positive(options, "rate", rate),
        weight=int(_positive(options, "weight", weight)),
        ca=Path(options["ca"]) if "ca" in options else ca,
        verify_certificate=verify_certificate,
        timeouts=timeouts or Timeouts(),
    )


def _security(scheme: str, host: str, wish: str | None) -> Security:
    if scheme == "smtps":
        return "tls"
    if wish is None:
        return "none" if is_loopback(host) else "starttls"
    if wish not in _STARTTLS:
        raise RelayError(f"starttls is required, optional or never, not {wish[:20]!r}.", _EXAMPLE)
    return _STARTTLS[wish]


def _positive(options: dict[str, str], name: str, default: float) -> float:
    if name not in options:
        return default
    try:
        number = float(options[name])
    except ValueError:
        number = 0.0
    if not 0 < number <= 1_000_000:
        raise RelayError(
            f"The relay's {name} must be a positive number, not {options[name][:20]!r}.", _EXAMPLE
        )
    return number
