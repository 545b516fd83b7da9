"""Goodbye: where a list has one, a letter to those who left, once they can no longer take it back."""

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from digest.actions.context import Context
from digest.actions.sign_up import LIMITS, origin_of
from digest.signups.tables import SignUp, SignUpState
from subscribers.addresses import normalise
from subscribers.tables import MailingList, Subscriber, Subscription, SubscriptionState

GOODBYE = "goodbye"
UNDO_WITHIN = timedelta(minutes=10)
"""How long a leaving can be taken back on the page that follows it."""
TOO_LATE = timedelta(days=1)


def queue_goodbyes(
    context: Context, session: Session, list_id: int, people: Collection[int], now: datetime
) -> None:
    """Let those who just left this list have its letter in ten minutes, behind every other letter."""
    mailing_list = session.get(MailingList, list_id)
    if mailing_list is None or not mailing_list.goodbye or not people:
        return
    for person in session.scalars(select(Subscriber).where(Subscriber.id.in_(people))):
        origin = origin_of(context, normalise(person.address), "")
        session.add(
            SignUp(
                at=now, try_at=now + UNDO_WITHIN, kind=GOODBYE, letter=GOODBYE, state=SignUpState.MAILING,
                address=person.address, name=person.name, language=person.language, topics=[],
                lists=[mailing_list.slug], mark=origin.mark, network=b"", domain=origin.domain,
                crowd=LIMITS.crowd, tries=0, subscriber_id=person.id,
            )
        )  # fmt: skip


def outdated(session: Session, row: SignUp, now: datetime) -> bool:
    """Whether a goodbye would be wrong by now: they came back, or a day has gone by."""
    if row.letter != GOODBYE:
        return False
    back = session.scalar(
        select(Subscription.list_id)
        .join(MailingList, MailingList.id == Subscription.list_id)
        .where(
            Subscription.subscriber_id == row.subscriber_id,
            MailingList.slug.in_(row.lists),
            Subscription.state == SubscriptionState.CONFIRMED,
        )
    )
    return back is not None or now - row.at > TOO_LATE
