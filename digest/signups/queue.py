"""The queue: taken in one transaction, answered later, in an order that no crowd can push to the front of."""

from datetime import datetime, timedelta

from sqlalchemy import (
    ColumnElement,
    Select,
    delete,
    func,
    select,
)
from sqlalchemy.orm import Session

from digest.signups.limits import Limits
from digest.signups.tables import SignUp, SignUpState

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
LEASE = timedelta(minutes=5)
"""How long one who took a row may work on it before another takes it over."""
KEPT = timedelta(days=7)
"""How long rows are kept for counting; a move to another address is open as long."""
_DOMAINS = 50
"""Full domains that are passed over before the next look."""


def next_waiting(session: Session, now: datetime) -> SignUp | None:
    """The next row that nobody has looked at, locked until the transaction ends."""
    return session.scalar(_due(SignUpState.WAITING, now).limit(1).with_for_update(skip_locked=True))


def first_to_mail(session: Session, now: datetime) -> SignUp | None:
    """The row whose letter is due first, for a look at it; whoever writes it takes it by `next_to_mail`."""
    return session.scalar(_due(SignUpState.MAILING, now).limit(1))


def next_to_mail(session: Session, now: datetime, limits: Limits) -> SignUp | None:
    """The next row whose letter may leave now under the pace of mails; it is leased to the caller."""
    last_hour = SignUp.mailed_at > now - HOUR
    if _count(session, limits.mails_hour, last_hour) >= limits.mails_hour:
        return None
    of_crowds = (SignUp.crowd >= limits.crowd, last_hour)
    crowds_wait = _count(session, limits.mails_crowd_hour, *of_crowds) >= limits.mails_crowd_hour
    due = _due(SignUpState.MAILING, now)
    if crowds_wait:
        due = due.where(SignUp.crowd < limits.crowd)
    full: set[str] = set()
    while True:
        # Domains that are full are left out, one more at each turn, until a row is found or none is left.
        row = session.scalar(due.where(SignUp.domain.not_in(full)).limit(1).with_for_update(skip_locked=True))
        if row is None or len(full) > _DOMAINS:
            return None
        of_domain = (SignUp.domain == row.domain, last_hour)
        if _count(session, limits.mails_domain_hour, *of_domain) < limits.mails_domain_hour:
            row.try_at, row.tries = now + LEASE, row.tries + 1
            row.mailed_at = now
            return row
        full.add(row.domain)


def mailed_within(session: Session, mark: bytes, span: timedelta, now: datetime) -> bool:
    """Whether a letter went to this address, or is about to, in the last `span`."""
    asking = SignUp.kind.not_in(("welcome", "goodbye"))
    recent = (SignUp.mailed_at > now - span) | (
        (SignUp.state == SignUpState.MAILING) & (SignUp.at > now - span)
    )
    return _count(session, 1, SignUp.mark == mark, asking, recent) > 0


def blank(row: SignUp) -> None:
    """Forget whose row it was; what the limits count stays."""
    row.address, row.name, row.evidence = "", "", ""
    row.topics, row.lists = [], []


def forget(session: Session, now: datetime) -> None:
    """Delete rows that count for nothing any more."""
    session.execute(delete(SignUp).where(SignUp.at < now - KEPT))


def _due(state: SignUpState, now: datetime) -> "Select[SignUp]":
    query = select(SignUp).where(SignUp.state == state, SignUp.try_at <= now)
    return query.order_by(SignUp.crowd, SignUp.id)


def _count(session: Session, most: int, *where: ColumnElement[bool]) -> int:
    """How many rows there are, counted no further than `most`: a flood must not make counting slow."""
    some = select(SignUp.id).where(*where).limit(most).subquery()
    return session.scalar(select(func.count()).select_from(some)) or 0
