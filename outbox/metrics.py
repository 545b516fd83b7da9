"""Counts for Prometheus, in its text format (version 0.0.4), straight from the delivery rows."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from outbox.tables import Delivery, DeliveryState, Mailing, MailingState

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


def exposition(session: Session, mailings: int = 20) -> str:
    """Deliveries by state of the latest `mailings`, and how many mailings are in each state.

    Labels are numbers and states only: no address, no subject.
    """
    latest = select(Mailing.id).order_by(Mailing.id.desc()).limit(mailings).scalar_subquery()
    deliveries = session.execute(
        select(Delivery.mailing_id, Delivery.state, func.count())
        .where(Delivery.mailing_id.in_(latest))
        .group_by(Delivery.mailing_id, Delivery.state)
        .order_by(Delivery.mailing_id, Delivery.state)
    ).all()
    by_state = {
        str(state): count
        for state, count in session.execute(select(Mailing.state, func.count()).group_by(Mailing.state))
    }
    lines = [
        "# HELP digest_mailings Mailings by state.",
        "# TYPE digest_mailings gauge",
        *(f'digest_mailings{{state="{state}"}} {by_state.get(state, 0)}' for state in MailingState),
        "# HELP digest_deliveries Deliveries of the latest mailings by state.",
        "# TYPE digest_deliveries gauge",
        *(
            f'digest_deliveries{{mailing="{number}",state="{DeliveryState(state)}"}} {count}'
            for number, state, count in deliveries
        ),
    ]
    return "\n".join(lines) + "\n"
