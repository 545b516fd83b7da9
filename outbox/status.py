"""Where a mailing stands: its balance, and what the servers said."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from outbox.problem import MailingError
from outbox.tables import OPEN_STATES, Delivery, DeliveryState, Mailing, MailingState, Shard

_FINAL = (DeliveryState.SENT, DeliveryState.FAILED, DeliveryState.SUPPRESSED, DeliveryState.EXPIRED)


@dataclass(frozen=True, slots=True)
class Balance:
    """The count of each state of a mailing against the number of recipients frozen with it."""

    recipients: int
    counts: dict[DeliveryState, int]

    def __getitem__(self, state: DeliveryState) -> int:
        return self.counts.get(state, 0)

    @property
    def open(self) -> int:
        """Deliveries that still have to leave."""
        return sum(self[state] for state in OPEN_STATES)

    @property
    def balances(self) -> bool:
        """Whether sent + failed + suppressed + expired is everybody, and nothing is uncertain."""
        return sum(self[state] for state in _FINAL) == self.recipients and not self[DeliveryState.UNCERTAIN]


@dataclass(frozen=True, slots=True)
class Complaint:
    """What a server said, and to how many deliveries that are in `state`."""

    state: DeliveryState
    code: int | None
    reply: str
    count: int


@dataclass(frozen=True, slots=True)
class MailingStatus:
    """One mailing as `digest outbox status` shows it."""

    id: int
    kind: str
    reference: int
    state: MailingState
    reason: str | None
    date: datetime
    expires_at: datetime
    finished_at: datetime | None
    balance: Balance
    complaints: int = 0


def balance(session: Session, mailing_id: int) -> Balance:
    """The balance of a mailing; MailingError when there is none of that number."""
    mailing = find(session, mailing_id)
    rows = session.execute(
        select(Delivery.state, func.count()).where(Delivery.mailing_id == mailing_id).group_by(Delivery.state)
    )
    return Balance(mailing.recipients, {DeliveryState(state): count for state, count in rows})


def complaints(session: Session, mailing_id: int, limit: int = 20) -> Sequence[Complaint]:
    """The servers' words about what did not leave, most frequent first."""
    count = func.count()
    rows = session.execute(
        select(Delivery.state, Delivery.code, Delivery.reply, count)
        .where(
            Delivery.mailing_id == mailing_id,
            Delivery.reply.is_not(None),
            Delivery.state.not_in([DeliveryState.SENT, DeliveryState.SUPPRESSED]),
        )
        .group_by(Delivery.state, Delivery.code, Delivery.reply)
        .order_by(count.desc(), Delivery.reply)
        .limit(limit)
    )
    return [Complaint(DeliveryState(state), code, reply or "", number) for state, code, reply, number in rows]


@dataclass(frozen=True, slots=True)
class DomainStatus:
    """How one recipient domain takes a mailing."""

    domain: str
    recipients: int
    sent: int
    waiting: int
    failed: int


def domains(session: Session, mailing_id: int, limit: int = 20) -> Sequence[DomainStatus]:
    """The domains with most recipients, largest first."""
    find(session, mailing_id)
    if session.get_bind().dialect.name == "sqlite":
        domain = func.lower(func.substr(Delivery.address, func.instr(Delivery.address, "@") + 1))
    else:
        domain = func.lower(func.split_part(Delivery.address, "@", 2))
    everybody = func.count()
    rows = session.execute(
        select(
            domain,
            everybody,
            *(
                func.sum(case((Delivery.state.in_(states), 1), else_=0))
                for states in ([DeliveryState.SENT], OPEN_STATES, [DeliveryState.FAILED])
            ),
        )
        .where(Delivery.mailing_id == mailing_id)
        .group_by(domain)
        .order_by(everybody.desc(), domain)
        .limit(limit)
    )
    return [DomainStatus(*row) for row in rows]


def mailings(session: Session, *, unfinished: bool = False, limit: int = 50) -> Sequence[MailingStatus]:
    """The latest mailings, newest first."""
    query = select(Mailing).order_by(Mailing.id.desc()).limit(limit)
    if unfinished:
        query = query.where(Mailing.state.in_([MailingState.SENDING, MailingState.PAUSED]))
    return [describe(session, mailing) for mailing in session.scalars(query)]


def describe(session: Session, mailing: Mailing) -> MailingStatus:
    """The status of one mailing."""
    return MailingStatus(
        mailing.id,
        mailing.kind,
        mailing.reference,
        MailingState(mailing.state),
        mailing.reason,
        mailing.date,
        mailing.expires_at,
        mailing.finished_at,
        balance(session, mailing.id),
        mailing.complaints,
    )


def find(session: Session, mailing_id: int) -> Mailing:
    """The mailing of that number; MailingError when there is none."""
    mailing = session.get(Mailing, mailing_id)
    if mailing is None:
        raise MailingError(f"There is no mailing {mailing_id}.", "See `digest outbox status`.")
    return mailing


def of(session: Session, kind: str, reference: int) -> Mailing | None:
    """The mailing that was made of this, if it was handed over."""
    return session.scalar(select(Mailing).where(Mailing.kind == kind, Mailing.reference == reference))


def sent_since(session: Session, moment: datetime) -> int:
    """How many messages left since `moment`, over all mailings."""
    sent = select(func.count()).where(Delivery.state == DeliveryState.SENT, Delivery.changed_at >= moment)
    return session.scalar(sent) or 0


def finish(session: Session, mailing_id: int, now: datetime) -> bool:
    """Mark a mailing done if no delivery is open and the counts balance; says whether it is over.

    When all that is left is uncertain and held, it is paused with that reason instead.
    """
    mailing = session.get(Mailing, mailing_id, with_for_update=True, populate_existing=True)
    if mailing is None or mailing.state != MailingState.SENDING:
        return mailing is None or mailing.state == MailingState.DONE
    if session.scalar(select(Shard.id).where(Shard.mailing_id == mailing_id, Shard.done.is_(False)).limit(1)):
        return False
    counted = balance(session, mailing_id)
    if counted.balances:
        mailing.state, mailing.reason, mailing.finished_at = MailingState.DONE, None, now
    elif uncertain := counted[DeliveryState.UNCERTAIN]:
        mailing.state = MailingState.PAUSED
        mailing.reason = (
            f"{uncertain} {'message is' if uncertain == 1 else 'messages are'} uncertain: delivered or not."
            f" `digest outbox release {mailing_id}` sends them again with the same Message-ID."
        )
    else:
        mailing.state = MailingState.PAUSED
        rows = sum(counted.counts.values())
        mailing.reason = f"The counts do not balance: {rows} of {mailing.recipients} rows are there."
    session.flush()
    return counted.balances
