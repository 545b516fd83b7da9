"""What a report about one of our own deliveries does to its recipient.

The caller has checked that the report came to a return path that we signed: anybody can write a
report, and one without our token has no effect (RFC 3464 section 4.1).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from subscribers import subscribing
from subscribers.bounces.reading import Outcome
from subscribers.subscribing import Proof
from subscribers.tables import Bounce, Subscriber


class Effect(StrEnum):
    """What became of a report."""

    NOTHING = "nothing"
    NOTED = "noted"
    BOUNCED = "bounced"
    COMPLAINED = "complained"
    UNSUBSCRIBED = "unsubscribed"


@dataclass(frozen=True)
class Patience:
    """How long soft failures are borne: on `days` different days, the first and last `span` apart."""

    days: int = 4
    span: timedelta = timedelta(days=7)
    window: timedelta = timedelta(days=60)


# Failures that may be the mailbox's own. What speaks of us (blocked, policy, spam, authentication) never
# counts against a person.
COUNTED = frozenset(
    {"mailboxfull", "suspend", "filtered", "onhold", "mailererror", "expired", "networkerror", "undefined"}
)
_NO_COMPLAINT = frozenset({"not-spam", "auth-failure", "dmarc", "virus"})


def act(
    session: Session,
    subscriber_id: int,
    outcome: Outcome,
    *,
    evidence: str,
    now: datetime,
    at: datetime | None = None,
    patience: Patience = Patience(),
) -> Effect:
    """Apply an outcome to a subscriber; doing it twice changes nothing more.

    `at` is when the failure happened, `now` if unknown.
    """
    if session.get(Subscriber, subscriber_id) is None or outcome.kind not in ("bounce", "complaint"):
        return Effect.NOTHING
    if outcome.kind == "complaint":
        return _complaint(session, subscriber_id, outcome, evidence, now)
    when = min(at or now, now)
    session.add(
        Bounce(
            subscriber_id=subscriber_id,
            at=when,
            hard=outcome.hard,
            status=outcome.status[:16],
            reason=outcome.reason[:32],
        )
    )
    session.flush()
    if outcome.hard or _exhausted(session, subscriber_id, now, patience):
        proof = Proof("bounce", f"{evidence} {outcome.reason} {outcome.status}: {outcome.words}")
        ended = subscribing.bounce(session, subscriber_id, proof, now=now)
        return Effect.BOUNCED if any(one.changed for one in ended) else Effect.NOTHING
    return Effect.NOTED


def _complaint(
    session: Session, subscriber_id: int, outcome: Outcome, evidence: str, now: datetime
) -> Effect:
    if outcome.feedback in _NO_COMPLAINT:
        return Effect.NOTHING
    proof = Proof("feedback loop", f"{evidence} {outcome.feedback}")
    if outcome.feedback.startswith("opt-out"):
        ended = subscribing.unsubscribe_from_all(session, subscriber_id, proof, now=now)
        effect = Effect.UNSUBSCRIBED
    else:
        ended = subscribing.complain(session, subscriber_id, proof, now=now)
        effect = Effect.COMPLAINED
    return effect if any(one.changed for one in ended) else Effect.NOTHING


def _exhausted(session: Session, subscriber_id: int, now: datetime, patience: Patience) -> bool:
    moments = session.scalars(
        select(Bounce.at).where(
            Bounce.subscriber_id == subscriber_id,
            Bounce.at > now - patience.window,
            Bounce.reason.in_(COUNTED),
        )
    ).all()
    days = {moment.date() for moment in moments}
    return len(days) >= patience.days and max(moments) - min(moments) >= patience.span
