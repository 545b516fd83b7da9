"""Counts for Prometheus, in its text format (version 0.0.4), straight from the delivery rows."""

from collections.abc import Iterable, MutableMapping
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from outbox.tables import Delivery, DeliveryState, Mailing, MailingState

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"

Known = MutableMapping[tuple[int, datetime], dict[str, int]]
"""The counts of mailings that are over, which are counted once: a million rows take a third of a second."""


def exposition(session: Session, mailings: int = 20, known: Known | None = None) -> str:
    """The latest `mailings` with their recipients, complaints and deliveries by state, and mailings by state.

    Labels are numbers and states only: no address, no subject.
    """
    known = {} if known is None else known
    latest = session.execute(
        select(Mailing.id, Mailing.finished_at, Mailing.recipients, Mailing.complaints)
        .order_by(Mailing.id.desc())
        .limit(mailings)
    ).all()[::-1]
    by_state = {
        str(state): count
        for state, count in session.execute(select(Mailing.state, func.count()).group_by(Mailing.state))
    }
    deliveries = {row.id: _counts(session, row.id, row.finished_at, known) for row in latest}
    lines = [
        *_family("digest_mailings", "Mailings by state."),
        *(f'digest_mailings{{state="{state}"}} {by_state.get(state, 0)}' for state in MailingState),
        *_family("digest_mailing_recipients", "Recipients frozen with each of the latest mailings."),
        *(f'digest_mailing_recipients{{mailing="{row.id}"}} {row.recipients}' for row in latest),
        *_family("digest_mailing_complaints", "Recipients who called one of the latest mailings spam."),
        *(f'digest_mailing_complaints{{mailing="{row.id}"}} {row.complaints}' for row in latest),
        *_family("digest_deliveries", "Deliveries of the latest mailings by state."),
        *(
            f'digest_deliveries{{mailing="{number}",state="{state}"}} {counts.get(state, 0)}'
            for number, counts in deliveries.items()
            for state in DeliveryState
        ),
    ]
    return "\n".join(lines) + "\n"


def _counts(session: Session, number: int, finished: datetime | None, known: Known) -> dict[str, int]:
    if finished is not None and (number, finished) in known:
        return known[number, finished]
    counts = {
        str(state): count
        for state, count in session.execute(
            select(Delivery.state, func.count()).where(Delivery.mailing_id == number).group_by(Delivery.state)
        )
    }
    if finished is not None:
        known[number, finished] = counts
    return counts


def _family(name: str, meaning: str) -> Iterable[str]:
    return f"# HELP {name} {meaning}", f"# TYPE {name} gauge"
