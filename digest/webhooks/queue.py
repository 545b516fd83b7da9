"""Messages on their way: put there with the change they tell of, claimed for a while, tried, settled."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from digest.webhooks import events
from digest.webhooks.retry import GIVEN_UP, delay
from digest.webhooks.tables import MessageState, WebhookEndpoint, WebhookMessage

LEASE = timedelta(minutes=10)
"""How long a claimed message is nobody else's; longer than a batch may take."""
BATCH = 20
KEPT = timedelta(days=30)
"""How long a settled message can be looked at."""
_GONE = 410


@dataclass(frozen=True)
class Due:
    """A message to send now. `endpoint_id` with all else that is needed to send it, so no row is held."""

    id: int
    endpoint_id: int
    url: str
    uid: str
    body: str


@dataclass(frozen=True)
class Answer:
    """What came of a try: the HTTP status, None where there was none, and in words what went wrong."""

    status: int | None
    trouble: str = ""

    @property
    def taken(self) -> bool:
        """Whether the receiver has it."""
        return self.status is not None and 200 <= self.status < 300


def put(
    session: Session,
    endpoint: WebhookEndpoint,
    event: str,
    data: Mapping[str, Any],
    *,
    at: datetime,
    now: datetime,
    subscriber_id: int | None = None,
) -> WebhookMessage:
    """Let a message wait for an endpoint; it goes out if and only if this transaction is committed."""
    message = WebhookMessage(
        endpoint_id=endpoint.id,
        uid=f"msg_{uuid4().hex}",
        event=event,
        body=events.body(event, at, data),
        created_at=now,
        due_at=now,
        subscriber_id=subscriber_id,
    )
    session.add(message)
    return message


def ready(session: Session, now: datetime, *, without: Collection[int] = ()) -> list[int]:
    """The endpoints with something due. One that failed is left alone until its time; one in `without`
    has a batch in hand."""
    return list(
        session.scalars(
            select(WebhookMessage.endpoint_id)
            .join(WebhookEndpoint, WebhookEndpoint.id == WebhookMessage.endpoint_id)
            .where(
                WebhookMessage.state == MessageState.QUEUED,
                WebhookMessage.due_at <= now,
                or_(WebhookEndpoint.retry_at.is_(None), WebhookEndpoint.retry_at <= now),
                WebhookEndpoint.id.not_in(without),
            )
            .distinct()
        )
    )


def claim(session: Session, now: datetime, *, without: Collection[int] = ()) -> dict[int, list[Due]]:
    """What is due of the endpoints that are `ready`, at most BATCH for each; nobody else gets it for LEASE."""
    claimed: dict[int, list[Due]] = {}
    for endpoint_id in ready(session, now, without=without):
        endpoint = session.get_one(WebhookEndpoint, endpoint_id)
        batch = session.scalars(
            select(WebhookMessage)
            .where(
                WebhookMessage.endpoint_id == endpoint_id,
                WebhookMessage.state == MessageState.QUEUED,
                WebhookMessage.due_at <= now,
            )
            .order_by(WebhookMessage.due_at, WebhookMessage.id)
            .limit(BATCH)
            .with_for_update(skip_locked=True)
        ).all()
        for message in batch:
            message.due_at = now + LEASE
        claimed[endpoint_id] = [
            Due(message.id, endpoint_id, endpoint.url, message.uid, message.body) for message in batch
        ]
    return {endpoint_id: batch for endpoint_id, batch in claimed.items() if batch}


def settle(session: Session, due: Due, answer: Answer, now: datetime, chance: float) -> None:
    """Record a try. Taken, it is over; else it waits its turn, and is given up when it is too old or unwanted.

    An endpoint or message removed meanwhile is nothing to record.
    """
    message = session.get(WebhookMessage, due.id, with_for_update=True)
    endpoint = session.get(WebhookEndpoint, due.endpoint_id, with_for_update=True)
    if message is None or endpoint is None or message.state != MessageState.QUEUED:
        return
    message.attempts += 1
    message.trouble = answer.trouble[:300]
    if answer.taken:
        message.state, message.settled_at = MessageState.SENT, now
        endpoint.failures, endpoint.retry_at, endpoint.answered_at, endpoint.trouble = 0, None, now, ""
        return
    endpoint.failures += 1
    endpoint.retry_at = now + delay(endpoint.failures, chance)
    endpoint.trouble = message.trouble
    if answer.status == _GONE or now - message.created_at > GIVEN_UP:
        message.state, message.settled_at = MessageState.GIVEN_UP, now
    else:
        message.due_at = now + delay(message.attempts, chance)


def give_back(session: Session, rest: Iterable[Due], now: datetime) -> None:
    """What was claimed and not tried is due again."""
    numbers = [due.id for due in rest]
    for message in session.scalars(
        select(WebhookMessage).where(
            WebhookMessage.id.in_(numbers), WebhookMessage.state == MessageState.QUEUED
        )
    ):
        message.due_at = now


def latest(session: Session, endpoint_id: int, limit: int = 20) -> list[WebhookMessage]:
    """The endpoint's messages, the newest first."""
    return list(
        session.scalars(
            select(WebhookMessage)
            .where(WebhookMessage.endpoint_id == endpoint_id)
            .order_by(WebhookMessage.id.desc())
            .limit(limit)
        )
    )


def forget(session: Session, now: datetime, kept: timedelta = KEPT) -> int:
    """Delete what was settled longer ago than `kept`; how many."""
    gone = session.execute(delete(WebhookMessage).where(WebhookMessage.settled_at < now - kept))
    return int(gone.rowcount)  # type: ignore[attr-defined]
