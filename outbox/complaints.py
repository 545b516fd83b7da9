"""Complaints: how many recipients called a mailing spam, and from when on that is too many.

The limits are those of the large mailbox providers' bulk-sender rules: stay under 0.10 %, never reach 0.30 %.
"""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from outbox import control
from outbox.status import find
from outbox.tables import Delivery, DeliveryState, MailingState

WARN = 0.001
PAUSE = 0.003
LEAST = 2
"""One person alone never stops a mailing to all the others."""


def rate(complaints: int, sent: int) -> float:
    """Complaints for each message that was taken; 0 before the first."""
    return complaints / sent if sent else 0.0


def too_many(complaints: int, sent: int) -> bool:
    """Whether a mailing has to stop."""
    return complaints >= LEAST and rate(complaints, sent) >= PAUSE


def in_words(complaints: int, sent: int) -> str:
    """The rate as a sentence once it is worth a warning; empty below."""
    if not complaints or rate(complaints, sent) < WARN:
        return ""
    people = "1 reader" if complaints == 1 else f"{complaints:,} readers"
    limit = "0.30 %, at which providers refuse mail" if too_many(complaints, sent) else "0.10 %"
    return (
        f"{people} of {sent:,} called it spam ({rate(complaints, sent):.2%}): over {limit}."
        " Look at who is on the list and how they came there."
    )


def complained(session: Session, mailing_id: int) -> str:
    """Count one recipient who called the mailing spam, and pause it at the limit while it is being sent.

    Returns the reason when it was paused, else an empty string.
    """
    mailing = find(session, mailing_id)
    session.refresh(mailing, with_for_update=True)
    mailing.complaints += 1
    session.flush()
    if mailing.state != MailingState.SENDING:
        return ""
    sent = session.scalar(
        select(func.count()).where(Delivery.mailing_id == mailing_id, Delivery.state == DeliveryState.SENT)
    )
    if not too_many(mailing.complaints, sent or 0):
        return ""
    reason = in_words(mailing.complaints, sent or 0)
    control.pause(session, mailing_id, reason)
    return reason
