"""What an editor sees first: every newsletter, what is open of it, when it leaves, and how the last ones went."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session, load_only

from digest.actions.context import Context
from digest.actions.mailings import mailings_of
from digest.issues import Issue, IssueState, Item, Newsletter, missed, newsletters
from digest.schedule import next_slots, parse, zone
from outbox import status
from outbox.tables import DeliveryState
from subscribers.tables import Subscription, SubscriptionState

OPEN = (
    IssueState.DRAFT, IssueState.APPROVED, IssueState.SCHEDULED, IssueState.SENDING, IssueState.PAUSED
)  # fmt: skip
UNDER_WAY = (IssueState.SENDING, IssueState.PAUSED)
LATEST = 4
_SHOWN = (
    Issue.newsletter_id, Issue.number, Issue.state, Issue.slot, Issue.built_at, Issue.approved_at,
    Issue.approved_by, Issue.sent_at, Issue.subject,
)  # fmt: skip


@dataclass(frozen=True)
class Delivered:
    """How far a handed-over issue is. `left` were taken by a server, `waiting` still have to leave."""

    recipients: int
    left: int
    waiting: int
    trouble: int
    reason: str

    @property
    def percent(self) -> int:
        """Of the recipients, how many are settled."""
        return 100 * (self.recipients - self.waiting) // self.recipients if self.recipients else 100


@dataclass(frozen=True)
class Line:
    """An issue in a list; `leaves` is its hour, where it has one."""

    number: int
    state: IssueState
    subject: str
    items: int
    built: datetime
    leaves: datetime | None
    approved_by: str
    sent: datetime | None
    delivered: Delivered | None


@dataclass(frozen=True)
class Shelf:
    """A newsletter with its issues. `next_slot` is when its schedule comes round, None without one.

    `missed` says why its last hour has no issue, where none was built since; `failed`, that something is wrong.
    """

    slug: str
    title: str
    zone: str
    readers: int
    schedule: str
    next_slot: datetime | None
    automatic: bool
    missed: str
    failed: bool
    open: tuple[Line, ...]
    past: tuple[Line, ...]


def home(context: Context, now: datetime) -> tuple[Shelf, ...]:
    """Every newsletter, by short name."""
    with context.database.reading() as session:
        return tuple(_shelf(session, one, now) for one in newsletters.listed(session))


def leaves(issue: Issue, now: datetime) -> datetime | None:
    """The hour of an issue that has not left: its own slot, else its newsletter's next."""
    if issue.state not in (IssueState.DRAFT, IssueState.APPROVED, IssueState.SCHEDULED):
        return None
    return issue.slot or next_slot(issue.newsletter, now)


def next_slot(newsletter: Newsletter, now: datetime) -> datetime | None:
    """When the newsletter's schedule comes round next; None without one."""
    if not newsletter.schedule:
        return None
    return next_slots(parse(newsletter.schedule), zone(newsletter.timezone), now)[0]


def delivered(session: Session, issue: Issue) -> Delivered | None:
    """How far the issue's mailings are together; None before it was handed over."""
    handed_over = mailings_of(session, issue.id)
    if not handed_over:
        return None
    recipients = sum(one.recipients for one in handed_over)
    if issue.state == IssueState.SENT:
        # Its counts balance; counting a million rows for a line in a list would not make it truer.
        return Delivered(recipients, recipients, 0, 0, "")
    balances = [status.balance(session, one.id) for one in handed_over]
    return Delivered(
        recipients,
        sum(one[DeliveryState.SENT] for one in balances),
        sum(one.open for one in balances),
        sum(one[DeliveryState.FAILED] + one[DeliveryState.UNCERTAIN] for one in balances),
        next((one.reason for one in handed_over if one.reason), ""),
    )


def _shelf(session: Session, newsletter: Newsletter, now: datetime) -> Shelf:
    query = (
        select(Issue)
        .where(Issue.newsletter_id == newsletter.id)
        .order_by(Issue.number.desc())
        .options(load_only(*_SHOWN))
    )
    found = list(session.scalars(query.where(Issue.state.in_(OPEN))))
    past = list(session.scalars(query.where(Issue.state.not_in(OPEN)).limit(LATEST)))
    readers = session.scalar(
        select(func.count())
        .select_from(Subscription)
        .where(Subscription.list_id == newsletter.list_id, Subscription.state == SubscriptionState.CONFIRMED)
    )
    last = missed.open_of(session, newsletter)
    return Shelf(
        newsletter.slug,
        newsletter.title,
        newsletter.timezone,
        readers or 0,
        str(parse(newsletter.schedule)) if newsletter.schedule else "",
        next_slot(newsletter, now),
        newsletter.automatic,
        last.in_words(now) if last else "",
        last is not None and last.failed,
        tuple(_line(session, one, now) for one in found),
        tuple(_line(session, one, now) for one in past),
    )


def _line(session: Session, issue: Issue, now: datetime) -> Line:
    items = select(func.count(Item.id)).where(Item.issue_id == issue.id, Item.dropped.is_(False))
    return Line(
        issue.number,
        IssueState(issue.state),
        issue.subject,
        session.scalar(items) or 0,
        issue.built_at,
        leaves(issue, now),
        issue.approved_by or "",
        issue.sent_at,
        delivered(session, issue),
    )
