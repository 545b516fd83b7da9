"""Announce: what changes is queued for the endpoints that want to know, in the very transaction of the change."""

from datetime import datetime
from time import monotonic
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import event, select
from sqlalchemy.orm import Session
from sqlalchemy.pool import Pool

from digest.issues import Issue
from digest.webhooks import events, queue
from digest.webhooks.tables import WebhookEndpoint
from subscribers.tables import MailingList, Subscriber, SubscriptionEvent

NOBODY_SECONDS = 2.0
"""For so long it is believed that there is no endpoint: most installations have none, and leaving must be quick."""
_ENDPOINTS = "webhook endpoints"
_nobody_until: "WeakKeyDictionary[Pool, float]" = WeakKeyDictionary()


@event.listens_for(Session, "before_flush")
def _memberships(session: Session, flush: object, instances: object) -> None:
    """Every row of a membership's history, whoever writes it, is told of where somebody wants to know.

    A listener, because leaving has many doors (page, one click, mail, bounce, command, API) and the history
    is where all of them lead. Imports write their history in bulk and are not announced person by person.
    """
    if any(isinstance(one, WebhookEndpoint) for one in session.new):
        _nobody_until.pop(session.get_bind().engine.pool, None)
    for row in [one for one in session.new if isinstance(one, SubscriptionEvent)]:
        found = events.of_change(row.change, row.state)
        if found is None:
            continue
        name, reason = found
        wanting = _wanting(session, name)
        if not wanting:
            continue
        slug = session.scalar(select(MailingList.slug).where(MailingList.id == row.list_id))
        data: dict[str, Any] = {"list": slug, "subscriber": row.subscriber_id, "reason": reason}
        for endpoint in wanting:
            address = (
                session.scalar(select(Subscriber.address).where(Subscriber.id == row.subscriber_id))
                if endpoint.addresses
                else None
            )
            told = data | ({"address": address} if endpoint.addresses else {})
            queue.put(session, endpoint, name, told, at=row.at, now=row.at, subscriber_id=row.subscriber_id)


def issue_sent(session: Session, issue: Issue, recipients: int, now: datetime) -> None:
    """Queue that an issue is sent, for those who want to know."""
    data = {
        "newsletter": issue.newsletter.slug,
        "number": issue.number,
        "subject": issue.subject,
        "recipients": recipients,
    }
    for endpoint in _wanting(session, events.ISSUE_SENT):
        queue.put(session, endpoint, events.ISSUE_SENT, data, at=now, now=now)


def _wanting(session: Session, name: str) -> list[WebhookEndpoint]:
    """The endpoints to tell; asked for once in a transaction, and less often while there are none at all."""
    known: list[WebhookEndpoint] | None = session.info.get(_ENDPOINTS)
    if known is None:
        pool = session.get_bind().engine.pool
        if monotonic() < _nobody_until.get(pool, 0.0):
            return []
        with session.no_autoflush:
            known = list(session.scalars(select(WebhookEndpoint).order_by(WebhookEndpoint.id)))
        session.info[_ENDPOINTS] = known
        if not known:
            _nobody_until[pool] = monotonic() + NOBODY_SECONDS
    return [one for one in known if name in one.events]
