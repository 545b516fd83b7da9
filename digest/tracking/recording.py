"""Links of an issue, and what was judged of its hits, put into the tables."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, insert, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from digest.tracking.machines import Hit
from digest.tracking.tables import CLICK, OPEN, PIXEL, TrackedLink, TrackingCount, TrackingEvent

KEPT = timedelta(days=365)
"""How long it is known who clicked; the sums stay with their issue."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A hit, and why it is a machine's (`digest.tracking.machines.judge`)."""

    hit: Hit
    reason: str


def links_of(session: Session, issue_id: int, urls: Sequence[str]) -> dict[str, int]:
    """The row of each address among the issue's counted links, made where there is none yet.

    The issue's row must be locked: two variants of it are never compiled at the same time.
    """
    known = {
        link.url: link.id
        for link in session.scalars(
            select(TrackedLink).where(TrackedLink.issue_id == issue_id).order_by(TrackedLink.number)
        )
    }
    for url in dict.fromkeys(urls):
        if url not in known:
            link = TrackedLink(issue_id=issue_id, number=len(known) + 1, url=url)
            session.add(link)
            session.flush()
            known[url] = link.id
    return known


def record(session: Session, judged: Iterable[Judged], persons: Collection[int]) -> None:
    """Add the hits to the sums, and those of `persons` (subscribers there are) to the events too."""
    counted = list(judged)
    events = [
        {
            "subscriber_id": one.hit.subscriber_id,
            "issue_id": one.hit.issue_id,
            "link_id": one.hit.link_id,
            "kind": OPEN if one.hit.link_id is None else CLICK,
            "at": one.hit.at,
            "machine": bool(one.reason),
            "reason": one.reason,
        }
        for one in counted
        if one.hit.subscriber_id in persons
    ]
    if events:
        session.execute(insert(TrackingEvent), events)
    sums = Counter(
        (one.hit.issue_id, one.hit.link_id or PIXEL, _hour(one.hit.at), bool(one.reason)) for one in counted
    )
    # In one order everywhere, so that no two writers can wait for each other.
    for (issue_id, link_id, hour, machine), count in sorted(sums.items()):
        session.execute(
            _added(
                session,
                {
                    "issue_id": issue_id,
                    "link_id": link_id,
                    "hour": hour,
                    "machine": machine,
                    "count": count,
                },
            )
        )


def purge(session: Session, *, now: datetime, kept: timedelta = KEPT) -> int:
    """Forget who did what longer ago than `kept`; how many events that were."""
    gone = session.execute(delete(TrackingEvent).where(TrackingEvent.at < now - kept))
    return int(gone.rowcount)  # type: ignore[attr-defined]


@dataclass(frozen=True)
class LinkSums:
    """Clicks of one link. `readers` are different persons, None where nobody is known."""

    number: int
    url: str
    people: int
    machines: int
    readers: int | None


@dataclass(frozen=True)
class Sums:
    """An issue's clicks by link, and its opens. `clicked_by` and `opened_by` count different persons."""

    links: tuple[LinkSums, ...]
    opens_people: int
    opens_machines: int
    clicked_by: int | None
    opened_by: int | None


def sums(session: Session, issue_id: int) -> Sums:
    """What the tables say of an issue. Persons are counted where events stand, whatever the mode is now."""
    rows = session.execute(
        select(TrackingCount.link_id, TrackingCount.machine, func.sum(TrackingCount.count))
        .where(TrackingCount.issue_id == issue_id)
        .group_by(TrackingCount.link_id, TrackingCount.machine)
    )
    count = {(link_id, machine): int(total) for link_id, machine, total in rows}
    readers = {
        (kind, link_id or PIXEL): number
        for kind, link_id, number in session.execute(
            _persons(issue_id, TrackingEvent.kind, TrackingEvent.link_id)
        )
    }
    by_kind: dict[str, int] = {
        row[0]: row[1] for row in session.execute(_persons(issue_id, TrackingEvent.kind))
    }
    links = session.scalars(
        select(TrackedLink).where(TrackedLink.issue_id == issue_id).order_by(TrackedLink.number)
    )
    return Sums(
        tuple(
            LinkSums(
                link.number,
                link.url,
                count.get((link.id, False), 0),
                count.get((link.id, True), 0),
                readers.get((CLICK, link.id), 0) if CLICK in by_kind else None,
            )
            for link in links
        ),
        count.get((PIXEL, False), 0),
        count.get((PIXEL, True), 0),
        by_kind.get(CLICK),
        by_kind.get(OPEN),
    )


def _persons(issue_id: int, *by: Any) -> Any:
    return (
        select(*by, func.count(TrackingEvent.subscriber_id.distinct()))
        .where(TrackingEvent.issue_id == issue_id, TrackingEvent.machine.is_(False))
        .group_by(*by)
    )


def _added(session: Session, row: dict[str, Any]) -> Any:
    dialect: Any = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
    statement = dialect.insert(TrackingCount).values(row)
    return statement.on_conflict_do_update(
        index_elements=["issue_id", "link_id", "hour", "machine"],
        set_={"count": TrackingCount.count + statement.excluded["count"]},
    )


def _hour(at: datetime) -> datetime:
    return at.replace(minute=0, second=0, microsecond=0)
