"""The mailings of an issue: one for each variant, under the kinds `issue`, `issue/2`, `issue/3` …, and those of
readers who got it with their welcome.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from digest.issues import Issue
from digest.issues.corrections import Correction
from outbox import complaints, status
from outbox.tables import DeliveryState, Mailing, MailingState

ISSUE = "issue"
CORRECTION = "correction"
TEST = "test"


def kind_of(number: int) -> str:
    """The kind of an issue's mailing by the number of its variant, from 1."""
    return ISSUE if number == 1 else f"{ISSUE}/{number}"


def welcome_kind(mark: str) -> str:
    """The kind of the mailing of those who got an issue with their welcome; `mark` tells its renderings apart."""
    return f"{ISSUE}/welcome-{mark[:12]}"


def is_issue(kind: str) -> bool:
    """Whether a mailing of this kind is an issue's."""
    return kind == ISSUE or kind.startswith(f"{ISSUE}/")


def issue_of(session: Session, kind: str, reference: int) -> int | None:
    """The number of the issue that a mailing carries or corrects; None for a test."""
    if kind == CORRECTION:
        return session.scalar(select(Correction.issue_id).where(Correction.id == reference))
    return reference if is_issue(kind) else None


def mailings_of(session: Session, issue_id: int) -> list[Mailing]:
    """The mailings of one issue, in the order of its variants; none before it was handed over."""
    return list(
        session.scalars(
            select(Mailing)
            .where(or_(Mailing.kind == ISSUE, Mailing.kind.like(f"{ISSUE}/%")), Mailing.reference == issue_id)
            .order_by(Mailing.id)
        )
    )


@dataclass(frozen=True)
class Standing:
    """How far an issue's mailings are, added up. `state` is the mailings' own, the least finished one."""

    mailings: tuple[int, ...]
    state: MailingState | None
    reason: str | None
    recipients: int
    counts: dict[DeliveryState, int]
    balances: bool
    complaints: tuple[status.Complaint, ...]
    called_spam: int = 0

    @property
    def warning(self) -> str:
        """What to say of those who called it spam, once they are many; else an empty string."""
        return complaints.in_words(self.called_spam, self.counts.get(DeliveryState.SENT, 0))

    def to_json(self) -> dict[str, Any]:
        """The standing as plain data."""
        return {
            "mailings": list(self.mailings),
            "state": self.state.value if self.state else None,
            "reason": self.reason,
            "recipients": self.recipients,
            "counts": {state.value: count for state, count in sorted(self.counts.items())},
            "balances": self.balances,
            "called_spam": self.called_spam,
            "called_spam_rate": complaints.rate(self.called_spam, self.counts.get(DeliveryState.SENT, 0)),
            "warning": self.warning,
            "servers_said": [
                {"state": one.state.value, "code": one.code, "reply": one.reply, "count": one.count}
                for one in self.complaints
            ],
        }


def standing(session: Session, ids: tuple[int, ...]) -> Standing:
    """The balance of these mailings together, and what the servers said."""
    found = [status.describe(session, status.find(session, number)) for number in ids]
    counts: dict[DeliveryState, int] = {}
    for one in found:
        for state, count in one.balance.counts.items():
            counts[state] = counts.get(state, 0) + count
    states = {one.state for one in found}
    order = (MailingState.PAUSED, MailingState.SENDING, MailingState.CANCELLED, MailingState.DONE)
    return Standing(
        ids,
        next((state for state in order if state in states), None),
        next((one.reason for one in found if one.reason), None),
        sum(one.balance.recipients for one in found),
        counts,
        bool(found) and all(one.balance.balances for one in found),
        tuple(complaint for number in ids for complaint in status.complaints(session, number)),
        sum(one.complaints for one in found),
    )


def standing_of(session: Session, issue: Issue) -> Standing:
    """The standing of an issue's own mailings."""
    return standing(session, tuple(mailing.id for mailing in mailings_of(session, issue.id)))
