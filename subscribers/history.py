"""What happened to a person's memberships, oldest first: the proof of each consent and each goodbye."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from subscribers.states import Change
from subscribers.tables import ImportRun, MailingList, Subscription, SubscriptionEvent


@dataclass(frozen=True)
class Happening:
    """One change: when, on which list (empty: removed since), what, by whom, shown by what."""

    at: datetime
    list: str
    change: str
    state: str
    actor: str
    evidence: str
    wording: str


def history(session: Session, subscriber_id: int) -> Sequence[Happening]:
    """Everything that happened to a person. What an import did stands once, with the import itself."""
    happened = [
        Happening(event.at, slug or "", event.change, event.state, event.actor, event.evidence, event.wording)
        for event, slug in session.execute(
            select(SubscriptionEvent, MailingList.slug)
            .outerjoin(MailingList, MailingList.id == SubscriptionEvent.list_id)
            .where(SubscriptionEvent.subscriber_id == subscriber_id)
            .order_by(SubscriptionEvent.at, SubscriptionEvent.id)
        )
    ]
    happened += [
        Happening(
            run.started_at,
            slug,
            Change.STATE if run.consent else Change.BRING,
            run.state,
            run.actor,
            f"import {run.id} of {run.file_name} (sha256 {run.file_sha256[:16]})"
            + (f": {run.consent}" if run.consent else ""),
            "",
        )
        for run, slug in session.execute(
            select(ImportRun, MailingList.slug)
            .join(Subscription, Subscription.import_id == ImportRun.id)
            .join(MailingList, MailingList.id == Subscription.list_id)
            .where(Subscription.subscriber_id == subscriber_id)
        )
    ]
    return sorted(happened, key=lambda event: event.at)
