"""What can go wrong with a source, as facts: the address, and whether trying again could help."""

from urllib.parse import urlsplit, urlunsplit

from digest.problem import Problem


class SourceError(Problem):
    """A source cannot be used. `permanent`: only a person can change that; else trying again may help."""

    def __init__(self, message: str, hint: str = "", *, url: str = "", permanent: bool = False) -> None:
        super().__init__(message, hint)
        self.url = url
        self.permanent = permanent


class AddressRefused(SourceError):
    """The address is not one the fetcher may go to: its scheme, its form, or a network that is not public."""


class NoAnswer(SourceError):
    """No connection, no TLS, no name, or not in time."""


class BadAnswer(SourceError):
    """The server answered with an error; `status` is the HTTP status, `retry_after` its wish in seconds."""

    def __init__(
        self,
        message: str,
        hint: str = "",
        *,
        url: str,
        permanent: bool,
        status: int,
        retry_after: int | None = None,
    ) -> None:
        super().__init__(message, hint, url=url, permanent=permanent)
        self.status = status
        self.retry_after = retry_after


class RedirectRefused(SourceError):
    """Too many redirects, a circle, or one that leads where the fetcher may not go."""


class TooLarge(SourceError):
    """More bytes than allowed, as sent or unpacked."""


class Unreadable(SourceError):
    """What came is not what the source's kind promises."""


def shown(url: str) -> str:
    """The address as it may be printed and logged: without user and password, at most 200 characters."""
    try:
        parts = urlsplit(url)
        if "@" in parts.netloc:
            url = urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))
    except ValueError:
        pass
    url = "".join(character if character.isprintable() else "�" for character in url)
    return url if len(url) <= 200 else url[:199] + "…"
