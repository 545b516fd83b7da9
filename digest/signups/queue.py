"""The queue: taken in one transaction, answered later, in an order that no crowd can push to the front of."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Integer,
    ScalarSelect,
    Select,
    Table,
    bindparam,
    delete,
    func,
    insert,
    select,
)
from sqlalchemy.orm import Session

from digest.signups.limits import Counts, Limits, Verdict, judge
from digest.signups.tables import SignUp, SignUpState

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
LEASE = timedelta(minutes=5)
"""How long one who took a row may work on it before another takes it over."""
KEPT = timedelta(days=7)
"""How long rows are kept for counting; a move to another address is open as long."""
_DOMAINS = 50
"""Full domains that are passed over before the next look."""


@dataclass(frozen=True)
class Origin:
    """Fingerprints of the address and of the network, and the address's domain."""

    mark: bytes
    network: bytes
    domain: str


@dataclass(frozen=True)
class Asked:
    """What somebody asks for, as it is kept until their letter has left (see the columns of `SignUp`)."""

    kind: str
    address: str
    evidence: str
    name: str = ""
    language: str | None = None
    topics: Sequence[str] = ()
    lists: Sequence[str] = ()
    wording: str = ""
    subscriber_id: int | None = None


def take(
    session: Session,
    asked: Asked,
    origin: Origin,
    *,
    now: datetime,
    limits: Limits,
    trapped: bool = False,
    held: bool = False,
) -> Verdict:
    """Put it into the queue unless a limit is reached. A dropped one is kept too, for the counts.

    What is `held` waits with the crowds, behind everybody else.
    """
    before = {
        "network": origin.network,
        "mark": origin.mark,
        "an_hour_ago": now - HOUR,
        "a_day_ago": now - DAY,
        "network_hour": limits.network_hour,
        "network_day": limits.network_day,
        "address_day": limits.address_day,
        "waiting": limits.waiting,
    }
    counts = Counts(*session.execute(_COUNTS, before).one())
    verdict = judge(counts, limits, trapped=trapped)
    if verdict in (Verdict.REFUSE, Verdict.FULL):
        return verdict
    kept = asked if verdict is Verdict.TAKE else replace(asked, **_BLANK)
    session.execute(
        _TAKE,
        {
            **{field.name: getattr(kept, field.name) for field in fields(kept)},
            "topics": list(kept.topics),
            "lists": list(kept.lists),
            "at": now,
            "try_at": now,
            "mark": origin.mark,
            "network": origin.network,
            "domain": origin.domain,
            "crowd": max(counts.network_day, limits.crowd if held else 0),
            "state": SignUpState.WAITING if verdict is Verdict.TAKE else SignUpState.DROPPED,
        },
    )
    return verdict


def next_waiting(session: Session, now: datetime) -> SignUp | None:
    """The next row that nobody has looked at, locked until the transaction ends."""
    return session.scalar(_due(SignUpState.WAITING, now).limit(1).with_for_update(skip_locked=True))


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


_BLANK: Mapping[str, Any] = {"address": "", "name": "", "evidence": "", "topics": (), "lists": ()}


def forget(session: Session, now: datetime) -> None:
    """Delete rows that count for nothing any more."""
    session.execute(delete(SignUp).where(SignUp.at < now - KEPT))


def _due(state: SignUpState, now: datetime) -> "Select[SignUp]":
    query = select(SignUp).where(SignUp.state == state, SignUp.try_at <= now)
    return query.order_by(SignUp.crowd, SignUp.id)


def _count(session: Session, most: int, *where: ColumnElement[bool]) -> int:
    return session.scalar(select(_counted(most, *where))) or 0


def _counted(most: "int | BindParameter[int]", *where: ColumnElement[bool]) -> "ScalarSelect[int]":
    """How many rows there are, counted no further than `most`: a flood must not make counting slow."""
    some = select(SignUp.id).where(*where).limit(most)
    return select(func.count()).select_from(some.subquery()).scalar_subquery()


def _most(name: str) -> "BindParameter[int]":
    return bindparam(name, type_=Integer)


_TAKE = insert(cast(Table, SignUp.__table__))
# One question for the four counts, made once: a flood is made of this statement.
_COUNTS = select(
    _counted(
        _most("network_hour"),
        SignUp.network == bindparam("network"),
        SignUp.at > bindparam("an_hour_ago"),
    ),
    _counted(
        _most("network_day"), SignUp.network == bindparam("network"), SignUp.at > bindparam("a_day_ago")
    ),
    _counted(_most("address_day"), SignUp.mark == bindparam("mark"), SignUp.at > bindparam("a_day_ago")),
    _counted(_most("waiting"), SignUp.state.in_((SignUpState.WAITING, SignUpState.MAILING))),
)
