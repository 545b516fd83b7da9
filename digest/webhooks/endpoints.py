"""Who is told: endpoints, added and looked at."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from digest.problem import Problem
from digest.webhooks.events import EVENTS
from digest.webhooks.tables import MessageState, WebhookEndpoint, WebhookMessage

LONGEST = 2048


class EndpointError(Problem):
    """There is no such endpoint, or it cannot be one."""


@dataclass(frozen=True)
class Standing:
    """An endpoint and how many messages wait for it, were taken, and were given up."""

    endpoint: WebhookEndpoint
    waiting: int
    sent: int
    given_up: int

    def to_json(self) -> dict[str, Any]:
        """The standing as plain data; whatever may be a secret in the address is left out."""
        one = self.endpoint
        return {
            "id": one.id,
            "url": shown(one.url),
            "events": one.events,
            "addresses": one.addresses,
            "secret_from": one.secret_variable,
            "created": one.created_at.isoformat(),
            "waiting": self.waiting,
            "sent": self.sent,
            "given_up": self.given_up,
            "failures": one.failures,
            "trouble": one.trouble,
            "answered": one.answered_at.isoformat() if one.answered_at else None,
            "next_try": one.retry_at.isoformat() if one.retry_at else None,
        }


def add(
    session: Session,
    url: str,
    events: Sequence[str],
    *,
    now: datetime,
    addresses: bool = False,
    secret_variable: str | None = None,
    private_networks: bool = False,
) -> WebhookEndpoint:
    """A new endpoint; EndpointError for an address or an event that cannot be. The address is not asked yet.

    Without https what is told could be read and changed on the way, so it must lead into one's own network.
    """
    _check(url, private_networks)
    unknown = [one for one in events if one not in EVENTS]
    if unknown or not events:
        what = f"There is no event {unknown[0]!r}." if unknown else "An endpoint needs at least one event."
        raise EndpointError(what, f"Events: {', '.join(EVENTS)}.")
    endpoint = WebhookEndpoint(
        url=url,
        events=[one for one in EVENTS if one in events],
        addresses=addresses,
        salt=secrets.token_hex(16),
        secret_variable=secret_variable,
        created_at=now,
    )
    session.add(endpoint)
    session.flush()
    return endpoint


def find(session: Session, number: int) -> WebhookEndpoint:
    """The endpoint of this number; EndpointError when there is none."""
    endpoint = session.get(WebhookEndpoint, number)
    if endpoint is None:
        raise EndpointError(f"There is no webhook {number}.", "See `digest webhook list`.")
    return endpoint


def standing(session: Session, endpoint: WebhookEndpoint) -> Standing:
    """The endpoint with its counts."""
    rows = session.execute(
        select(WebhookMessage.state, func.count())
        .where(WebhookMessage.endpoint_id == endpoint.id)
        .group_by(WebhookMessage.state)
    )
    counts = {row[0]: row[1] for row in rows}
    return Standing(
        endpoint,
        counts.get(MessageState.QUEUED, 0),
        counts.get(MessageState.SENT, 0),
        counts.get(MessageState.GIVEN_UP, 0),
    )


def listed(session: Session) -> list[Standing]:
    """Every endpoint, the oldest first."""
    found = session.scalars(select(WebhookEndpoint).order_by(WebhookEndpoint.id))
    return [standing(session, one) for one in found]


def shown(url: str) -> str:
    """The address for people's eyes and logs: a query may hold a secret, and so may a long last part."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}{parts.path}{'?…' if parts.query else ''}"


def host(url: str) -> str:
    """What a log may say of an address."""
    return urlsplit(url).netloc


def _check(url: str, private_networks: bool) -> None:
    try:
        parts = urlsplit(url)
        name, _ = parts.hostname, parts.port
    except ValueError:
        parts, name = urlsplit(""), None
    plain = url.isascii() and url.isprintable() and " " not in url and len(url) <= LONGEST
    if not plain or parts.scheme not in ("http", "https") or not name or parts.fragment:
        raise EndpointError("That is not a web address.", "Write it as https://example.org/hook.")
    if parts.username is not None or parts.password is not None:
        raise EndpointError(
            "The address holds a password.", "Leave it out: the receiver checks the signature instead."
        )
    if parts.scheme == "http" and not private_networks:
        raise EndpointError(
            "Webhooks need https.",
            "For a receiver in your own network set allow_private_networks = true under [fetch].",
        )
