"""Missed hours: why a newsletter's hour has no issue, kept beside the issues for the editor who looks for one."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, delete, select
from sqlalchemy.orm import Session

from digest.issues.tables import Issue, Newsletter, SkippedSlot
from digest.schedule import zone

FAILED = "failed"
"""The kind of an hour at which something was wrong; the other kinds are the selection's decisions."""


@dataclass(frozen=True)
class Missed:
    """An hour without its issue. Until `until` it is tried again; None when that is over."""

    newsletter: str
    timezone: str
    slot: datetime
    at: datetime
    kind: str
    reasons: tuple[str, ...]
    until: datetime | None

    @property
    def failed(self) -> bool:
        """Whether something is wrong that a person can mend; else there was nothing worth sending."""
        return self.kind == FAILED

    def in_words(self, now: datetime) -> str:
        """The hour in its newsletter's zone, why it has no issue, and how long it is tried again."""
        tz = zone(self.timezone)
        hour = f"{self.slot.astimezone(tz):%a %d %b %H:%M}"
        why = "; ".join(one.rstrip(".") for one in self.reasons)
        if self.until is None or self.until <= now:
            return f"No issue for {hour}: {why}."
        return (
            f"No issue for {hour} yet: {why}. It is tried again until {self.until.astimezone(tz):%a %H:%M}."
        )

    def to_json(self) -> dict[str, Any]:
        """The hour as plain data, times in UTC."""
        until = self.until.isoformat(timespec="seconds") if self.until else None
        return {
            "newsletter": self.newsletter,
            "slot": self.slot.isoformat(timespec="seconds"),
            "decision": self.kind,
            "reasons": list(self.reasons),
            "until": until,
        }


def record(
    session: Session,
    newsletter: Newsletter,
    slot: datetime,
    decision: Mapping[str, Any],
    now: datetime,
    until: datetime | None = None,
) -> bool:
    """Keep why the hour has no issue; False where that is what was known of it already.

    `decision` has a kind and reasons. With `until` the hour is tried again, up to that moment.
    """
    kept = {**decision, "until": until.isoformat() if until else None}
    known = session.scalar(_of(newsletter, slot))
    if known is None:
        session.add(SkippedSlot(newsletter_id=newsletter.id, slot=slot, at=now, decision=kept))
        return True
    is_news = known.decision != kept
    known.at, known.decision = now, kept
    return is_news


def tried_at(session: Session, newsletter: Newsletter, slot: datetime) -> datetime | None:
    """When the hour was last tried in vain; None where it was not."""
    known = session.scalar(_of(newsletter, slot))
    return known.at if known is not None else None


def forget(session: Session, newsletter: Newsletter, slot: datetime) -> None:
    """The hour has its issue after all."""
    session.execute(
        delete(SkippedSlot).where(SkippedSlot.newsletter_id == newsletter.id, SkippedSlot.slot == slot)
    )


def listed(session: Session, newsletter: Newsletter | None = None, limit: int = 10) -> list[Missed]:
    """The latest missed hours, newest first, of one newsletter or of all."""
    query = select(SkippedSlot, Newsletter).join(Newsletter).order_by(SkippedSlot.slot.desc(), SkippedSlot.id)
    if newsletter is not None:
        query = query.where(SkippedSlot.newsletter_id == newsletter.id)
    return [_missed(row, of) for row, of in session.execute(query.limit(limit))]


def open_of(session: Session, newsletter: Newsletter) -> Missed | None:
    """The newsletter's latest missed hour, where no issue was built since."""
    for one in listed(session, newsletter, 1):
        later = select(Issue.id).where(Issue.newsletter_id == newsletter.id, Issue.built_at > one.at)
        if session.scalar(later.limit(1)) is None:
            return one
    return None


def _of(newsletter: Newsletter, slot: datetime) -> Select[SkippedSlot]:
    return select(SkippedSlot).where(SkippedSlot.newsletter_id == newsletter.id, SkippedSlot.slot == slot)


def _missed(row: SkippedSlot, newsletter: Newsletter) -> Missed:
    until = row.decision.get("until")
    return Missed(
        newsletter.slug,
        newsletter.timezone,
        row.slot,
        row.at,
        row.decision.get("kind", ""),
        tuple(row.decision.get("reasons", ())),
        datetime.fromisoformat(until) if until else None,
    )
