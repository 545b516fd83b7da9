"""What to say of a fetch that failed: the facts of an answer or of an error, in plain words."""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus

import httpx2

from digest.sources.errors import BadAnswer, NoAnswer, SourceError, TooLarge, shown

_GONE = frozenset({400, 401, 402, 403, 404, 405, 406, 410, 451})


def bad_answer(url: str, status: int, headers: httpx2.Headers) -> BadAnswer:
    """An answer that is no success: permanent if asking again cannot change it."""
    try:
        words = f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        words = str(status)
    permanent = status in _GONE
    hint = "Check the address." if status in (404, 410) else "" if permanent else "Try again later."
    return BadAnswer(
        f"{shown(url)} answered {words}.",
        hint,
        url=url,
        permanent=permanent,
        status=status,
        retry_after=_seconds(headers.get("retry-after", "")),
    )


def _seconds(retry_after: str) -> int | None:
    if retry_after.strip().isdigit():
        return min(int(retry_after), 7 * 86400)
    try:
        until = parsedate_to_datetime(retry_after)
    except ValueError:
        return None
    if until.tzinfo is None:
        return None
    return max(0, min(int((until - datetime.now(UTC)).total_seconds()), 7 * 86400))


def too_large(url: str, limit: int, what: str) -> TooLarge:
    """More than `limit` bytes; `what` says how that showed."""
    return TooLarge(
        f"{shown(url)} {what}; at most {megabytes(limit)} are read.",
        "Raise max_bytes under [fetch] if it is meant to be that large.",
        url=url,
        permanent=True,
    )


def megabytes(size: int) -> str:
    """A size as people say it."""
    return f"{size / 1_000_000:,.0f} MB" if size >= 1_000_000 else f"{size / 1000:,.1f} kB"


def translated(error: Exception, url: str) -> SourceError:
    """A library's error in words a person can use."""
    text = str(error)
    if "CERTIFICATE" in text.upper():
        reason = "has a TLS certificate that is not valid for it"
    elif isinstance(error, httpx2.DecodingError):
        reason = "sent packed bytes that cannot be unpacked"
    elif isinstance(error, httpx2.ConnectError):
        reason = "takes no connection"
    elif isinstance(error, (httpx2.RemoteProtocolError, httpx2.ReadError)):
        reason = "broke off its answer"
    else:
        reason = f"cannot be read ({text or type(error).__name__})"
    return NoAnswer(f"{shown(url)} {reason}.", "Try again later.", url=url)
